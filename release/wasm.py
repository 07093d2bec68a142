"""Builds the playground's engine in WebAssembly, with a Rust that has what that takes.

Rust's standard library is compiled along, for size: the one that comes with the target is larger, mostly
by its sorting and by the texts of panics. Stable Rust knows these options under RUSTC_BOOTSTRAP.
"""

import os
import shutil
import subprocess
from pathlib import Path

import build

TRIPLE = "wasm32-wasip1"
NEEDS = (
    "there is no Rust for WebAssembly here: `rustup target add wasm32-wasip1` and `rustup component add "
    "rust-src` bring it, or on Debian `apt-get install --no-install-recommends cargo-web rustc-web "
    "rust-web-src lld wasi-libc`"
)
# The oldest with which this was tried: Debian's first one knows fewer of the options.
OLDEST = (1, 95)
# What a question may take of a browser's memory.
MEMORY = 256 << 20
FLAGS = [
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    f"-Clink-arg=--max-memory={MEMORY}",
]
# Debian has the C library in a package of its own.
LIBC = Path("/usr/lib/wasm32-wasi")
DEBIAN = [
    "-Clinker=wasm-ld",
    "-Clink-self-contained=no",
    f"-L{LIBC}",
    f"-Clink-arg={LIBC}/crt1-command.o",
]


def toolchain():
    """The commands of cargo and rustc, where the latter's sources are, and the flags it needs."""
    rustup = sources("rustc")
    if (rustup.parents[2] / TRIPLE / "lib/self-contained").is_dir() and rustup.is_dir():
        return "cargo", "rustc", rustup, []
    cargo, rustc = "/usr/bin/cargo", "/usr/bin/rustc"
    if all(map(shutil.which, [cargo, rustc, "wasm-ld"])) and LIBC.is_dir():
        if sources(rustc).is_dir() and version(rustc) >= OLDEST:
            return cargo, rustc, sources(rustc), DEBIAN
    raise build.Missing(NEEDS)


def version(rustc):
    printed = subprocess.run([rustc, "--version"], check=True, capture_output=True, text=True)
    return tuple(map(int, printed.stdout.split()[1].split(".")[:2]))


def sources(rustc):
    """Where the standard library of a compiler would be."""
    printed = subprocess.run(
        [rustc, "--print", "sysroot"], check=True, capture_output=True, text=True
    )
    return Path(printed.stdout.strip()) / "lib/rustlib/src/rust/library"


def engine(root, target):
    """Returns the bytes of the program; `target` is cargo's folder for it."""
    cargo, rustc, library, flags = toolchain()
    paths = [*build.local_paths(root, target), (library, "/rust")]
    flags = flags + FLAGS + [f"--remap-path-prefix={path}={name}" for path, name in paths]
    kept = {name: value for name, value in os.environ.items() if not build.DROPPED.match(name)}
    subprocess.run(
        [cargo, "build", "--locked", "--quiet", "--profile", "playground", "--target", TRIPLE,
         "-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size",
         "--package", "claimsmith-playground", "--bin", "playground-engine", "--target-dir", target],
        check=True,
        cwd=root,
        env=kept | {
            "RUSTC": rustc,
            "RUSTC_BOOTSTRAP": "1",
            "CARGO_ENCODED_RUSTFLAGS": "\x1f".join(flags),
            "CARGO_INCREMENTAL": "0",
        },
    )  # fmt: skip
    content = (target / TRIPLE / "playground/playground-engine.wasm").read_bytes()
    for path, _ in paths:
        if str(path).encode() in content:
            raise build.Unfit(f"the engine holds the path {path} of this machine")
    return content


if __name__ == "__main__":
    try:
        toolchain()
    except build.Missing as error:
        print(error)
        raise SystemExit(1)
