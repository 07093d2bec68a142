"""A version goes live after it has answered the self-test, one that can't doesn't, and a protected stack
stays.

Nothing here is about shares of sign-ins: the emulator sends them all to one version.
"""

import hashlib
import json
import pathlib
import subprocess
import time

from company import payload
from emulator import ROOT, Failed, show

# As far as sign-ins are concerned.
ALIAS = "-target=module.claims.aws_lambda_alias.trigger"
# A claim by which a version is known.
RELEASE = '\n[claims.release]\nvalue = "two"\n'
# What no policy may write, and what the role may not read.
RESERVED = '\n[claims.sub]\nvalue = "somebody"\n'
UNREADABLE = """
[records.teams]
query = { pk = "USER#{sub}", sk = "TEAM#{*}" }
at_most = 8

[claims.teams]
from = "teams"
fields = { id = "team_id" }
"""

# Of policy_rights.
NARROW = 'actions = ["dynamodb:BatchGetItem"] }]'
WIDE = 'actions = ["dynamodb:BatchGetItem", "dynamodb:Query"] }]'


class Rollout:
    def __init__(self, terraform, company, folder):
        self.terraform, self.company, self.emulator = terraform, company, company.emulator
        self.folder = folder
        self.first = self.live()

    def live(self):
        return self.emulator.functions.get_alias(
            FunctionName=self.company.trigger, Name="live")["FunctionVersion"]

    def release(self):
        """What the running version writes into Ada's token."""
        return payload(self.company.by_password("Ada")["AccessToken"]).get("release")

    def put_together(self, name, more):
        """A package as anybody can make it who checks nothing."""
        policy = (ROOT / "claims.toml").read_text() + more
        path = self.folder / f"{name}.zip"
        path.write_bytes(self.emulator.package("pre-token-generation", {"claims.toml": policy}))
        return str(path)

    def packed(self, name, more):
        """The same by `claimsmith pack`, from the package that runs; or why there is none."""
        policy = self.folder / f"{name}.toml"
        policy.write_text((ROOT / "claims.toml").read_text() + more)
        released, out = self.terraform.variables["trigger_zip"], self.folder / f"{name}.zip"
        known = hashlib.sha256(pathlib.Path(released).read_bytes()).hexdigest()
        command = [self.emulator.programs / "claimsmith", "pack", "--json", "--policy", policy,
                   "--function", released, "--sha256", known, "--out", out]
        done = subprocess.run(command, env=self.emulator.environment, capture_output=True, text=True)
        return done.returncode, out, json.loads(done.stdout or "{}")

    def a_good_version_goes_live(self):
        began = time.monotonic()
        status, package, packed = self.packed("good", RELEASE)
        show("a released package and an edited policy are packed", status, 0)
        made = self.terraform.reapply(trigger_zip=str(package))
        said = made["trigger_self_test"]
        show("the new version passes its self-test, goes live, and says which policy it has",
             (said["self_test"], said["function_version"], said["policy_sha256"],
              "release" in said["contract"]["claims"]),
             ("passed", self.live(), packed["policy"]["sha256"], True))
        print(f"from the edited policy to sign-ins in {time.monotonic() - began:.0f} seconds", flush=True)
        show("its tokens have the new claim", (self.live() != self.first, self.release()),
             (True, "two"))
        self.good, self.good_package = self.live(), str(package)

    def bad_ones_do_not(self):
        status, package, _ = self.packed("refused", RESERVED)
        show("a policy that `check` refuses isn't packed", (status, package.exists()), (2, False))
        for what, more, sign in [
            ("a policy that `check` refuses", RESERVED, "invoking Lambda Function"),
            ("a policy that reads what the role may not", UNREADABLE, "self_test_failed"),
        ]:
            package = self.put_together("bad", more)
            refused(what, sign, self.terraform.apply, "-refresh=false", ALIAS, trigger_zip=package)
            show("and sign-ins go on with the version before", (self.live(), self.release()),
                 (self.good, "two"))

    def rights_stay_until_live_has_moved(self):
        package = self.put_together("wide", RELEASE.replace("two", "three") + UNREADABLE)
        self.terraform.edit("variables-trigger.tf", NARROW, WIDE)
        self.terraform.reapply(trigger_zip=package)
        show("a version with its rights goes live", (self.release(), self.rights()), ("three", [WIDE]))
        self.terraform.edit("variables-trigger.tf", WIDE, NARROW)
        refused("rights that don't do for its reads", "reads more than policy_rights allows",
                self.terraform.reapply, trigger_zip=package)
        show("and the rights before stay beside them, so that sign-ins go on",
             (self.release(), self.rights()), ("three", [WIDE, NARROW]))
        self.terraform.reapply(trigger_zip=self.good_package)
        self.good = self.live()
        show("until a version that needs no more is live", (self.release(), self.rights()),
             ("two", [NARROW]))

    def rights(self):
        """What the policies of the trigger's role allow on its table, the widest first."""
        iam, role = self.emulator.iam, self.company.trigger
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        texts = [json.dumps(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])
                 for name in names]
        return sorted((WIDE if "dynamodb:Query" in text else NARROW for text in texts), key=len,
                      reverse=True)

    def one_command_goes_back(self):
        """As docs/operations.md says; then Terraform is told."""
        self.emulator.functions.update_alias(
            FunctionName=self.company.trigger, Name="live", FunctionVersion=self.first)
        show("one command, and sign-ins run the version before", self.release(), None)
        self.terraform.apply(trigger_zip=self.good_package, alias_version=self.first,
                             deletion_protection=True)
        show("an apply that knows of it leaves it so", (self.live(), self.release()),
             (self.first, None))

    def a_protected_stack_stays(self):
        refused("a destroy while the stack is protected", "protected", self.terraform.destroy)
        show("and nothing is gone: people sign in", self.release(), None)
        self.terraform.variables |= {"trigger_zip": self.good_package}
        self.terraform.reapply()


def refused(what, sign, attempt, *options, **variables):
    """Terraform stops, and by what is wrong."""
    try:
        attempt(*options, **variables)
    except Failed as failure:
        if sign in str(failure):
            return print(f"ok stopped: {what} ({sign})", flush=True)
        raise
    raise Failed(f"not stopped: {what}")
