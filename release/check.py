"""What `claimsmith check` finds in the policies that go into the zips, before minutes of building."""

import os
import subprocess

# Where the command is built for this machine, whatever the functions are built for.
NOT_OURS = ("CARGO_BUILD_TARGET",)


class Wrong(Exception):
    """A policy or configuration that its function would not start with."""


def command(root, target):
    """Builds the command; returns its program."""
    environment = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    subprocess.run(
        ["cargo", "build", "--locked", "--package", "claimsmith-cli", "--target-dir", target],
        cwd=root, check=True, env=environment,
    )  # fmt: skip
    return target / "debug/claimsmith"


def check(program, given):
    """Shows what is found in each file, a pair of the option for it and its path."""
    wrong = []
    for option, path in given:
        found = subprocess.run(
            [program, "check", option, path], stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        print(found.stdout, end="")
        if found.returncode != 0:
            wrong.append(str(path))
    if wrong:
        raise Wrong(f"nothing was built: look at {', '.join(wrong)}")
