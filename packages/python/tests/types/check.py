"""Holds mypy and pyright to what they must take and what they must refuse, and the package to both.

    check.py CACHE_FOLDER PYRIGHT_COMMAND...

Run with the Python in whose environment the package is installed.
"""

import json
import pathlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import cognito_claims

HERE = pathlib.Path(__file__).resolve().parent
SETTINGS = HERE.parent.parent / "pyproject.toml"
TYPES = [HERE / "right.py", HERE / "wrong.py"]
SOURCES = sorted((HERE.parent.parent / "src" / "cognito_claims").glob("*.py"))

# What each found: texts by file and line.
Found = dict[tuple[str, int], str]


def run(command: list[str], files: list[pathlib.Path]) -> str:
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True)
    if done.returncode > 1:
        sys.exit(f"{command[0]}: {done.stdout}{done.stderr}")
    return done.stdout


def mypy(cache: str) -> Found:
    options = ["--config-file", str(SETTINGS), "--cache-dir", cache, "--show-absolute-path"]
    # The sources: mypy takes what is installed for somebody else's and says nothing about it.
    said = run([sys.executable, "-m", "mypy", *options], [*SOURCES, *TYPES])
    lines = re.findall(r"^(.*):(\d+): error: (.*)$", said, re.M)
    return {(file, int(line)): text for file, line, text in lines}


def pyright(command: list[str]) -> Found:
    options = ["--outputjson", "--pythonpath", sys.executable, "--project", str(SETTINGS)]
    installed = sorted(pathlib.Path(cognito_claims.__file__).parent.glob("*.py"))
    answer = json.loads(run([*command, *options], [*installed, *TYPES]))
    if answer["summary"]["filesAnalyzed"] != len(installed) + len(TYPES):
        sys.exit("pyright looked at other files")
    return {
        (each["file"], each["range"]["start"]["line"] + 1): each["message"] for each in answer["generalDiagnostics"]
    }


def main() -> int:
    cache, *command = sys.argv[1:]
    wanted = {
        (str(file), place)
        for file in TYPES
        for place, line in enumerate(file.read_text().splitlines(), 1)
        if line.endswith("# wrong")
    }
    with ThreadPoolExecutor() as pool:
        found = {"mypy": pool.submit(mypy, cache), "pyright": pool.submit(pyright, command)}
    failures = list[str]()
    for checker, future in found.items():
        got = future.result()
        failures += [f"{checker}: {file}:{line} is refused: {got[file, line]}" for file, line in got.keys() - wanted]
        failures += [f"{checker}: {file}:{line} is wrong, and taken" for file, line in wanted - got.keys()]
    print("\n".join(sorted(failures)) or f"mypy and pyright agree: {len(wanted)} lines are wrong, and no other")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
