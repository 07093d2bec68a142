"""Tests of `./package` about the functions. tests/release/run starts them."""

import contextlib
import io
import os
import subprocess
import sys
import time
import unittest
import zipfile
from pathlib import Path
from unittest import mock

from standin import ROOT, Folder, checker, package, program, run_package

import archive
import build
import check


class Zip(Folder):
    FILES = {"bootstrap": (b"program" * 1000, 0o755), "claims.toml": (b"version = 1\n", 0o644)}

    def test_same_files_same_bytes(self):
        """Whatever the order, the mask for new files, the folder and the time of day."""
        archive.write_zip(self.folder / "one.zip", self.FILES)
        old_mask, old_folder = os.umask(0o077), os.getcwd()
        os.chdir(self.folder)
        try:
            with mock.patch.object(time, "time", lambda: 2_000_000_000.0):
                archive.write_zip("two.zip", dict(reversed(self.FILES.items())))
        finally:
            os.umask(old_mask)
            os.chdir(old_folder)
        one, two = ((self.folder / name).read_bytes() for name in ("one.zip", "two.zip"))
        self.assertEqual(one, two)

    def test_entries(self):
        archive.write_zip(self.folder / "one.zip", self.FILES)
        with zipfile.ZipFile(self.folder / "one.zip") as found:
            entries = found.infolist()
            self.assertEqual([entry.filename for entry in entries], ["bootstrap", "claims.toml"])
            self.assertEqual(
                [oct(entry.external_attr >> 16) for entry in entries], ["0o100755", "0o100644"]
            )
            for entry in entries:
                self.assertEqual(entry.date_time, (1980, 1, 1, 0, 0, 0))
                self.assertEqual(entry.create_system, 3)
                self.assertEqual(entry.extra, b"")
                self.assertEqual(found.read(entry), self.FILES[entry.filename][0])


