"""Which packages are in a program: asked of cargo for one package, its features and one target.

`cargo tree` answers with the features of just that program, without procedural macros and build
scripts, which run at build time only; `cargo metadata` and `Cargo.lock` tell the rest.
"""

import functools
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

LINE = re.compile(r"^(\d+) (\S+) v(\S+)")
LOCKED = re.compile(r'name = "(.+)"\nversion = "(.+)"\n(?:source = ".+"\n)?checksum = "(.+)"')


@dataclass(frozen=True)
class Package:
    """One package; `checksum` is the registry's, of the archive, and empty for our own."""

    name: str
    version: str
    licence: str
    authors: tuple
    description: str
    repository: str
    checksum: str
    folder: Path
    licence_file: str

    @property
    def purl(self):
        return f"pkg:cargo/{self.name}@{self.version}"


@functools.cache
def shipped(root, package, features, triple):
    """Packages by (name, version), sorted, and for each the sorted list of those it needs.

    `features` is a tuple.
    """
    known = details(root, triple)
    lines = subprocess.run(
        ["cargo", "tree", "--locked", "--package", package, "--edges", "normal,no-proc-macro",
         "--target", triple, "--prefix", "depth", "--format", " {p}",
         *(["--features", ",".join(features)] if features else [])],
        cwd=root, check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    needs, path = {}, []
    for line in filter(None, lines):
        depth, name, version = LINE.match(line).groups()
        del path[int(depth) :]
        if path:
            needs[path[-1]].add((name, version))
        path.append((name, version))
        needs.setdefault((name, version), set())
    packages = {key: known[key] for key in sorted(needs)}
    return packages, {key: sorted(needs[key]) for key in packages}


@functools.cache
def details(root, triple):
    metadata = json.loads(
        subprocess.run(
            ["cargo", "metadata", "--locked", "--all-features", "--format-version", "1",
             "--filter-platform", triple],
            cwd=root, check=True, capture_output=True, text=True,
        ).stdout
    )  # fmt: skip
    lock = (Path(root) / "Cargo.lock").read_text(encoding="utf-8")
    checksums = {(name, version): sum_ for name, version, sum_ in LOCKED.findall(lock)}
    return {
        (found["name"], found["version"]): Package(
            name=found["name"],
            version=found["version"],
            licence=expression(found["license"]),
            authors=tuple(found["authors"]),
            description=" ".join((found["description"] or "").split()),
            repository=found["repository"] or "",
            checksum=checksums.get((found["name"], found["version"]), ""),
            folder=Path(found["manifest_path"]).parent,
            licence_file=found["license_file"] or "",
        )
        for found in metadata["packages"]
    }


def expression(licence):
    """An SPDX expression; older packages write `MIT/Apache-2.0` for `MIT OR Apache-2.0`."""
    return " OR ".join(part.strip() for part in (licence or "").split("/"))
