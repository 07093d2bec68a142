"""Builds one program for `provided.al2023`, so that the same sources give the same bytes.

cargo-lambda links with zig against an old C library; a plain build on a newer system links that
system's, which Amazon Linux 2023 does not have. What would make bytes differ is taken away: paths
of this machine are mapped to fixed ones, and flags from the environment are dropped.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TRIPLES = {"arm64": "aarch64-unknown-linux-gnu", "x86_64": "x86_64-unknown-linux-gnu"}
# `e_machine` of the ELF header.
MACHINES = {"arm64": 183, "x86_64": 62}
# The C library of Amazon Linux 2023 is 2.34.
NEWEST_GLIBC = (2, 34)

# Variables of the caller that would get into the bytes.
DROPPED = re.compile(
    r"(RUSTFLAGS|RUSTC(_.*)?|CARGO_ENCODED_RUSTFLAGS|CARGO_(PROFILE|TARGET|UNSTABLE)_.*"
    r"|CARGO_BUILD_(?!JOBS$).*|CARGO_LAMBDA_.*|(HOST_|TARGET_)?(CC|CXX|AR|CFLAGS|CXXFLAGS|CPPFLAGS)(_.*)?"
    r"|LDFLAGS|CPATH|C_INCLUDE_PATH|LIBRARY_PATH|AWS_LC_.*|ZIG_.*)$"
)


class Missing(Exception):
    """Something that the build needs is not on this machine; the text names it."""


class Unfit(Exception):
    """What was built must not be shipped; the text says why."""


def require_target(arch):
    """Refuses early and by name: without the target rustc only says that it can't find `core`."""
    sysroot = subprocess.run(
        ["rustc", "--print", "sysroot"], check=True, capture_output=True, text=True
    ).stdout.strip()
    if not list(Path(sysroot).glob(f"lib/rustlib/{TRIPLES[arch]}/lib/libstd-*")):
        raise Missing(
            f"{arch}: the Rust target {TRIPLES[arch]} is not installed here; "
            f"`rustup target add {TRIPLES[arch]}` brings it"
        )


def install_tools(target):
    """cargo-lambda and zig below the target folder, exactly the versions in requirements.txt."""
    wanted = (HERE / "requirements.txt").read_text(encoding="utf-8")
    folder = target / "package-tools"
    stamp = folder / "requirements.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        subprocess.run(["rm", "-rf", folder], check=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
             "--root-user-action", "ignore", "--no-deps", "--require-hashes", "--only-binary", ":all:",
             "--target", folder, "--requirement", HERE / "requirements.txt"],
            check=True,
        )  # fmt: skip
        stamp.write_text(wanted, encoding="utf-8")
    return folder


def fetch_sources(root):
    """First of all: which folders hold sources is known only when they are there."""
    subprocess.run(["cargo", "fetch", "--locked", "--quiet"], check=True, cwd=root)


def local_paths(root, target):
    """Paths of this machine and what stands for them; where two fit, the later one counts."""
    cargo = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    paths = [(root, "/claimsmith")]
    paths += [(source, "/registry") for source in sorted((cargo / "registry/src").glob("*"))]
    return [*paths, (target, "/target")]


def environment(root, target, arch, tools):
    paths = local_paths(root, target)
    for path, _ in paths:
        if " " in str(path):
            raise Missing(f"a folder without blanks: flags of C compilers can't hold {path}")
    kept = {name: value for name, value in os.environ.items() if not DROPPED.match(name)}
    remap = "\x1f".join(f"--remap-path-prefix={path}={name}" for path, name in paths)
    # In what C puts into the program, for example the file of a failed assertion.
    c_remap = " ".join(f"-ffile-prefix-map={path}={name}" for path, name in paths)
    return kept | {
        "PATH": os.pathsep.join([str(tools / "bin"), os.environ["PATH"]]),
        "PYTHONPATH": str(tools),
        "CARGO_TARGET_DIR": str(target),
        "CARGO_INCREMENTAL": "0",
        "CARGO_ENCODED_RUSTFLAGS": remap,
        f"CFLAGS_{TRIPLES[arch].replace('-', '_')}": c_remap,
        # .cargo/config.toml says why; here so that it also holds in a folder without that file.
        "AWS_LC_SYS_NO_JITTER_ENTROPY": "1",
        "SOURCE_DATE_EPOCH": "315532800",
        "LC_ALL": "C",
        "TZ": "UTC",
    }


def build(root, target, arch, package, program, features, tools):
    """Returns the bytes of the program."""
    folder = target / "package-build" / arch
    subprocess.run(
        ["cargo", "lambda", "build", "--locked", "--profile", "packaged",
         {"arm64": "--arm64", "x86_64": "--x86-64"}[arch],
         "--package", package, "--bin", program, *(["--features", ",".join(features)] if features else []),
         "--output-format", "binary", "--lambda-dir", folder],
        check=True,
        cwd=root,
        env=environment(root, target, arch, tools),
    )  # fmt: skip
    content = (folder / program / "bootstrap").read_bytes()
    examine(content, arch, local_paths(root, target))
    return content


def examine(content, arch, paths):
    """Refuses a program that would not start on Lambda or that says where it was built."""
    if content[:4] != b"\x7fELF" or int.from_bytes(content[18:20], "little") != MACHINES[arch]:
        raise Unfit(f"not a Linux program for {arch}")
    versions = {
        (int(major), int(minor)) for major, minor in re.findall(rb"GLIBC_(\d+)\.(\d+)", content)
    }
    too_new = max(versions, default=(0, 0))
    if too_new > NEWEST_GLIBC:
        raise Unfit(f"needs the C library {too_new[0]}.{too_new[1]}, Amazon Linux 2023 has 2.34")
    for path, _ in paths:
        if str(path).encode() in content:
            raise Unfit(f"holds the path {path} of this machine")


def packages_named_in(content):
    """`name-version` of each package whose sources a program names, for example in panics."""
    found = re.findall(rb"/registry/([A-Za-z0-9_-]+-\d+\.\d+\.\d+[A-Za-z0-9.+-]*)/", content)
    return {name.decode() for name in found}
