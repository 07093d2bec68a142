"""The crate, the dependency tree, the version and the workflows. tests/release/run starts this."""

import json
import re
import subprocess
import unittest

from standin import ROOT, Folder


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

    def ask(self, tag, changes=CHANGES, typescript="1.2.3", cdk="1.2.3", python="1.2.3", action="1.2.3"):
        for folder in ("release", "packages/typescript", "packages/cdk", "packages/python",
                       "packages/action"):  # fmt: skip
            (self.folder / folder).mkdir(parents=True, exist_ok=True)
        for package, version in (("typescript", typescript), ("cdk", cdk)):
            (self.folder / f"packages/{package}/package.json").write_text(f'{{\n  "version": "{version}",\n}}\n')
        (self.folder / "packages/python/pyproject.toml").write_text(f'[project]\nversion = "{python}"\n')
        (self.folder / "packages/action/action.yml").write_text(f"    default: v{action}\n")
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
        for package in ("typescript", "cdk", "python", "action"):
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
