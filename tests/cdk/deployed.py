"""Stacks that the construct makes, on the emulated AWS: signed in to, updated, deleted.

    python deployed.py TARGET      with the construct and its libraries in TARGET/node_modules
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from emulator import ROOT, Failed, ministack
from stacks import BUCKET, Stack, deleted, made, merged, rolled_out, stopped, theirs

READS_OTHERWISE = '[{"table": "${CLAIMS_TABLE}", "actions": ["dynamodb:Query"]}]'


class Cdk(Stack):
    def __init__(self, emulator, name, target, folder, pool=""):
        super().__init__(emulator, name)
        self.app, self.folder, self.pool = target / "tests/app.js", folder, pool

    def deploy(self, policy, rights=""):
        """As the command `cdk` would: assets into the bucket, then the template."""
        package = self.folder / "trigger.zip"
        package.write_bytes(self.emulator.package("pre-token-generation", {"claims.toml": policy}))
        made = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        subprocess.run(["node", self.app, made, package, self.name, self.pool, rights], check=True)
        for asset in json.loads((made / f"{self.name}.assets.json").read_text())["files"].values():
            for to in asset["destinations"].values():
                self.s3.put_object(Bucket=to["bucketName"], Key=to["objectKey"],
                                   Body=(made / asset["source"]["path"]).read_bytes())
        # Rights spread at once here.
        text = (made / f"{self.name}.template.json").read_text().replace("PATIENCE = 15", "PATIENCE = 1")
        template = json.loads(text)
        # AWS: alarms may compute. Here they can't.
        template["Resources"] = {name: resource for name, resource in template["Resources"].items()
                                 if "Metrics" not in resource.get("Properties", {})}
        return self.apply(json.dumps(template))


def main(emulator, target, folder):
    policy = (ROOT / "claims.toml").read_text()
    emulator.service("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    stack = Cdk(emulator, "cdk-new", target, folder)
    company = made(stack, policy)
    rolled_out(stack, policy, company)
    stopped("a version that may not read its table", stack, company,
            lambda: stack.deploy(policy, READS_OTHERWISE), "denied")

    existing = Cdk(emulator, "cdk-existing", target, folder, theirs(emulator))
    outputs = existing.deploy(policy)
    config = next(value for key, value in outputs.items() if key.startswith("ClaimsPoolLambdaConfig"))
    others = merged(emulator, outputs, json.loads(config))

    deleted(stack, company)
    deleted(existing, others)


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, ministack(folder, target) as running:
        try:
            main(running, target, pathlib.Path(folder))
        except Failed as failed:
            sys.exit(f"FAILED {failed}")
