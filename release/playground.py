"""The playground as files for a static host: the page, and the engine in WebAssembly beside it.

Everything is loaded before the first answer, so all of it together has a limit.
"""

import gzip
import os
import subprocess
from pathlib import Path

import build
import wasm

MOST_COMPRESSED = 350_000


def write(root, target, out):
    """Writes all files into the folder `out`; returns the status of the command."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "engine.wasm").write_bytes(wasm.engine(root, target / "wasm"))
    subprocess.run([page(root, target), out], check=True)
    total = measure({path.name: path.read_bytes() for path in sorted(out.iterdir())})
    print(f"in {out}")
    if total > MOST_COMPRESSED:
        raise build.Unfit(f"the page takes {total:,} bytes, compressed; {MOST_COMPRESSED:,} at most")
    return 0


def page(root, target):
    """The program that writes the rest. Tests have it already, in the folder PROGRAMS."""
    if "PROGRAMS" in os.environ:
        return Path(os.environ["PROGRAMS"]) / "examples/static_page"
    kept = {name: value for name, value in os.environ.items() if name != "CARGO_BUILD_TARGET"}
    subprocess.run(
        ["cargo", "build", "--locked", "--quiet", "--package", "claimsmith-playground",
         "--example", "static_page", "--target-dir", target],
        cwd=root, check=True, env=kept,
    )  # fmt: skip
    return target / "debug/examples/static_page"


def measure(files):
    """Prints the size of each file, and what a server sends; returns the sum of the latter."""
    sizes = {name: (len(text), len(gzip.compress(text, 9, mtime=0))) for name, text in files.items()}
    sizes["together"] = tuple(map(sum, zip(*sizes.values())))
    print(f"{'bytes':>10}  {'gzip -9':>9}")
    for name, (raw, compressed) in sizes.items():
        print(f"{raw:>10,}  {compressed:>9,}  {name}")
    return sizes["together"][1]
