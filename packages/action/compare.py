"""Checks a policy, and on a pull request says what its change does to tokens and their readers: in the
summary of the run, and as one comment that later runs write anew.

Policies, names of files and branches are other people's text. It reaches `git` and `claimsmith` as
arguments of their own, and a comment inside of a fence that it can't close.
"""

import hashlib
import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

# GitHub takes 65536 characters; this much of each part stays well below.
LONGEST = 18000
# Who writes with the token of a workflow.
WRITER = "github-actions[bot]"
RUNNERS = re.compile(r"(ACTIONS|GITHUB|RUNNER|INPUT)_")
# 0 and 4 of `claimsmith` are good news and news.
FINE = (0, 4)


def main():
    policy = os.environ["POLICY"]
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
        except (urllib.error.URLError, TimeoutError, ValueError) as error:
            # Of a fork, or without `pull-requests: write`.
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
    if base and there(base, policy):
        with tempfile.TemporaryDirectory() as folder:
            before = Path(folder) / "before.toml"
            before.write_bytes(git("show", f"{base}:./{policy}").stdout)
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
    """Whether the base has a policy, on which somebody may rely."""
    listed = git("ls-tree", base, "--", policy)
    if listed.returncode != 0:
        raise SystemExit("claimsmith: git can't tell whether the base has the policy")
    return bool(listed.stdout)


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
    return os.environ[variable] or next((name for name in usual if Path(name).exists()), "")


def claimsmith(*arguments, separate=False):
    """Its status and what it prints."""
    # A policy may name variables, and what they hold may be shown: none of the runner's, which has a token.
    kept = {name: value for name, value in os.environ.items() if not RUNNERS.match(name)}
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
