"""A stranger's desk: a home, the command, folders to work in, and what may not happen there."""
import os
import re
import shutil
import subprocess
import time

# What no user may ever see.
CRASH = re.compile(r"panicked at|RUST_BACKTRACE|stack backtrace|\.rs:\d+:\d+|/rustc/|os error")
ESCAPE = "\x1b"


class Desk:
    """Runs commands as a stranger would, and remembers what was wrong and how long it took."""

    def __init__(self, place, program, build_machine):
        self.place, self.home = place, place / "home"
        self.folders = place / "folders"
        self.build_machine = [str(path) for path in build_machine]
        self.problems, self.times, self.made = [], [], set()
        self.home.mkdir()
        self.folders.mkdir()
        (place / "bin").mkdir()
        shutil.copy2(program, place / "bin/claimsmith")
        self.environment = {
            "PATH": f"{place / 'bin'}:/usr/bin:/bin",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
        }
        self.before = self.listing()

    def listing(self):
        """Everything on the desk but the folders to work in, and what lies in them."""
        found = set()
        for top, folders, files in os.walk(self.place):
            if top == str(self.folders):
                folders[:] = set(folders) - self.made
            found.update(os.path.join(top, name) for name in files + folders)
        return found

    def folder(self, name):
        """An empty folder."""
        (self.folders / name).mkdir()
        self.made.add(name)
        return self.folders / name

    def wrong(self, step, what, text=""):
        """Notes a problem."""
        shown = "".join(f"\n    {line}" for line in text.splitlines()[:30])
        self.problems.append(f"{step}: {what}{shown}")

    def run(self, step, line, folder, status=0, says=()):
        """One line of a shell, as a person types it; what it printed, errors included."""
        began = time.monotonic()
        try:
            done = subprocess.run(
                ["bash", "-c", line], cwd=folder, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False,
            )
        except subprocess.TimeoutExpired:
            self.wrong(step, f"`{line}` doesn't end")
            return ""
        self.times.append((step, line, time.monotonic() - began))
        printed = done.stdout.decode()
        wanted = status if isinstance(status, tuple) else (status,)
        if done.returncode not in wanted:
            self.wrong(step, f"`{line}` ends with {done.returncode}, not {status}", printed)
        self.look(step, line, printed, says)
        return printed

    def look(self, step, line, printed, says=()):
        """What must be in a text, and what may be in none."""
        for words in says:
            if words not in printed:
                self.wrong(step, f"`{line}` doesn't say {words}", printed)
        for never in [CRASH.search(printed), ESCAPE in printed and "an escape sequence"]:
            if never:
                self.wrong(step, f"`{line}` shows {never}", printed)
        for path in self.build_machine:
            if path in printed:
                self.wrong(step, f"`{line}` shows a path of the machine that built it", printed)

    def left_alone(self):
        """Nothing came or went outside the folders that were worked in."""
        for path in sorted(self.listing() ^ self.before):
            self.wrong("the desk", f"{path} came or went")

    def table(self, seconds):
        """Prints each step with its time."""
        for step, line, took in self.times:
            print(f"{took:7.2f} s  {step:14}  {line.splitlines()[0][:100]}")
        print(f"{seconds:7.2f} s  in all, {len(self.times)} commands")

    def report(self):
        """Prints what was wrong; the exit status."""
        for problem in self.problems:
            print(f"WRONG  {problem}")
        return 1 if self.problems else 0
