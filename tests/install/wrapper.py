"""The command as npm ships it: packed, installed into an empty folder from these files alone, and run as
`npx claimsmith`. tests/install/run starts this."""

import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "release"))

import npm

PROGRAM = Path(os.environ["PROGRAMS"]) / "claimsmith"
ARCH = {"x86_64": "x86_64", "aarch64": "arm64"}[platform.machine()]
EVENT = ROOT / "events/v2/sign-in.json"
BROKEN = next((ROOT / "events/broken").iterdir())


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        place = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        stripped = place / "stripped"
        # What a debugger wants is most of this program and none of the released one.
        subprocess.run(["strip", "-o", stripped, PROGRAM], check=True)
        files = [npm.write_launcher(ROOT, place), npm.write_program(ROOT, place, ARCH, stripped.read_bytes())]
        cls.folder = place / "empty"
        cls.folder.mkdir()
        (place / "home").mkdir()
        cls.environment = {"PATH": os.environ["PATH"], "HOME": str(place / "home"),
                           "npm_config_update_notifier": "false"}  # fmt: skip
        (cls.folder / "package.json").write_text('{ "private": true }')
        subprocess.run(
            ["npm", "install", "--silent", "--offline", "--no-package-lock", "--no-audit", "--no-fund",
             *(f"{place}/{file}" for file in files)],
            cwd=cls.folder, env=cls.environment, check=True,
        )  # fmt: skip

    def both(self, *arguments):
        """How it ends, by npx and by itself."""
        return [
            subprocess.run(
                [*start, *map(str, arguments)], cwd=self.folder, env=self.environment, capture_output=True
            )
            for start in (["npx", "--offline", "claimsmith"], [PROGRAM])
        ]

    def test_what_it_prints_and_how_it_ends(self):
        for arguments, status in [
            (["--version"], 0),
            (["simulate", EVENT], 0),
            (["simulate", BROKEN], 2),
            (["check", "--policy", "none.toml"], 2),
        ]:
            by_npx, by_itself = self.both(*arguments)
            self.assertEqual(by_npx.returncode, status, by_npx.stderr)
            self.assertEqual(by_npx.returncode, by_itself.returncode)
            self.assertEqual(by_npx.stdout, by_itself.stdout)
            self.assertEqual(by_npx.stderr, by_itself.stderr)

    def test_a_server_ends_with_it(self):
        serving = subprocess.Popen(
            ["node_modules/.bin/claimsmith", "serve", "--port", "0"],
            cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        line = b""
        while b"http://" not in line:
            line = serving.stdout.readline()
            self.assertTrue(line, "it ended")
        serving.send_signal(signal.SIGTERM)
        # The pipe is closed when the program is gone, too.
        serving.stdout.read()
        serving.stdout.close()
        self.assertIn(serving.wait(10), (0, -signal.SIGTERM))


class Launcher(unittest.TestCase):
    """The launcher alone, with a script in the program's place."""

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "bin").mkdir()
        self.launcher = shutil.copy(ROOT / "packages/npm/bin/claimsmith.js", self.folder / "bin")

    def program(self, text):
        folder = self.folder / f"node_modules/{npm.name(ARCH)}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "claimsmith"
        path.write_text(text)
        path.chmod(0o755)

    def run_it(self, *arguments, before=(), **options):
        return subprocess.run(["node", *before, self.launcher, *arguments], capture_output=True, text=True, **options)

    def test_arguments_and_input(self):
        self.program('#!/bin/sh\nprintf "[%s]" "$@"\ncat\nexit 3\n')
        done = self.run_it("a b", "", "*", "$(id)", "--x=\n", input="from before")
        self.assertEqual((done.returncode, done.stdout), (3, "[a b][][*][$(id)][--x=\n]from before"))

    def test_a_program_that_is_killed(self):
        for name in (signal.SIGKILL, signal.SIGTERM, signal.SIGABRT):
            self.program(f"#!/bin/sh\nkill -{int(name)} $$\n")
            self.assertEqual(self.run_it().returncode, -name)
        # Node.js would do something else at these than end.
        for name in (signal.SIGPIPE, signal.SIGUSR1):
            self.program(f"#!/bin/sh\nkill -{int(name)} $$\n")
            self.assertEqual(self.run_it().returncode, 128 + name)

    def test_signals_are_passed_on(self):
        self.program("#!/bin/sh\ntrap 'echo seen; exit 7' INT TERM HUP\necho ready\nfor i in $(seq 200); do sleep 0.05; done\n")
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            running = subprocess.Popen(["node", self.launcher], stdout=subprocess.PIPE, text=True)
            self.assertEqual(running.stdout.readline(), "ready\n")
            running.send_signal(name)
            self.assertEqual(running.communicate()[0], "seen\n")
            self.assertEqual(running.returncode, 7)

    def test_other_machines(self):
        """Named, with other ways; and where npm left the package out."""
        self.program("#!/bin/sh\n")
        fake = self.folder / "fake.js"
        for system, cpu in [("darwin", "arm64"), ("win32", "x64"), ("linux", "riscv64")]:
            fake.write_text(f'for (const [k, v] of [["platform", "{system}"], ["arch", "{cpu}"]])\n'
                            "  Object.defineProperty(process, k, { value: v });\n")  # fmt: skip
            done = self.run_it(before=["--require", fake])
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"claimsmith: there is no program for {system}-{cpu} here\n", done.stderr)
            self.assertIn("docs/install.md", done.stderr)
            self.assertNotIn("    at ", done.stderr)

    def test_without_glibc(self):
        """As where the loader is missing, because the package was installed for another system."""
        self.program("#!/lib/no-such-loader\n")
        done = self.run_it()
        self.assertEqual(done.returncode, 1)
        self.assertIn("can't be started: ENOENT\n", done.stderr)


if __name__ == "__main__":
    unittest.main()
