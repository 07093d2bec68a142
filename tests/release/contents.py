"""What the bill and the licences say of each program. tests/release/run starts this."""

import json
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

from standin import ROOT, package, program

import build
import licences
import sbom
import shipped
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


class Contents(unittest.TestCase):
    """What the bill and the licences say of each function."""

    @classmethod
    def setUpClass(cls):
        cls.functions = [
            (function, *shipped.shipped(ROOT, function.package, function.features, triple))
            for function in [*package.present(None, False), package.COMMAND]
            for triple in build.TRIPLES.values()
        ]

    def bill(self, function, packages, needs):
        files = {function.entry: (program(), 0o755), "some.toml": (b"", 0o644)}
        return sbom.bill(function, "x86_64", packages, needs, files, package.versions())

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
        second = sbom.bill(function, "x86_64", other, {key: [] for key in other},
                           {"bootstrap": (b"", 0o755)}, package.versions())  # fmt: skip
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


if __name__ == "__main__":
    unittest.main()
