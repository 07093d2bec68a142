#!/usr/bin/env python3
"""Writes the conformance corpus: conformance/cases/*.jsonl.

  conformance/generate.py           writes the files
  conformance/generate.py --check   fails if they differ from what it would write

Python 3.10 or newer, nothing else. No clock, no random numbers and no order of hashes is in it, so
that every run writes the same bytes.
"""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(FOLDER))

from generator import SUBJECTS  # noqa: E402
from generator.case import written  # noqa: E402


def main() -> int:
    files = {f"{subject.NAME}.jsonl": written(subject.NAME, subject.cases()) for subject in SUBJECTS}
    place = FOLDER / "cases"
    if sys.argv[1:] == ["--check"]:
        here = {path.name: path.read_text(encoding="ascii") for path in place.iterdir()}
        stale = sorted(name for name in here.keys() | files.keys() if here.get(name) != files.get(name))
        for name in stale:
            print(f"conformance/cases/{name} is not what conformance/generate.py writes", file=sys.stderr)
        return 1 if stale else 0
    if sys.argv[1:]:
        print(__doc__, file=sys.stderr)
        return 2
    place.mkdir(exist_ok=True)
    for old in place.iterdir():
        old.unlink()
    for name, text in files.items():
        (place / name).write_text(text, encoding="ascii")
    print(f"{sum(text.count(chr(10)) for text in files.values())} cases in {len(files)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
