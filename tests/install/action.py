"""The scripts of packages/action, run by themselves: in a repository with a change, against a server in
the place of GitHub's. tests/install/run starts this."""

import http.server
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ACTION = ROOT / "packages/action"
PROGRAMS = Path(os.environ["PROGRAMS"])
SHIPPED = (ROOT / "claims.toml").read_text()
BOT = {"login": "github-actions[bot]"}

# A policy whose contract tells what a variable holds.
FLAGS = """version = 1
[pool]
admin_only = ["custom:flags"]
[claims.flags]
merge = { from = "attributes.custom:flags", split = "," }
encoding = "bits"
flags = ["export", "${VARIABLE}"]
"""


class GitHub(http.server.BaseHTTPRequestHandler):
    """Comments of one pull request, 100 on a page."""

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def ours(self):
        return self.headers["Authorization"] == "Bearer secret-of-the-run"

    def do_GET(self):
        path, page = re.fullmatch(r"(.*)\?per_page=100&page=(\d+)", self.path).groups()
        assert path == "/repos/acme/claims/issues/7/comments" and self.ours()
        self.answer(200, self.server.comments[100 * (int(page) - 1) : 100 * int(page)])

    def write(self):
        if self.server.permitted is None:
            # Without a word.
            self.close_connection = True
            return self.connection.close()
        if not self.server.permitted:
            return self.answer(403, {"message": "Resource not accessible by integration"})
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.command == "POST":
            assert self.path == "/repos/acme/claims/issues/7/comments"
            self.server.comments.append({"id": len(self.server.comments), "user": BOT} | sent)
        else:
            assert self.path.startswith("/repos/acme/claims/issues/comments/")
            self.server.comments[int(self.path.rsplit("/", 1)[1])] |= sent
        self.answer(200, {})

    do_POST = do_PATCH = write

    def log_message(self, *_):
        pass


