"""Zips whose bytes depend on nothing but the names and bytes inside, and the list of sums.

A function's `source_code_hash` must change when the function changes and at no other time, so a
zip holds no date of a build, no owner, no mode of the machine, and its files in order of name.
"""

import hashlib
import stat
import zipfile
from pathlib import Path

# The oldest date that the format can say.
DATE = (1980, 1, 1, 0, 0, 0)
UNIX = 3


def write_zip(path, files):
    """Writes `files`, pairs of bytes and mode by name; the folder of `path` must be there."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, (content, mode) in sorted(files.items()):
            entry = zipfile.ZipInfo(name, DATE)
            entry.create_system = UNIX
            entry.external_attr = (stat.S_IFREG | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def write_sums(folder, names):
    """Writes `SHA256SUMS` as `sha256sum --check` reads it."""
    folder = Path(folder)
    lines = [f"{sha256((folder / name).read_bytes())}  {name}\n" for name in sorted(names)]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="ascii")
