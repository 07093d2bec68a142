"""Where a run happens: an account and region of AWS, or the emulator of tests/stack."""

import os
import pathlib
import sys

import boto3
import botocore.config

ROOT = pathlib.Path(__file__).parents[2]
PREFIX = "claimsmith-live-"
# Behind this folder, because names there are names here, too.
sys.path.append(str(ROOT / "tests/stack"))

from emulator import REGION, Failed, http, ministack  # noqa: E402, F401


class Amazon:
    emulated = False

    def __init__(self, profile, region):
        self.session = boto3.Session(profile_name=profile, region_name=region)
        self.region = self.session.region_name
        if not self.region:
            raise Failed("the profile has no region: say --region")
        self.environment = {**os.environ, "AWS_REGION": self.region,
                            **({"AWS_PROFILE": profile} if profile else {})}

    def service(self, name):
        # A sign-in that is repeated would be measured, and counted, twice.
        once = botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=60)
        return self.session.client(name, config=once if name == "cognito-idp" else None)

    def account(self):
        return self.service("sts").get_caller_identity()["Account"]

    def hosted(self, pool):
        return pool["hosted"]

    def door(self, doors, name, path):
        return doors[name] + path


class Emulated:
    emulated = True
    region = REGION

    def __init__(self, emulator):
        self.emulator, self.environment, self.service = (
            emulator, emulator.environment, emulator.service)

    def account(self):
        return self.service("sts").get_caller_identity()["Account"]

    def hosted(self, _pool):
        return self.emulator.endpoint

    def door(self, doors, name, path):
        key, stage = {"http_api": ("http_id", "$default"), "rest_api": ("rest_id", "live")}[name]
        return f"{self.emulator.endpoint}/_aws/execute-api/{doors[key]}/{stage}{path}"
