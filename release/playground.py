"""The playground as files for a static host: the page, its engine in WebAssembly, and the licences of that.

A browser loads all but the licences before the first answer, so that has a limit.
"""

import gzip
import os
import subprocess
from pathlib import Path

import build
import licences
import shipped
import wasm

MOST_COMPRESSED = 350_000
PACKAGE = "claimsmith-playground"


def write(root, target, out, standard_library):
    """Writes all files into the folder `out`; `standard_library` are Rust's own notices."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "engine.wasm").write_bytes(wasm.engine(root, target / "wasm"))
    subprocess.run([page(root, target), out], check=True)
    notices = {"licences.txt", "rust-std.licences.html"}
    loaded = [path for path in sorted(out.iterdir()) if path.name not in notices]
    compressed = measure({path.name: path.read_bytes() for path in loaded})
    packages, _ = shipped.shipped(root, PACKAGE, (), wasm.TRIPLE)
    text = licences.gather("Licences of what is in engine.wasm", packages)
    (out / "licences.txt").write_text(text, encoding="utf-8")
    (out / "rust-std.licences.html").write_bytes(standard_library)
    print(f"in {out}, beside the licences")
    if compressed > MOST_COMPRESSED:
        raise build.Unfit(f"a browser loads {compressed:,} bytes; {MOST_COMPRESSED:,} at most")


def page(root, target):
    """The program that writes the page. Tests have it already, in the folder PROGRAMS."""
    if "PROGRAMS" in os.environ:
        return Path(os.environ["PROGRAMS"]) / "examples/static_page"
    kept = {name: value for name, value in os.environ.items() if name != "CARGO_BUILD_TARGET"}
    subprocess.run(
        ["cargo", "build", "--locked", "--quiet", "--package", PACKAGE, "--example", "static_page",
         "--target-dir", target],
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
