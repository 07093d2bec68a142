"""What a release has of the command: its archives, what finds them by name, and npm's packages.
tests/release/run starts this; tests/install/run installs and runs them."""

import io
import json
import subprocess
import tarfile
import tempfile
import tomllib
import unittest
from pathlib import Path
from unittest import mock

from standin import ROOT, Folder, package, program, run_package

import archive
import build
import command

VERSION = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
ARCHIVES = {arch: f"claimsmith-{triple}.tar.gz" for arch, triple in build.TRIPLES.items()}


def members(path):
    """Bytes and mode by name."""
    with tarfile.open(path) as found:
        return {it.name: (found.extractfile(it).read(), it.mode) for it in found.getmembers()}


class Command(Folder):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.features = []

        def builder(root, target, arch, name, binary, features, tools):
            cls.features.append((name, binary, features))
            return program(arch)

        out = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.out = Path(out)
        cls.ended = run_package("--only", "claimsmith", "--out", out, builder=builder)

    def test_names(self):
        self.assertEqual(self.ended, (0, ""))
        self.assertEqual(self.features, [("claimsmith-cli", "claimsmith", ("dynamodb",))] * 2)
        expected = {"SHA256SUMS", "npm-claimsmith.tgz", "npm-linux-x64.tgz", "npm-linux-arm64.tgz"}
        for triple in build.TRIPLES.values():
            expected |= {f"claimsmith-{triple}.{end}" for end in ("tar.gz", "cdx.json", "licences.txt")}
        found = {path.name for path in self.out.iterdir()}
        self.assertEqual({name for name in found if not name.startswith("rust-std-")}, expected)
        listed = {line.split()[1] for line in (self.out / "SHA256SUMS").read_text().splitlines()}
        self.assertEqual(listed | {"SHA256SUMS"}, found)

    def test_archive(self):
        for arch, name in ARCHIVES.items():
            found = members(self.out / name)
            self.assertEqual(found.pop("claimsmith"), (program(arch), 0o755))
            for licence in ROOT.glob("LICENSE-*"):
                self.assertEqual(found.pop(licence.name), (licence.read_bytes(), 0o644))
            completed = {file: (f"completions of {shell}\n".encode(), 0o644)
                         for shell, file in command.SHELLS.items()}  # fmt: skip
            self.assertEqual(found, completed)

    def test_bill_and_licences(self):
        """About this program with its feature, by the names of its files."""
        name = "claimsmith-x86_64-unknown-linux-gnu"
        bill = json.loads((self.out / f"{name}.cdx.json").read_text())
        main = bill["metadata"]["component"]
        self.assertEqual(main["name"], "claimsmith")
        self.assertEqual(main["hashes"][0]["content"], archive.sha256(program()))
        parts = {component["name"] for component in bill["components"]}
        self.assertLessEqual({"aws-sdk-dynamodb", "clap", "completions/_claimsmith"}, parts)
        licences = (self.out / f"{name}.licences.txt").read_text()
        self.assertTrue(licences.startswith(f"Licences of what is in {name}.tar.gz, version {VERSION}\n"))

    def test_nothing_unlisted(self):
        builder = lambda root, target, arch, *_: program(arch, b"/registry/left-pad-1.0.0/src/lib.rs")
        with self.assertRaisesRegex(build.Unfit, "left-pad-1.0.0"):
            run_package("--only", "claimsmith", "--out", self.folder, builder=builder)
        self.assertEqual(list(self.folder.glob("*.tar.gz")), [])

    def test_several(self):
        run_package("--only", "claimsmith", "--only", "authorizer", "--arch", "x86_64", "--out", self.folder)
        found = {path.name for path in self.folder.iterdir()}
        self.assertLessEqual({ARCHIVES["x86_64"], "authorizer-x86_64.zip"}, found)
        self.assertEqual({name for name in found if "pre-token" in name or "terraform" in name}, set())


class Tar(Folder):
    FILES = {"claimsmith": (b"program" * 1000, 0o755), "completions/_x": (b"x", 0o644)}

    def test_same_files_same_bytes(self):
        """Whatever the order, the owner, the time of day and the archive's own name."""
        archive.write_tar(self.folder / "one.tar.gz", self.FILES)
        with (
            mock.patch("time.time", lambda: 2_000_000_000.0),
            mock.patch("os.getuid", lambda: 7, create=True),
        ):
            archive.write_tar(self.folder / "two.tgz", dict(reversed(self.FILES.items())))
        one = (self.folder / "one.tar.gz").read_bytes()
        self.assertEqual(one, (self.folder / "two.tgz").read_bytes())
        with tarfile.open(fileobj=io.BytesIO(one)) as found:
            for entry in found.getmembers():
                self.assertEqual((entry.uid, entry.gid, entry.uname, entry.mtime), (0, 0, "", 315532800))

    def test_tar_takes_it(self):
        archive.write_tar(self.folder / "one.tar.gz", self.FILES)
        subprocess.run(["tar", "xzf", "one.tar.gz"], cwd=self.folder, check=True)
        self.assertEqual((self.folder / "claimsmith").stat().st_mode & 0o777, 0o755)


class Names(unittest.TestCase):
    """Whoever asks for an archive asks for one that there is."""

    def test_binstall(self):
        cargo = tomllib.loads((ROOT / "crates/cli/Cargo.toml").read_text())
        asked = cargo["package"]["metadata"]["binstall"]
        repository = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["repository"]
        for arch, triple in build.TRIPLES.items():
            known = {"repo": repository, "version": VERSION, "target": triple, "bin": "claimsmith",
                     "binary-ext": ""}  # fmt: skip
            filled = {key: fill(asked[key], known) for key in asked}
            tag = f"https://github.com/claimsmith/claimsmith/releases/download/v{VERSION}"
            self.assertEqual(filled["pkg-url"], f"{tag}/{package.COMMAND.packed(arch)}")
            self.assertEqual(filled["pkg-fmt"], "tgz")
            self.assertIn(filled["bin-dir"], command.files(ROOT, b"", {}))

    def test_npm(self):
        out = self.enterContext(tempfile.TemporaryDirectory())
        self.assertEqual(run_package("--only", "claimsmith", "--out", out)[0], 0)
        launcher = members(f"{out}/npm-claimsmith.tgz")
        main = json.loads(launcher["package/package.json"][0])
        self.assertEqual((main["name"], main["version"]), ("claimsmith", VERSION))
        self.assertEqual(launcher["package/bin/claimsmith.js"][1], 0o755)
        wanted = {}
        for arch, cpu in {"x86_64": "x64", "arm64": "arm64"}.items():
            found = members(f"{out}/npm-linux-{cpu}.tgz")
            part = json.loads(found["package/package.json"][0])
            self.assertEqual((part["os"], part["cpu"], part["libc"]), (["linux"], [cpu], ["glibc"]))
            self.assertEqual(found["package/claimsmith"], (program(arch), 0o755))
            wanted[part["name"]] = part["version"]
            for it in (main, part):
                # Nothing runs when they are installed, and nothing else comes with them.
                self.assertEqual(it.keys() & {"scripts", "dependencies", "devDependencies"}, set())
            self.assertIn("package/LICENSE-MIT", found)
        self.assertEqual(main["optionalDependencies"], wanted)


def fill(text, known):
    for key, value in known.items():
        text = text.replace("{ %s }" % key, value)
    assert "{" not in text, text
    return text


if __name__ == "__main__":
    unittest.main()
