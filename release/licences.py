"""The licence texts of everything in one zip, gathered from the packages' own sources."""

import functools
import re
from pathlib import Path

NAMED = re.compile(r"(licen[cs]e|copying|notice|copyright|unlicense)", re.IGNORECASE)
# What is shorter only points at a licence.
SHORTEST = 400
ROOT = Path(__file__).resolve().parent.parent


class Unlicensed(Exception):
    """A package without a text and without a licence whose text we have."""


def gather(title, packages):
    """One document; a text that several packages share stands in it once."""
    by_text = {}
    for package in packages.values():
        for text in texts(package):
            by_text.setdefault(text, []).append(f"{package.name} {package.version}")
    lines = [title, ""]
    lines += [f"{found.name} {found.version}: {found.licence}" for found in packages.values()]
    for text, names in by_text.items():
        lines += ["", "=" * 78, *names, "=" * 78, "", text]
    return "\n".join(lines) + "\n"


@functools.cache
def texts(package):
    """Each text once; of a package that comes without, the plain text of what it names."""
    ours = not package.checksum
    found = ROOT.glob("LICENSE-*") if ours else licence_files(package)
    read = [clean(path.read_text(encoding="utf-8", errors="replace")) for path in sorted(found)]
    if not any(len(text) > SHORTEST for text in read):
        read.append(plain(package))
    return list(dict.fromkeys(read))


def licence_files(package):
    """By name at any depth, because C sources bring their own, and the one that the manifest names."""
    found = {
        path
        for path in package.folder.rglob("*")
        if NAMED.match(path.name) and path.suffix not in {".rs", ".py"} and path.is_file()
    }
    if package.licence_file:
        found.add(package.folder / package.licence_file)
    return found


def clean(text):
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def plain(package):
    """Some archives hold no licence text, although their licence asks for it to be passed on."""
    terms = set(re.split(r" OR | AND |[()]", package.licence))
    if "MIT" in terms:
        body = (ROOT / "LICENSE-MIT").read_text(encoding="utf-8").split("Permission is", 1)[1]
        text = "Permission is" + body
    elif "Apache-2.0" in terms:
        text = (ROOT / "LICENSE-APACHE").read_text(encoding="utf-8")
    else:
        raise Unlicensed(
            f"{package.name} {package.version} has no licence text, and `{package.licence}` "
            "is none whose text is at hand"
        )
    authors = ", ".join(package.authors) or f"the authors of {package.name}"
    return clean(
        f"The archive of {package.name} holds no licence text; it names {package.licence}.\n"
        f"Copyright: {authors}\n\n{text}"
    )
