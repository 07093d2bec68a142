"""Holds mypy and pyright to what they must take and what they must refuse.

    check.py PYRIGHT_COMMAND...

Run with the Python in whose environment the package is installed.
"""

import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SETTINGS = HERE.parent.parent / "pyproject.toml"


def mypy(file: pathlib.Path) -> set[int]:
    command = [sys.executable, "-m", "mypy", "--config-file", str(SETTINGS), "--no-error-summary"]
    # No cache: what is installed under the same name may have changed.
    done = subprocess.run(
        [*command, "--cache-dir", "/dev/null", "--show-absolute-path", str(file)], capture_output=True, text=True
    )
    if done.returncode > 1:
        sys.exit(f"mypy: {done.stdout}{done.stderr}")
    lines = re.findall(rf"^{re.escape(str(file))}:(\d+): error: (.*)$", done.stdout, re.M)
    return report("mypy", file, {int(line): text for line, text in lines})


def pyright(file: pathlib.Path, command: list[str]) -> set[int]:
    done = subprocess.run(
        [*command, "--outputjson", "--pythonpath", sys.executable, "--project", str(SETTINGS), str(file)],
        capture_output=True,
        text=True,
    )
    if done.returncode > 1:
        sys.exit(f"pyright: {done.stdout}{done.stderr}")
    found = json.loads(done.stdout)["generalDiagnostics"]
    return report("pyright", file, {each["range"]["start"]["line"] + 1: each["message"] for each in found})


def report(checker: str, file: pathlib.Path, found: dict[int, str]) -> set[int]:
    lines = file.read_text().splitlines()
    wanted = {place for place, line in enumerate(lines, 1) if line.endswith("# wrong")}
    for place in sorted(found.keys() - wanted):
        print(f"{checker}: {file.name}:{place} is right, and refused: {found[place]}")
    for place in sorted(wanted - found.keys()):
        print(f"{checker}: {file.name}:{place} is wrong, and taken")
    return wanted ^ found.keys()


def main() -> int:
    wrong = set[int]()
    for name in ("right.py", "wrong.py"):
        wrong |= mypy(HERE / name) | pyright(HERE / name, sys.argv[1:])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
