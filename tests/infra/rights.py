"""A Terraform test of the trigger's rights, from what `claimsmith check --json` prints.

    python3 tests/infra/rights.py CLAIMSMITH FILE

For each policy the module gets its `rights`, and must allow the statements that are worked out from
them here, by another way than the module's own. And infra/examples/own-tables is what
docs/your-table.md teaches, with what `check` says of it.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]
OWN = ROOT / "infra/examples/own-tables"
POLICIES = [ROOT / "claims.toml", *sorted(ROOT.glob("examples/policies/*/claims.toml")),
            OWN / "claims.toml"]
# What the module's mocks say, and what the trigger is told: by the module, and by the example.
ACCOUNT, REGION = "123456789012", "eu-west-1"
TOLD = {"PEOPLE_TABLE": "acme-people", "WORKSPACES_TABLE": "acme-workspaces"}
VARIABLES = {"CLAIMS_TABLE": "demo-claims", **TOLD}


def check(claimsmith, policy):
    """What `check` prints of a policy, in its folder."""
    return subprocess.run([claimsmith, "check", "--json", "--policy", policy.name], check=True,
                          capture_output=True, env={}, cwd=policy.parent, text=True).stdout


def rights(claimsmith, policy):
    return json.loads(check(claimsmith, policy))["rights"]


def the_example_is_what_the_guide_teaches(claimsmith):
    guide = (ROOT / "docs/your-table.md").read_text()
    taught = re.search(r"```toml claims\.toml\n(.*?)```", guide, re.S)[1]
    # A guide has the names of tables, and an example the variables that Terraform sets.
    for variable, name in TOLD.items():
        taught = taught.replace(f'"{name.removeprefix("acme-")}"', f'"${{{variable}}}"')
    if (OWN / "claims.toml").read_text() != taught:
        sys.exit(f"FAILED {OWN.relative_to(ROOT)}/claims.toml isn't the policy of docs/your-table.md")
    if (OWN / "claims.check.json").read_text() != check(claimsmith, OWN / "claims.toml"):
        sys.exit(f"FAILED {OWN.relative_to(ROOT)}/claims.check.json is old: "
                 "claimsmith check --policy claims.toml --json >claims.check.json")


def statements(rights):
    """What must be allowed: each action on each resource."""
    for right in rights:
        name = re.sub(r"\$\{(\w+)\}", lambda found: VARIABLES[found[1]], right["table"])
        region = right["region"] or REGION
        table = f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{name}"
        for action in right["actions"]:
            yield f"{action} {table}"
        for index, actions in right["indexes"].items():
            for action in actions:
                yield f"{action} {table}/index/{index}"


def hcl(value):
    """JSON as Terraform reads it, without its templates."""
    return json.dumps(value).replace("${", "$${")


def test(policy, rights):
    expected = sorted(statements(rights))
    name = policy.parent.name if policy.parent != ROOT else "shipped"
    return f"""
run "{name}" {{
  variables {{
    policy_rights       = {hcl(rights)}
    trigger_environment = {hcl(TOLD)}
  }}
  assert {{
    condition = jsonencode(sort(flatten([
      for statement in jsondecode(aws_iam_role_policy.trigger.policy).Statement : [
        for action in flatten([statement.Action]) : "${{action}} ${{statement.Resource}}"
      ] if statement.Sid != "Log"
    ]))) == jsonencode({hcl(expected)})
    error_message = "The rights must be those of {name}."
  }}
}}
"""


def main():
    claimsmith, file = sys.argv[1:]
    if len(POLICIES) != 6:
        sys.exit(f"FAILED {len(POLICIES)} policies, and there should be six")
    the_example_is_what_the_guide_teaches(claimsmith)
    head = """
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name        = "demo"
  trigger_zip = "trigger.tf"
}
"""
    found = {policy: rights(claimsmith, policy) for policy in POLICIES}
    actions = {line.split()[0] for right in found.values() for line in statements(right)}
    # Otherwise the comparison would say little.
    if actions != {"dynamodb:BatchGetItem", "dynamodb:Query"} or [] not in found.values():
        sys.exit(f"FAILED the policies need {actions} only, or all of them a table")
    tests = [test(policy, right) for policy, right in found.items()]
    pathlib.Path(file).write_text(head + "".join(tests))


if __name__ == "__main__":
    main()
