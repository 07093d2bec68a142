"""The Terraform module and the CloudFormation template of a release. tests/release/run starts this."""

import functools
import http.server
import os
import re
import subprocess
import sys
import tempfile
import threading
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "release"))

import infrastructure


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class Infrastructure(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def written(self, name="out"):
        out = self.folder / name
        out.mkdir()
        self.assertEqual(infrastructure.write(ROOT, out), {path.name for path in out.iterdir()})
        return out

    def test_the_same_sources_give_the_same_bytes(self):
        one, two = self.written("one"), self.written("two")
        for name in ("terraform-module.zip", "cloudformation.yaml"):
            self.assertEqual((one / name).read_bytes(), (two / name).read_bytes())

    def test_the_module_is_at_the_top_with_its_examples_and_no_tests(self):
        with zipfile.ZipFile(self.written() / "terraform-module.zip") as module:
            names = set(module.namelist())
            readme = module.read("README.md").decode()
        sources = {path.name for path in (ROOT / "infra").glob("*.tf")}
        examples = {path.relative_to(ROOT / "infra").as_posix()
                    for path in (ROOT / "infra/examples").glob("*/*.tf")}  # fmt: skip
        self.assertLessEqual(sources | examples | {"README.md", "LICENSE-MIT"}, names)
        self.assertEqual([name for name in names if re.search(r"^(tests|sam)/|tfstate|/\.", name)], [])
        # What its documents lead to is in it, or has an address of its own.
        links = set(re.findall(r"\]\(([^)#]+)", readme))
        self.assertEqual([link for link in links if link not in names and "://" not in link], [])
        self.assertTrue(any("/blob/v0.1.0/docs/deploy.md" in link for link in links), links)

    def test_terraform_takes_it_from_an_address(self):
        handler = functools.partial(Quiet, directory=self.written())
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            place = self.folder / "stack"
            place.mkdir()
            address = f"http://127.0.0.1:{server.server_port}/terraform-module.zip"
            (place / "main.tf").write_text(
                f'module "claims" {{\n  source      = "{address}"\n  name        = "claims"\n'
                f'  trigger_zip = "main.tf"\n}}\n')  # fmt: skip
            done = subprocess.run(["terraform", "get", "-no-color"], cwd=place, text=True,
                                  capture_output=True, env={"PATH": os.environ["PATH"],
                                  "HOME": str(self.folder), "NO_PROXY": "127.0.0.1"})  # fmt: skip
            server.shutdown()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((place / ".terraform/modules/claims/trigger.tf").exists(), done.stdout)


if __name__ == "__main__":
    unittest.main()