class Package(Folder):
    def test_twice_the_same(self):
        """All files of a release, in two folders, by two processes that order their sets otherwise."""
        self.assertEqual(run_package("--out", self.folder / "one"), (0, ""))
        code = "import standin; assert standin.run_package('--out', 'two') == (0, '')"
        paths = os.pathsep.join([str(ROOT / "tests/release"), *sys.path])
        other = {"PYTHONPATH": paths, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
        subprocess.run(
            [sys.executable, "-B", "-c", code],
            check=True, cwd=self.folder, env=os.environ | other, umask=0o077,
        )  # fmt: skip
        names = sorted(path.name for path in (self.folder / "one").iterdir())
        for name in names:
            one, two = ((self.folder / out / name).read_bytes() for out in ("one", "two"))
            self.assertEqual(one, two, name)
        for function in package.present(None, False):
            for arch in ("arm64", "x86_64"):
                for ending in ("zip", "cdx.json", "licences.txt"):
                    self.assertIn(f"{function.program}-{arch}.{ending}", names)

    def test_sums(self):
        """`SHA256SUMS` covers every file, and notices a changed one."""
        out = self.folder
        run_package("--arch", "x86_64", "--only", "authorizer", "--out", out)
        listed = {line.split()[1] for line in (out / "SHA256SUMS").read_text().splitlines()}
        self.assertEqual(listed | {"SHA256SUMS"}, {path.name for path in out.iterdir()})
        check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
        self.assertEqual(subprocess.run(check, cwd=out).returncode, 0)
        with (out / "authorizer-x86_64.zip").open("ab") as file:
            file.write(b"!")
        self.assertNotEqual(subprocess.run(check, cwd=out, capture_output=True).returncode, 0)

    def test_contents(self):
        """Each function with its own configuration, or with the one that is given."""
        policy = self.folder / "mine.toml"
        policy.write_bytes(b"version = 1 # mine\n")
        run_package("--arch", "x86_64", "--policy", policy, "--out", self.folder / "out")
        expected = {
            "pre-token-generation": {"claims.toml": policy.read_bytes()},
            "authorizer": {
                "authorizer.toml": package.AUTHORIZER.read_bytes()
            },
            "items-api": {},
        }
        for function in package.present(None, False):
            with zipfile.ZipFile(self.folder / "out" / f"{function.program}-x86_64.zip") as found:
                files = {name: found.read(name) for name in found.namelist()}
            self.assertEqual(
                files, {"bootstrap": program(), **expected[function.program]}, function.program
            )

    def test_otel_and_next_policy(self):
        """Beside the zips that are always there, with features that the compiler and the bill know."""
        (self.folder / "b.toml").write_text("# next\n")
        built = []

        def builder(root, target, arch, name, binary, features, tools):
            built.append((name, features))
            return program(arch)

        run_package(
            "--arch", "x86_64", "--only", "pre-token-generation", "--otel",
            "--next", self.folder / "b.toml", "--out", self.folder / "out", builder=builder,
        )  # fmt: skip
        self.assertEqual(built, [("claimsmith", ()), ("claimsmith", ("otel",))])
        for name in ["pre-token-generation", "pre-token-generation-otel"]:
            with zipfile.ZipFile(self.folder / "out" / f"{name}-x86_64.zip") as found:
                self.assertEqual(found.read("next.toml"), b"# next\n")
            bill = (self.folder / "out" / f"{name}-x86_64.cdx.json").read_text()
            self.assertEqual('"opentelemetry"' in bill, name.endswith("otel"), name)

    def test_missing_policy(self):
        """Noticed before minutes of building."""
        builder = mock.Mock()
        with self.assertRaises(FileNotFoundError):
            run_package("--policy", self.folder / "none.toml", "--out", self.folder, builder=builder)
        builder.assert_not_called()

    def test_policy_with_findings(self):
        """Whichever of the files it is: refused before minutes of building, and nothing is written.
        A file that goes into no zip doesn't matter."""
        wrong = self.folder / "wrong.toml"
        wrong.write_text("wrong\n")
        for option, only in [
            ("--policy", "pre-token-generation"),
            ("--next", "pre-token-generation"),
            ("--authorizer", "authorizer"),
        ]:
            builder = mock.Mock()
            with self.assertRaisesRegex(check.Wrong, "wrong.toml"):
                run_package(option, wrong, "--out", self.folder / "out", builder=builder)
            builder.assert_not_called()
            self.assertEqual(list((self.folder / "out").iterdir()), [])
            other = "authorizer" if only != "authorizer" else "pre-token-generation"
            arguments = (option, wrong, "--only", other, "--arch", "x86_64", "--out", self.folder / other)
            self.assertEqual(run_package(*arguments), (0, ""))

    def test_findings_are_shown(self):
        """All of them, and not those of the first file alone."""
        wrong = self.folder / "wrong.toml"
        wrong.write_text("wrong\n")
        shown = io.StringIO()
        given = [("--policy", wrong), ("--authorizer", wrong)]
        with contextlib.redirect_stdout(shown), self.assertRaises(check.Wrong):
            check.check(checker(None, None), given)
        self.assertEqual(shown.getvalue(), "".join(f"{option} {wrong}: 1 problem\n" for option, _ in given))

    def test_missing_target(self):
        """What can be built is built; what can't is named, and the status says so."""
        status, errors = run_package(
            "--only", "authorizer", "--out", self.folder, missing=("arm64",)
        )
        self.assertEqual((status, errors), (1, "package: arm64: no target\n"))
        self.assertTrue((self.folder / "authorizer-x86_64.zip").exists())
        self.assertNotIn("arm64", (self.folder / "SHA256SUMS").read_text())

    def test_missing_notices(self):
        """Noticed before minutes of building, too."""
        builder = mock.Mock()
        with (
            mock.patch.object(package, "sysroot", lambda: self.folder),
            self.assertRaisesRegex(build.Missing, "COPYRIGHT-library.html"),
        ):
            run_package("--out", self.folder, builder=builder)
        builder.assert_not_called()

    def test_target_is_looked_for(self):
        compiler = self.folder / "rustc"
        compiler.write_text(f"#!/bin/sh\necho {self.folder}\n")
        compiler.chmod(0o755)
        with mock.patch.dict(os.environ, {"PATH": f"{self.folder}:{os.environ['PATH']}"}):
            with self.assertRaisesRegex(build.Missing, "rustup target add aarch64-unknown-linux"):
                build.require_target("arm64")
            library = self.folder / "lib/rustlib/aarch64-unknown-linux-gnu/lib"
            library.mkdir(parents=True)
            (library / "libstd-0123.rlib").touch()
            build.require_target("arm64")

    def test_unlisted_package(self):
        """A program that names a package which its bill lacks is not written."""
        builder = lambda root, target, arch, *_: program(arch, b"/registry/left-pad-1.0.0/src/lib.rs")
        with self.assertRaisesRegex(build.Unfit, "left-pad-1.0.0"):
            run_package("--only", "authorizer", "--out", self.folder, builder=builder)
        self.assertEqual(list(self.folder.glob("*.zip")), [])


class Program(unittest.TestCase):
    PATHS = [(Path("/home/someone/checkout"), "/claimsmith")]

    def test_fit(self):
        build.examine(program("arm64"), "arm64", self.PATHS)

    def test_unfit(self):
        for content, why in [
            (program("arm64"), "not a Linux program for x86_64"),
            (b"#!/bin/sh\n", "not a Linux program"),
            (program(more=b"GLIBC_2.36\0"), "needs the C library 2.36"),
            (program(more=b"/home/someone/checkout/src/lib.rs"), "holds the path"),
        ]:
            with self.assertRaisesRegex(build.Unfit, why):
                build.examine(content, "x86_64", self.PATHS)

    def test_environment(self):
        """No flag of the caller gets into the bytes, and each path is mapped."""
        caller = {"RUSTFLAGS": "-C target-cpu=native", "CFLAGS": "-g", "RUSTC_WRAPPER": "cache",
                  "CARGO_PROFILE_PACKAGED_LTO": "off", "CARGO_BUILD_RUSTFLAGS": "-g",
                  "CARGO_BUILD_JOBS": "1", "HOME": "/home/someone"}  # fmt: skip
        with mock.patch.dict(os.environ, caller):
            found = build.environment(Path("/one"), Path("/two"), "arm64", Path("/tools"))
        self.assertEqual(found.keys() & caller.keys(), {"CARGO_BUILD_JOBS", "HOME"})
        self.assertIn("--remap-path-prefix=/one=/claimsmith", found["CARGO_ENCODED_RUSTFLAGS"])
        self.assertTrue(
            found["CARGO_ENCODED_RUSTFLAGS"].endswith("\x1f--remap-path-prefix=/two=/target")
        )
        self.assertIn("-ffile-prefix-map=/two=", found["CFLAGS_aarch64_unknown_linux_gnu"])


    def test_blanks(self):
        """Refused by name instead of an odd error of a compiler."""
        with self.assertRaisesRegex(build.Missing, "/my files"):
            build.environment(Path("/my files"), Path("/two"), "arm64", Path("/tools"))


if __name__ == "__main__":
    unittest.main()
