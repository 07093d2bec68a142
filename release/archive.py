"""Archives whose bytes depend on nothing but the names and bytes inside, and the list of sums.

A function's `source_code_hash` must change when the function changes and at no other time, so an
archive holds no date of a build, no owner, no mode of the machine, and its files in order of name.
"""

import gzip
import hashlib
import io
import stat
import tarfile
import zipfile
from pathlib import Path

# The oldest date that a zip can say.
DATE = (1980, 1, 1, 0, 0, 0)
SECONDS = 315532800
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


def write_tar(path, files):
    """The same as a compressed tar, for programs: those who unpack it get their modes."""
    with (
        open(path, "wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=9, mtime=SECONDS) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, (content, mode) in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = len(content), mode, SECONDS
            archive.addfile(entry, io.BytesIO(content))


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def write_sums(folder, names):
    """Writes `SHA256SUMS` as `sha256sum --check` reads it."""
    folder = Path(folder)
    lines = [f"{sha256((folder / name).read_bytes())}  {name}\n" for name in sorted(names)]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="ascii")
