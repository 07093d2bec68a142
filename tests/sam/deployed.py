"""Stacks of infra/sam/template.yaml on the emulated AWS: signed in to, updated, deleted.

Who may invoke a function isn't enforced there; tests/sam/agreement.py reads the permission.
"""

import base64
import hashlib
import json
import pathlib
import re
import sys
import tempfile

import botocore.exceptions

from company import PEOPLE, Company, both
from emulator import ROOT, Failed, ministack, show

# AWS: alarms may compute. Here they can't, so these two are left out, and tests/sam/agreement.py alone
# reads them.
TEMPLATE = re.sub(r"^  (Errors|Store)Alarm:\n(?:(?:   .*)?\n)+", "",
                  (ROOT / "infra/sam/template.yaml").read_text(), flags=re.M)
BUCKET = "packages"


class Demo(Company):
    """The demo company's people, without its machines, in a pool that has no client yet."""

    def __init__(self, emulator, outputs):
        self.emulator, self.cognito = emulator, emulator.cognito
        self.pool, self.table = outputs["UserPoolId"], outputs["TableName"]
        self.trigger, self.machines = outputs["TriggerFunctionName"], {}
        self.web = self.client("web")
        self.people = {name: self.person(name) for name in ("Ben", "Nobody")}
        self.seed()


class Stack:
    def __init__(self, emulator, name, **parameters):
        self.emulator, self.name = emulator, name
        self.stacks, self.s3 = emulator.service("cloudformation"), emulator.service("s3")
        self.parameters = {"Name": name, "PackageBucket": BUCKET, "Architecture": "x86_64",
                           "DeletionProtection": "false", **parameters}

    def deploy(self, policy):
        """A package with this policy; the outputs."""
        package = self.emulator.package("pre-token-generation", {"claims.toml": policy})
        digest = hashlib.sha256(package)
        key = f"{digest.hexdigest()}.zip"
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=package)
        self.parameters |= {"PackageKey": key,
                            "PackageSha256": base64.b64encode(digest.digest()).decode()}
        self.apply()
        return self.outputs()

    def apply(self):
        try:
            self.stacks.describe_stacks(StackName=self.name)
            call, done = self.stacks.update_stack, "stack_update_complete"
        except botocore.exceptions.ClientError:
            call, done = self.stacks.create_stack, "stack_create_complete"
        call(StackName=self.name, TemplateBody=TEMPLATE, Capabilities=["CAPABILITY_NAMED_IAM"],
             Parameters=[{"ParameterKey": key, "ParameterValue": value}
                         for key, value in self.parameters.items()])
        self.wait(done)

    def wait(self, done):
        try:
            self.stacks.get_waiter(done).wait(
                StackName=self.name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        except botocore.exceptions.WaiterError as error:
            raise Failed("; ".join([self.name, *self.reasons()])) from error

    def reasons(self):
        events = self.stacks.describe_stack_events(StackName=self.name)["StackEvents"]
        return [f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}" for event in events
                if "FAILED" in event["ResourceStatus"] and "ResourceStatusReason" in event]

    def outputs(self):
        stack = self.stacks.describe_stacks(StackName=self.name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def live(self):
        return self.emulator.functions.get_alias(
            FunctionName=f"{self.name}-pre-token-generation", Name="live")["FunctionVersion"]

    def delete(self):
        self.stacks.delete_stack(StackName=self.name)
        self.wait("stack_delete_complete")


def main(emulator):
    policy = (ROOT / "claims.toml").read_text()
    emulator.service("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    stack = Stack(emulator, "sam-new")
    company = Demo(emulator, stack.deploy(policy))
    show("in a new pool both tokens have the claims", both(company.by_password("Ben")), [PEOPLE["Ben"]] * 2)
    show("who has no record gets no token", company.refusals(lambda: company.by_password("Nobody")), ["record_missing"])

    first = stack.live()
    stack.deploy(policy + "\n# Another version.\n")
    second = stack.live()
    show("another package is another version, and live", int(second) > int(first), True)
    show("with the same claims", both(company.by_password("Ben")), [PEOPLE["Ben"]] * 2)
    try:
        stack.deploy(policy + "\nnot a policy\n")
        raise Failed("a policy with findings was deployed")
    except Failed as failed:
        if "didn't pass its self-test" not in str(failed):
            raise
        print("ok a version that fails its self-test fails the stack", flush=True)
    show("and never goes live", stack.live(), second)
    show("nor stops a sign-in", both(company.by_password("Ben")), [PEOPLE["Ben"]] * 2)

    pool = emulator.cognito.create_user_pool(PoolName="theirs", UsernameAttributes=["email"])["UserPool"]["Id"]
    theirs = Stack(emulator, "sam-existing", ExistingUserPoolId=pool)
    outputs = theirs.deploy(policy)
    merge(emulator, pool, outputs["PoolLambdaConfig"])
    others = Demo(emulator, outputs)
    show("in a pool that exists both tokens have the claims", both(others.by_password("Ben")), [PEOPLE["Ben"]] * 2)

    for each, people in ((stack, company), (theirs, others)):
        each.delete()
        show(f"after {each.name} is deleted people sign in as before", both(people.by_password("Ben")), [PEOPLE["Ben"]] * 2)


def merge(emulator, pool, config):
    emulator.cognito.update_user_pool(UserPoolId=pool, LambdaConfig=json.loads(config))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, ministack(folder, pathlib.Path(sys.argv[1])) as running:
        try:
            main(running)
        except Failed as failed:
            sys.exit(f"FAILED {failed}")
