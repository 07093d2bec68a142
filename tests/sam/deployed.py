"""Stacks of infra/sam/template.yaml on the emulated AWS: signed in to, updated, deleted."""

import base64
import hashlib
import json
import pathlib
import re
import sys
import tempfile

from emulator import ROOT, Failed, ministack
from stacks import BUCKET, Stack, deleted, made, merged, rolled_out, theirs

# AWS: alarms may compute. Here they can't, so these two are left out, and tests/sam/agreement.py alone
# reads them.
TEMPLATE = re.sub(r"^  (Errors|Store)Alarm:\n(?:(?:   .*)?\n)+", "",
                  (ROOT / "infra/sam/template.yaml").read_text(), flags=re.M)


class Sam(Stack):
    def __init__(self, emulator, name, **parameters):
        super().__init__(emulator, name)
        self.parameters = {"Name": name, "PackageBucket": BUCKET, "Architecture": "x86_64",
                           "DeletionProtection": "false", **parameters}

    def deploy(self, policy):
        package = self.emulator.package("pre-token-generation", {"claims.toml": policy})
        digest = hashlib.sha256(package)
        key = f"{digest.hexdigest()}.zip"
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=package)
        return self.apply(TEMPLATE, **self.parameters, PackageKey=key,
                          PackageSha256=base64.b64encode(digest.digest()).decode())


def main(emulator):
    policy = (ROOT / "claims.toml").read_text()
    emulator.service("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    stack = Sam(emulator, "sam-new")
    company = made(stack, policy)
    rolled_out(stack, policy, company)

    existing = Sam(emulator, "sam-existing", ExistingUserPoolId=theirs(emulator))
    outputs = existing.deploy(policy)
    others = merged(emulator, outputs, json.loads(outputs["PoolLambdaConfig"]))

    deleted(stack, company)
    deleted(existing, others)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, ministack(folder, pathlib.Path(sys.argv[1])) as running:
        try:
            main(running)
        except Failed as failed:
            sys.exit(f"FAILED {failed}")