class Compare(unittest.TestCase):
    def setUp(self):
        place = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.repository, self.outside = place / "repository", place / "outside"
        self.outside.mkdir()
        (self.repository / "events").mkdir(parents=True)
        shutil.copy(ROOT / "events/v2/sign-in.json", self.repository / "events/ada.json")
        shutil.copy(ROOT / "demo/records.json", self.repository / "items.json")
        self.policy(SHIPPED)
        self.git("init", "--quiet")
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", "before")
        self.base = self.git("rev-parse", "HEAD").strip()
        self.server = self.enterContext(http.server.ThreadingHTTPServer(("127.0.0.1", 0), GitHub))
        self.server.comments, self.server.permitted = [], True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.shutdown)

    def git(self, *arguments):
        who = {f"GIT_{role}_{what}": "a@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        quiet = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
        return subprocess.run(["git", *arguments], cwd=self.repository, check=True, text=True,
                              capture_output=True, env=os.environ | who | quiet).stdout  # fmt: skip

    def policy(self, text, name="claims.toml"):
        (self.repository / name).write_text(text)

    def contract(self, name="claims.toml"):
        printed = subprocess.run([PROGRAMS / "claimsmith", "contract", "--policy", name],
                                 cwd=self.repository, check=True, capture_output=True)  # fmt: skip
        (self.repository / "claims.contract.json").write_bytes(printed.stdout)

    def run_it(self, event=None, policy="claims.toml", **more):
        """Its status; log and summary are kept."""
        event = {"pull_request": {"number": 7, "base": {"sha": self.base}}} if event is None else event
        (self.outside / "event.json").write_text(json.dumps(event))
        summary = self.outside / "summary"
        summary.write_text("")
        environment = {
            "PATH": f"{PROGRAMS}:{os.environ['PATH']}", "HOME": str(self.outside), "POLICY": policy,
            "EVENTS": "", "RECORDS": "", "CONTRACT": "", "GITHUB_TOKEN": "secret-of-the-run",
            "GITHUB_REPOSITORY": "acme/claims", "GITHUB_STEP_SUMMARY": str(summary), "NO_PROXY": "127.0.0.1",
            "GITHUB_API_URL": f"http://127.0.0.1:{self.server.server_port}",
            "GITHUB_EVENT_PATH": str(self.outside / "event.json"),
        } | more  # fmt: skip
        done = subprocess.run(["python3", "-I", ACTION / "compare.py"], cwd=self.repository,
                              env=environment, capture_output=True, text=True)  # fmt: skip
        self.assertNotIn("Traceback", done.stderr)
        self.log, self.summary = done.stdout + done.stderr, summary.read_text()
        return done.returncode

    def test_what_it_says_of_a_change(self):
        for old, new, printed, status, said in [
            ('["phone_number_verified"]', "[]", True, 0, "1 event of 1 person: 1 differs"),
            ("phone_number_verified", "email", True, 3, "breaking"),
            ('default = "free"', "", True, 0, "readers first"),
            ('default = "free"', "", False, 1, "no: claimsmith contract --policy claims.toml >"),
            ('"active", "trial"', '"trial"', True, 3, "1 event of 1 person: 1 differs, 1 newly refused"),
            ("shared = true", "shard = true", False, 2, "unknown-key"),
            ("", "", True, 0, "1 event of 1 person: none differs"),
        ]:
            self.policy(SHIPPED)
            self.contract()
            self.policy(SHIPPED.replace(old, new))
            if printed:
                self.contract()
            self.assertEqual(self.run_it(), status, self.log)
            self.assertIn(said, self.summary)
            # The last one has replaced all before it.
            (comment,) = self.server.comments
            self.assertIn(said, comment["body"])
            if status != 2:
                self.assertIn("claims.toml of the base", comment["body"])

    def test_the_first_policy(self):
        self.git("rm", "--quiet", "--cached", "claims.toml")
        self.git("commit", "--quiet", "--message", "none")
        self.base = self.git("rev-parse", "HEAD").strip()
        self.assertEqual(self.run_it(), 0, self.log)
        self.assertNotIn("readers", self.server.comments[0]["body"])

    def test_a_base_that_is_not_here_is_no_first_policy(self):
        for sha, said in [("0" * 40, "fetch-depth: 0"), ("--output=x", "no commit"), ("main", "no commit")]:
            self.assertEqual(self.run_it({"pull_request": {"number": 7, "base": {"sha": sha}}}), 1)
            self.assertIn(said, self.log)
        self.assertEqual(self.run_it(policy="../claims.toml"), 1)
        self.assertIn("no file of the repository", self.log)

    def test_a_push(self):
        """There is nothing to compare and nowhere to comment."""
        self.assertEqual(self.run_it({"ref": "refs/heads/main"}), 0, self.log)
        self.assertIn("### The policy", self.summary)
        self.assertEqual(self.server.comments, [])

    def test_without_permission(self):
        self.server.permitted = False
        self.assertEqual(self.run_it(), 0, self.log)
        self.assertIn("no comment, the summary of the run has it all (HTTP Error 403", self.log)
        self.assertIn("### What it means for readers", self.summary)

    def test_comments_of_others_stay(self):
        """Also those that pretend to be ours, and ours on the second page is found."""
        self.run_it()
        ours = self.server.comments.pop()
        others = [{"user": {"login": "mallory"}, "body": ours["body"]}, {"user": None, "body": ours["body"]},
                  {"user": BOT, "body": "of another workflow"}] * 40  # fmt: skip
        comments = [*others, ours | {"body": ours["body"].splitlines()[0]}]
        self.server.comments = [comment | {"id": place} for place, comment in enumerate(comments)]
        before = [dict(comment) for comment in self.server.comments]
        self.run_it()
        self.assertEqual(self.server.comments[:120], before[:120])
        self.assertEqual(self.server.comments[120]["body"], ours["body"])
        self.assertEqual(len(self.server.comments), 121)

    def test_two_policies_have_two_comments(self):
        self.policy(SHIPPED, "other.toml")
        self.run_it()
        self.run_it(policy="other.toml")
        self.assertEqual(len(self.server.comments), 2)

    def test_text_of_others_stays_text(self):
        """Names that a shell would run, a fence that would end, commands in the log, and the run's token."""
        name = "a`````$(touch ran);\n::error::x <!-- @everyone -->.toml"
        self.policy(SHIPPED, name)
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", "odd")
        self.base = self.git("rev-parse", "HEAD").strip()
        self.policy(SHIPPED.replace('"active", "trial"', '"trial"'), name)
        self.assertEqual(self.run_it(policy=name), 3, self.log)
        body = self.server.comments[0]["body"]
        fences = re.findall(r"^(`{3,})(?:text)?$", body, re.MULTILINE)
        self.assertEqual(len(fences) % 2, 0)
        for text in re.findall(r"^(`{3,})text\n(.*?)\n\1$", body, re.MULTILINE | re.DOTALL):
            self.assertNotIn(text[0], text[1])
        outside = re.sub(r"^(`{3,})text\n.*?\n\1$", "", body, flags=re.MULTILINE | re.DOTALL)
        self.assertNotIn("everyone", outside)
        self.assertIn("everyone", body)
        self.assertEqual(list(self.repository.rglob("ran")), [])
        word = re.search(r"^::stop-commands::(\w{32})$", self.log, re.MULTILINE)[1]
        self.assertTrue(self.log.index("stop-commands") < self.log.index("The policy") < self.log.index(f"::{word}::"))

    def test_a_policy_does_not_get_the_token(self):
        self.policy(FLAGS.replace(', "${VARIABLE}"', ""))
        self.git("commit", "--quiet", "--all", "--message", "flags")
        self.base = self.git("rev-parse", "HEAD").strip()
        for variable in ("TZ", "NPM_TOKEN", "GITHUB_TOKEN"):
            self.policy(FLAGS.replace("VARIABLE", variable))
            self.run_it(TZ="no-secret", NPM_TOKEN="secret-of-the-job")
            told = self.server.comments[0]["body"] + self.summary + self.log
            self.assertEqual("no-secret" in told, variable == "TZ", told)
            self.assertNotIn("secret-of-the", told)

    def test_what_is_no_file_of_the_repository(self):
        """A link of a pull request could name a file of the runner."""
        secret = self.outside / "secret"
        secret.write_text("TOKEN: secret-of-the-run")
        (self.repository / "linked.toml").symlink_to(secret)
        (self.repository / "within.toml").symlink_to(".git/config")
        (self.repository / "events/linked.json").symlink_to(secret)
        for policy in ("linked.toml", "within.toml", ".git/config", str(secret), "../outside/secret"):
            self.assertEqual(self.run_it(policy=policy), 1, self.log)
            self.assertNotIn("secret-of", self.log + self.summary)
        self.assertEqual(self.run_it(), 1, self.log)
        (self.repository / "events/linked.json").unlink()
        self.assertEqual(self.run_it(RECORDS="linked.toml"), 1, self.log)
        self.assertEqual(self.run_it(GITHUB_EVENT_NAME="pull_request_target"), 1, self.log)
        self.assertEqual(self.run_it(), 0, self.log)

    def test_a_base_with_a_link_in_the_policys_place(self):
        (self.repository / "claims.toml").unlink()
        (self.repository / "claims.toml").symlink_to("other.toml")
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", "link")
        self.base = self.git("rev-parse", "HEAD").strip()
        (self.repository / "claims.toml").unlink()
        self.policy(SHIPPED)
        self.assertEqual(self.run_it(), 1, self.log)
        self.assertIn("is no file", self.log)

    def test_an_api_that_breaks_off(self):
        self.server.permitted = None
        self.assertEqual(self.run_it(), 0, self.log)
        self.assertIn("no comment, the summary of the run has it all", self.log)

    def test_a_long_text_is_cut(self):
        import sys

        sys.path.insert(0, str(ACTION))
        self.addCleanup(sys.path.remove, str(ACTION))
        sys.dont_write_bytecode = True
        import compare

        for text in ("a" * 100_000, "`" * 100_000, "`a" * 50_000):
            shown = compare.part("x", text)
            self.assertLess(len(shown), 65536 / 4 - 500)
        self.assertIn("cut here", compare.part("x", "a" * 100_000))


CURL = """#!/usr/bin/env bash
# Serves RELEASE in the place of GitHub.
address=${@: -1}
while [ "$1" != --output ]; do shift; done
echo "$address" >>"$RELEASE/asked"
cp "$RELEASE/${address##*/}" "$2"
"""


class Install(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name in ("bin", "release", "temp"):
            (self.folder / name).mkdir()
        (self.folder / "bin/curl").write_text(CURL)
        (self.folder / "bin/curl").chmod(0o755)
        (self.folder / "release/claimsmith").write_text("#!/bin/sh\necho it runs\n")
        (self.folder / "release/claimsmith").chmod(0o755)
        for target in ("x86_64", "aarch64"):
            subprocess.run(f"tar -czf claimsmith-{target}-unknown-linux-gnu.tar.gz claimsmith",
                           shell=True, check=True, cwd=self.folder / "release")  # fmt: skip
        subprocess.run("sha256sum *.tar.gz > SHA256SUMS", shell=True, check=True, cwd=self.folder / "release")

    def run_it(self, version="v1.2.3", system="Linux", arch="X64"):
        (self.folder / "path").write_text("")
        done = subprocess.run(
            ["bash", ACTION / "install"], text=True, capture_output=True,
            env={"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "RELEASE": str(self.folder / "release"),
                 "RUNNER_TEMP": str(self.folder / "temp"), "GITHUB_PATH": str(self.folder / "path"),
                 "VERSION": version, "RUNNER_OS": system, "RUNNER_ARCH": arch},
        )  # fmt: skip
        self.path = (self.folder / "path").read_text().strip()
        return done.returncode, done.stderr

    def test_it_is_found_by_later_steps(self):
        for arch, target in [("X64", "x86_64"), ("ARM64", "aarch64")]:
            self.assertEqual(self.run_it(arch=arch), (0, ""))
            printed = subprocess.run([f"{self.path}/claimsmith"], capture_output=True, text=True).stdout
            self.assertEqual(printed, "it runs\n")
            asked = (self.folder / "release/asked").read_text().splitlines()
            at = "https://github.com/claimsmith/claimsmith/releases/download/v1.2.3"
            archive = f"claimsmith-{target}-unknown-linux-gnu.tar.gz"
            self.assertEqual(asked[-2:], [f"{at}/SHA256SUMS", f"{at}/{archive}"])

    def test_another_file_is_not_unpacked(self):
        sums = self.folder / "release/SHA256SUMS"
        right = sums.read_text()
        for wrong in ["", right * 2, re.sub(r"^.", "z", right, flags=re.MULTILINE),
                      right.replace(".tar.gz", ".tar.gz.old"), "0" * 64 + right[64:].split("\n")[0] + "\n"]:  # fmt: skip
            sums.write_text(wrong)
            status, _ = self.run_it(arch="ARM64")
            self.assertEqual((status, self.path), (1, ""), wrong)
            self.assertEqual(list(self.folder.glob("temp/*/bin")), [])

    def test_odd_versions_and_other_runners(self):
        for version in ("main", "v1.2", "v1.2.3/../../evil", "v1.2.3\n", "", "$(id)"):
            self.assertIn("version must be a release", self.run_it(version)[1])
        for system, arch in [("macOS", "ARM64"), ("Windows", "X64"), ("Linux", "X86")]:
            self.assertIn("Linux on X64 and ARM64 alone", self.run_it(system=system, arch=arch)[1])
        self.assertFalse((self.folder / "release/asked").exists())


if __name__ == "__main__":
    unittest.main()
