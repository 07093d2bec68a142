"""Checks a policy, and on a pull request says what its change does to tokens and their readers: in the
summary of the run, and as one comment that later runs write anew.

Policies, names of files and branches are other people's text. It reaches `git` and `claimsmith` as
arguments of their own, and a comment inside of a fence that it can't close.
"""

import hashlib
import http.client
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

# GitHub takes 65536 characters; four parts of this length, with their fences, stay below.
LONGEST = 14000
# A longer run of backticks is told shorter, or its fences would fill the comment.
TICKS = 40
# Who writes with the token of a workflow.
WRITER = "github-actions[bot]"
# A policy may name variables, and what they hold may be shown: it gets none in which a secret could be.
KEPT = ("PATH", "HOME", "LANG", "TZ", "TMPDIR")
# What a pull request can't bring into the place of a file: a link to another, and git's own.
FILES = re.compile(rb"100(644|755) blob ([0-9a-f]+)\t")
# 0 and 4 of `claimsmith` are good news and news.
FINE = (0, 4)


def main():
    if os.environ.get("GITHUB_EVENT_NAME") == "pull_request_target":
        # It would read files of a stranger with a token that may write.
        raise SystemExit("claimsmith: not by pull_request_target")
    policy = inside(os.environ["POLICY"])
    parts, worst = compare(policy, base())
    text = f"## `claimsmith check`\n\n{''.join(part(*it) for it in parts)}"
    with open(os.environ["GITHUB_STEP_SUMMARY"], "a", encoding="utf-8") as summary:
        summary.write(text)
    show(parts)
    number = request().get("number")
    if number:
        # One comment for each policy.
        marker = f"<!-- claimsmith/check {hashlib.sha256(policy.encode()).hexdigest()[:16]} -->"
        try:
            comment(int(number), marker, f"{marker}\n{text}")
        except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError) as error:
            # 403 is a fork's, or one without `pull-requests: write`.
            print(f"claimsmith: no comment, the summary of the run has it all ({error})")
    return worst


def request():
    """The pull request, or nothing if it's about something else."""
    return json.loads(Path(os.environ["GITHUB_EVENT_PATH"]).read_text()).get("pull_request") or {}


def base():
    """The commit that the pull request is compared with."""
    sha = request().get("base", {}).get("sha")
    if sha is None:
        return None
    if not re.fullmatch(r"[0-9a-f]{40,64}", sha):
        raise SystemExit("claimsmith: the event names no commit as its base")
    if git("cat-file", "-e", f"{sha}^{{commit}}").returncode != 0:
        raise SystemExit("claimsmith: the base is not here: actions/checkout needs `fetch-depth: 0`")
    return sha


def compare(policy, base):
    """Pairs of title and text, and the status with which all of it ends."""
    found = [("The policy", claimsmith("check", f"--policy={policy}"))]
    contract = given("CONTRACT", "claims.contract.json")
    if contract:
        found.append(("Whether the committed contract is the policy's", fresh(policy, contract)))
    old = base and there(base, policy)
    if old:
        with tempfile.TemporaryDirectory() as folder:
            before = Path(folder) / "before.toml"
            before.write_bytes(old)
            sides = (f"--against={before}", f"--policy={policy}")
            if events := given("EVENTS", "events", "event.json"):
                records = given("RECORDS", "items.json")
                items = [f"--records={records}"] if records else []
                found.append(("What it does to the tokens", claimsmith("diff", *sides, *items, "--", events)))
            found.append(("What it means for readers", claimsmith("contract", *sides)))
            found = [(title, (status, text.replace(str(before), f"{policy} of the base")))
                     for title, (status, text) in found]  # fmt: skip
    failed = [status for _, (status, _) in found if status not in FINE]
    return [(title, text) for title, (_, text) in found], max(failed, default=0)


def there(base, policy):
    """The policy of the base, on which somebody may rely; nothing if there was none."""
    listed = git("ls-tree", base, "--", policy)
    if listed.returncode != 0:
        raise SystemExit("claimsmith: git can't tell whether the base has the policy")
    if not listed.stdout:
        return None
    file = FILES.match(listed.stdout)
    blob = file and git("cat-file", "blob", file[2].decode())
    if not blob or blob.returncode != 0:
        raise SystemExit("claimsmith: what the base has in the policy's place is no file")
    return blob.stdout


def inside(path):
    """The path, if it and all below it are the repository's own files: no link, and nothing of git's."""
    here = Path.cwd().resolve()
    place = Path(path)
    real = place.resolve()
    own = not place.is_absolute() and real.is_relative_to(here) and ".git" not in real.relative_to(here).parts
    below = place.rglob("*") if place.is_dir() else [place, *place.parents]
    if not own or any(entry.is_symlink() for entry in [place, *below]):
        raise SystemExit("claimsmith: an input is no file of the repository, or a link")
    return path


def fresh(policy, contract):
    status, text = claimsmith("contract", f"--policy={policy}", separate=True)
    try:
        same = status == 0 and Path(contract).read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        same = False
    advice = f"no: claimsmith contract --policy {policy} > {contract}\n"
    return (0, "yes\n") if same else (1, advice)


def given(variable, *usual):
    """What the workflow names, or the first usual one that is there."""
    name = os.environ[variable] or next((name for name in usual if Path(name).exists()), "")
    return name and inside(name)


def claimsmith(*arguments, separate=False):
    """Its status and what it prints."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    done = subprocess.run(
        ["claimsmith", *arguments], stdout=subprocess.PIPE, encoding="utf-8", errors="replace",
        stderr=subprocess.DEVNULL if separate else subprocess.STDOUT, env=kept | {"COLUMNS": "120"},
    )  # fmt: skip
    # Ended by a signal, which is no status.
    return (done.returncode if done.returncode >= 0 else 1), done.stdout


def git(*arguments):
    return subprocess.run(["git", *arguments], capture_output=True)


def part(title, text):
    """A fence is longer than any in the text, so that the text can't close it."""
    text = re.sub(f"`{{{TICKS},}}", "`" * TICKS, text)
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}\n… cut here\n"
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"### {title}\n\n{fence}text\n{text.rstrip()}\n{fence}\n\n"


def show(parts):
    """In the log, where lines that look like commands are none for once."""
    word = secrets.token_hex(16)
    print(f"::stop-commands::{word}")
    for title, text in parts:
        print(f"{title}\n\n{text}")
    print(f"::{word}::", flush=True)


def comment(number, marker, body):
    """Writes it anew where it is ours, by author and first line, or adds it."""
    place = f"/repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    page = 1
    while True:
        there = ask("GET", f"{place}/{number}/comments?per_page=100&page={page}")
        for old in there:
            if (old["user"] or {}).get("login") == WRITER and old["body"].startswith(marker):
                return ask("PATCH", f"{place}/comments/{int(old['id'])}", {"body": body})
        if len(there) < 100:
            return ask("POST", f"{place}/{number}/comments", {"body": body})
        page += 1


def ask(method, path, sent=None):
    question = urllib.request.Request(
        os.environ["GITHUB_API_URL"] + path,
        method=method,
        data=None if sent is None else json.dumps(sent).encode(),
        headers={
            "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(question, timeout=30) as answer:
        return json.load(answer)


if __name__ == "__main__":
    sys.exit(main())
