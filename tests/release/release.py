"""Tests of `./package` and of what else belongs to a release. tests/release/run starts them.

The program in the zips is a made-up one, so nothing is compiled; everything else is real.
"""

import contextlib
import importlib.machinery
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
import zipfile
from dataclasses import replace
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "release"))

import archive
import build
import check
import licences
import sbom
import shipped
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

loader = importlib.machinery.SourceFileLoader("package", str(ROOT / "package"))
package = importlib.util.module_from_spec(importlib.util.spec_from_loader("package", loader))
# A data class looks its module up.
sys.modules["package"] = package
loader.exec_module(package)


def program(arch="x86_64", more=b""):
    """The start of a program as `examine` reads it."""
    machine = build.MACHINES[arch].to_bytes(2, "little")
    return b"\x7fELF" + bytes(14) + machine + b"GLIBC_2.17\0GLIBC_2.34\0" + more


# In the place of `claimsmith check`, which the command's own tests are about.
CHECKER = """#!/bin/sh
grep -q '^wrong' "$3" || exit 0
echo "$2 $3: 1 finding"
exit 2
"""


def checker(root, target):
    program = Path(CHECKERS.name) / "claimsmith"
    program.write_text(CHECKER)
    program.chmod(0o755)
    return program


CHECKERS = tempfile.TemporaryDirectory()


def run_package(*arguments, builder=lambda root, target, arch, *_: program(arch), missing=()):
    """`./package` as a process would run it, but for the compiler. Returns status and errors."""

    def require(arch):
        if arch in missing:
            raise build.Missing(f"{arch}: no target")

    errors = io.StringIO()
    with (
        mock.patch.object(check, "command", checker),
        mock.patch.object(sys, "argv", ["package", *map(str, arguments)]),
        mock.patch.object(build, "install_tools", lambda target: target),
        mock.patch.object(build, "require_target", require),
        mock.patch.object(build, "build", builder),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(errors),
    ):
        return package.main(), errors.getvalue()


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)


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
        code = "import release; assert release.run_package('--out', 'two') == (0, '')"
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
        self.assertEqual(shown.getvalue(), "".join(f"{option} {wrong}: 1 finding\n" for option, _ in given))

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


