"""The script of the container image, run by itself: what is built into it is the file of its sum.
tests/install/run starts this."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

FILE = (Path(__file__).resolve().parents[2] / "packages/docker/Dockerfile").read_text()
SCRIPT = re.search(r"^RUN (.*?[^\\])\n\n", FILE, re.MULTILINE | re.DOTALL)[1].replace("\\\n", "")


class Image(unittest.TestCase):
    def run_it(self, architecture, spoil=False):
        with tempfile.TemporaryDirectory() as folder:
            make = "echo it > claimsmith; for t in x86_64 aarch64; do tar -czf claimsmith-$t-unknown-linux-gnu.tar.gz claimsmith; done; sha256sum *.gz > SHA256SUMS"
            subprocess.run(["bash", "-c", make], cwd=folder, check=True)
            for path in Path(folder).glob("*.gz") if spoil else []:
                path.write_bytes(path.read_bytes() + b"!")
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", SCRIPT], cwd=folder, capture_output=True,
                                  env={"PATH": "/usr/bin:/bin", "TARGETARCH": architecture})  # fmt: skip
            return done.returncode, (Path(folder) / "command/claimsmith").exists()

    def test_by_its_sum(self):
        for architecture in ("amd64", "arm64"):
            self.assertEqual(self.run_it(architecture), (0, True))
            self.assertEqual(self.run_it(architecture, spoil=True), (1, False))
        self.assertEqual(self.run_it("riscv64"), (1, False))

    def test_who_runs_it(self):
        last = FILE.split("\nFROM ")[-1]
        self.assertRegex(last, r"\nUSER [1-9]\d*\n")
        self.assertTrue(last.endswith('ENTRYPOINT ["/usr/local/bin/claimsmith"]\n'))


if __name__ == "__main__":
    unittest.main()
