"""Tests of `./package --playground` without the compiler; tests/wasm/run has the rest."""

import contextlib
import io
import os
import random
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "release"))

import build
import playground
import wasm

# Writes a page of two files into the folder it is given.
PAGE = "#!/bin/sh\necho page >$1/index.html\necho script >$1/playground.js\n"


class Playground(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.out = self.folder / "out"
        page = self.folder / "examples/static_page"
        page.parent.mkdir()
        page.write_text(PAGE)
        page.chmod(0o755)

    def write(self, engine):
        printed = io.StringIO()
        with (
            mock.patch.dict(os.environ, {"PROGRAMS": str(self.folder)}),
            mock.patch.object(wasm, "engine", lambda root, target: engine),
            contextlib.redirect_stdout(printed),
        ):
            playground.write(ROOT, self.folder, self.out, b"of Rust")
        return printed.getvalue()

    def test_files(self):
        """The page, the engine, and the licences of what is linked into it, which nobody loads."""
        self.assertRegex(self.write(b"engine"), r"\n +\d+ +\d+  together\n")
        names = {"index.html", "playground.js", "engine.wasm", "licences.txt", "rust-std.licences.html"}
        self.assertEqual({path.name for path in self.out.iterdir()}, names)
        self.assertEqual((self.out / "engine.wasm").read_bytes(), b"engine")
        licences = (self.out / "licences.txt").read_text()
        for name in ("serde_json", "toml", "maud", "claimsmith"):
            self.assertRegex(licences, rf"\n{name} \d")
        self.assertNotRegex(licences, r"\n(aws-sdk-dynamodb|serde_derive) \d")

    def test_limit(self):
        """What doesn't compress is refused where it is too much; what does isn't, and licences don't count."""
        noise = random.Random(1).randbytes(playground.MOST_COMPRESSED)
        with self.assertRaisesRegex(build.Unfit, r"350,\d\d\d bytes; 350,000 at most"):
            self.write(noise)
        self.write(bytes(1_000_000))
        self.write(noise[:-1000])


class Toolchain(unittest.TestCase):
    def ask(self, *present):
        """With a compiler whose sysroot has these, and no Debian."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for path in present:
                (folder / "lib/rustlib" / path).mkdir(parents=True)
            compiler = folder / "rustc"
            compiler.write_text(f"#!/bin/sh\necho {folder}\n")
            compiler.chmod(0o755)
            with (
                mock.patch.dict(os.environ, {"PATH": f"{folder}:{os.environ['PATH']}"}),
                mock.patch.object(wasm, "LIBC", folder / "none"),
            ):
                return wasm.toolchain()[:2]

    def test_rustup(self):
        """Both the target and the sources of the standard library, or what is missing is said."""
        parts = ("src/rust/library", f"{wasm.TRIPLE}/lib/self-contained")
        self.assertEqual(self.ask(*parts), ("cargo", "rustc"))
        for part in parts:
            with self.assertRaisesRegex(build.Missing, "rustup component add rust-src"):
                self.ask(part)


if __name__ == "__main__":
    unittest.main()