class Contents(unittest.TestCase):
    """What the bill and the licences say of each function."""

    @classmethod
    def setUpClass(cls):
        cls.functions = [
            (function, *shipped.shipped(ROOT, function.package, function.features, triple))
            for function in package.present(None, False)
            for triple in build.TRIPLES.values()
        ]

    def bill(self, function, packages, needs):
        files = {"bootstrap": (program(), 0o755), "some.toml": (b"", 0o644)}
        return sbom.bill(function.program, "x86_64", "0.1.0", packages, needs,
                         function.package, files, package.versions())  # fmt: skip

    def test_bill_is_valid(self):
        # One bill with all that is in any of them, because validating takes seconds.
        packages, needs = {}, {}
        for _, more_packages, more_needs in self.functions:
            packages |= more_packages
            needs |= more_needs
        text = self.bill(self.functions[0][0], packages, needs)
        self.assertIsNone(JsonStrictValidator(SchemaVersion.V1_6).validate_str(text))

    def test_bill_is_whole(self):
        for found in self.functions:
            text = self.bill(*found)
            self.assertNotIn(str(ROOT), text)
            refs = {component["bom-ref"] for component in json.loads(text)["components"]}
            refs.add(json.loads(text)["metadata"]["component"]["bom-ref"])
            for needed in json.loads(text)["dependencies"]:
                self.assertLessEqual({needed["ref"], *needed["dependsOn"]}, refs)

    def test_bill_follows_the_program(self):
        """Another program has another serial number; the same one the same."""
        function, packages, needs = self.functions[0]
        first = self.bill(function, packages, needs)
        self.assertEqual(first, self.bill(function, packages, needs))
        other = dict(packages)
        other.popitem()
        second = sbom.bill(function.program, "x86_64", "0.1.0", other, {key: [] for key in other},
                           function.package, {"bootstrap": (b"", 0o755)}, package.versions())  # fmt: skip
        self.assertNotEqual(json.loads(first)["serialNumber"], json.loads(second)["serialNumber"])

    def test_packages(self):
        """What is linked, and nothing that only builds or tests; the trigger's TLS is ring alone."""
        for function, packages, _ in self.functions:
            names = {name for name, _ in packages}
            self.assertLessEqual({"cognito-claims", "serde_json", "tokio"}, names)
            self.assertFalse(
                names & {"serde_derive", "cc", "proptest", "insta", "claimsmith-testbed",
                         "openssl-sys", "native-tls"}, function.program
            )  # fmt: skip
            for found in packages.values():
                self.assertEqual(bool(found.checksum), "registry" in found.folder.parts, found.name)
                self.assertTrue(found.licence, found.name)
        by_program = {function.program: {name for name, _ in found} for function, found, _ in self.functions}
        self.assertIn("ring", by_program["pre-token-generation"])
        self.assertNotIn("aws-lc-sys", by_program["pre-token-generation"])
        # Revocation is switched on by a feature.
        self.assertLessEqual({"aws-lc-sys", "aws-sdk-dynamodb"}, by_program["authorizer"])
        self.assertNotIn("ring", by_program["authorizer"])

    def test_licences(self):
        """Each package is listed with its licence and stands above at least one text."""
        for function, packages, _ in self.functions:
            head, *sections = licences.gather("title", packages).split("\n" + "=" * 78 + "\n")
            names, bodies = sections[::2], sections[1::2]
            self.assertEqual(len(names), len(bodies))
            covered = {
                name
                for group, body in zip(names, bodies)
                if len(body) > licences.SHORTEST
                for name in group.splitlines()
            }
            for found in packages.values():
                self.assertIn(f"\n{found.name} {found.version}: {found.licence}", head)
                self.assertIn(f"{found.name} {found.version}", covered)

    def test_licence_of_c_sources(self):
        _, packages, _ = next(found for found in self.functions if found[0].program == "authorizer")
        aws = next(found for found in packages.values() if found.name == "aws-lc-sys")
        self.assertIn("aws-lc/third_party/fiat/LICENSE",
                      {str(path.relative_to(aws.folder)) for path in licences.licence_files(aws)})  # fmt: skip

    def test_without_a_text(self):
        """Said so, with the text of what the package names, or refused by name."""
        with tempfile.TemporaryDirectory() as folder:
            some = next(iter(self.functions[0][1].values()))
            bare = replace(some, name="bare", licence="MIT", checksum="0", folder=Path(folder), licence_file="")
            (text,) = licences.texts(bare)
            self.assertIn("bare holds no licence text; it names MIT.", text)
            self.assertIn("Permission is hereby granted", text)
            self.assertNotIn("Claimsmith", text)
            with self.assertRaisesRegex(licences.Unlicensed, "bare .* `Beerware`"):
                licences.texts(replace(bare, licence="Beerware"))


class Crate(unittest.TestCase):
    """What goes to the registry: cognito-claims and nothing else."""

    def test_files(self):
        listed = subprocess.run(
            ["cargo", "package", "--list", "--allow-dirty", "--offline", "--package", "cognito-claims"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        ours = [line for line in listed.splitlines() if line != ".cargo_vcs_info.json"]
        self.assertEqual(
            ours, (ROOT / "tests/release/cognito-claims.files").read_text().splitlines()
        )

    def test_metadata(self):
        metadata = json.loads(
            subprocess.run(
                ["cargo", "metadata", "--no-deps", "--format-version", "1", "--offline"],
                cwd=ROOT, check=True, capture_output=True, text=True,
            ).stdout
        )  # fmt: skip
        published = [found for found in metadata["packages"] if found["publish"] != []]
        self.assertEqual([found["name"] for found in published], ["cognito-claims"])
        for field in ("description", "license", "repository", "documentation", "readme",
                      "keywords", "categories", "rust_version"):  # fmt: skip
            self.assertTrue(published[0][field], field)
        self.assertTrue(published[0]["metadata"]["docs"]["rs"]["all-features"])

    def test_external_types(self):
        """A change of a foreign crate in the API is a change of ours: without features, few."""
        std = {"alloc", "core", "std", "cognito_claims"}
        serde = {"serde_core", "serde_json"}
        adapters = {"aws_lambda_events", "axum_core", "http", "lambda_http", "tower_layer",
                    "tower_service"}  # fmt: skip
        self.assertEqual(self.crates("public-api.txt") - std, serde)
        self.assertEqual(self.crates("public-api.all-features.txt") - std, serde | adapters)

    def crates(self, name):
        text = (ROOT / "crates/claims" / name).read_text()
        return set(re.findall(r"(?<![\w:])([a-z]\w*)(?=::)", text))


class Tree(unittest.TestCase):
    def test_deny(self):
        """Licences, sources and bans of deny.toml. A warning is an entry that nothing needs."""
        found = subprocess.run(
            ["cargo-deny", "--locked", "--offline", "--workspace", "check", "--deny", "warnings",
             "bans", "licenses", "sources"],
            cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)


class Version(Folder):
    CHANGES = "# Changelog\n\n## 1.2.3 - 2026-01-31\n\nClaims contract: 1\n\n## 1.2.2 - 2026-01-01\n"

    def ask(self, tag, changes=CHANGES, typescript="1.2.3", cdk="1.2.3", python="1.2.3"):
        for folder in ("release", "packages/typescript", "packages/cdk", "packages/python"):
            (self.folder / folder).mkdir(parents=True, exist_ok=True)
        for package, version in (("typescript", typescript), ("cdk", cdk)):
            (self.folder / f"packages/{package}/package.json").write_text(f'{{\n  "version": "{version}",\n}}\n')
        (self.folder / "packages/python/pyproject.toml").write_text(f'[project]\nversion = "{python}"\n')
        script = self.folder / "release/version"
        script.write_bytes((ROOT / "release/version").read_bytes())
        (self.folder / "Cargo.toml").write_text('[workspace.package]\nversion = "1.2.3"\n\n[package]\n')
        (self.folder / "CHANGELOG.md").write_text(changes)
        found = subprocess.run(["bash", script, tag], capture_output=True, text=True)
        return found.returncode, found.stderr

    def test_tag(self):
        self.assertEqual(self.ask("v1.2.3"), (0, ""))
        self.assertIn("Cargo.toml says 1.2.3", self.ask("v1.2.4")[1])
        self.assertIn("no section", self.ask("v1.2.3", self.CHANGES.replace("1.2.3", "Unreleased"))[1])
        self.assertIn("no line", self.ask("v1.2.3", self.CHANGES.replace("Claims", "Other"))[1])
        for package in ("typescript", "cdk", "python"):
            self.assertIn(f"packages/{package}/", self.ask("v1.2.3", **{package: "1.2.30"})[1])


class Workflows(unittest.TestCase):
    def test_zizmor(self):
        found = subprocess.run(
            ["zizmor", "--offline", "--quiet", "--no-progress", ".github"],
            cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)

    def test_actions(self):
        """Pinned by commit, with the version beside it for people and for dependabot. A workflow of
        this repository is that of the same commit."""
        for path in (ROOT / ".github/workflows").iterdir():
            text = path.read_text()
            uses = [line.strip() for line in text.splitlines() if "uses:" in line]
            self.assertTrue(uses)
            for line in uses:
                self.assertRegex(
                    line,
                    r"^(- )?uses: ([\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\$/\.github/workflows/\w+\.yml)$",
                )
            # No step after the checkout needs the token.
            self.assertEqual(
                text.count("persist-credentials: false"), text.count("actions/checkout@"), path.name
            )


if __name__ == "__main__":
    unittest.main()
