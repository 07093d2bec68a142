"""What the Terraform module and the Rust code must agree on: variables, rights, metrics, words.

Both sides are read from their own files, so nothing has to be kept up to date here. Every line
`ok …` is one thing shown; the first one that is not so ends it with exit status 1.
"""

import pathlib
import re
import runpy
import sys

ROOT = pathlib.Path(__file__).parents[2]
MODULE = ROOT / "infra"
PACKAGE = runpy.run_path(str(ROOT / "package"))
# The configuration that it packs.
AUTHORIZER = PACKAGE["AUTHORIZER"].relative_to(ROOT)

# Read by the code, and not the module's to set: the file has its default in the package.
LEFT_TO_THE_USER = {"CLAIMS_POLICY_FILE", "CLAIMS_AUTHORIZER_FILE"}
# Set for an authorizer.toml of one's own; the pool of the shipped one has no such client.
FOR_OTHER_RULES = {"FEDERATED_CLIENT_ID"}
# A word of Cognito's that is written as variables are.
NO_VARIABLES = {"EXTERNAL_PROVIDER"}
# What Lambda sets, or what leads to an emulator: `AWS_…` and the addresses of Lambda.
AWS = re.compile(r"^_?(AWS|LAMBDA|X_AMZN)_")


def show(what, got, expected):
    if got != expected:
        sys.exit(f"FAILED {what}\n     got {got}\nexpected {expected}")
    print("ok", what, flush=True)


def read(path):
    if not (ROOT / path).exists():
        sys.exit(f"FAILED there is no {path}")
    return (ROOT / path).read_text()


def rust(*folders):
    """All code of some folders, without its tests and comments."""
    found = ""
    for folder in folders:
        if not (ROOT / folder).is_dir():
            sys.exit(f"FAILED there is no {folder}")
        for path in sorted((ROOT / folder).rglob("*.rs")):
            code = path.read_text().split("#[cfg(test)]")[0]
            found += "\n".join(line.split("// ")[0].split("///")[0] for line in code.splitlines())
    return found


def handlers():
    """The example handler in each language, without its tests."""
    yield "Rust", rust("examples/items-api/src")
    for language, folder, ending in [("TypeScript", "examples/items-api-typescript/src", "ts"),
                                     ("Python", "examples/items-api-python", "py")]:
        found = sorted(path for path in (ROOT / folder).rglob(f"*.{ending}")
                       if "tests" not in path.parts)
        if not found:
            sys.exit(f"FAILED there is nothing in {folder}")
        yield language, "".join(path.read_text() for path in found)


def block(file, header):
    """A block of the module's, by its first line."""
    found = re.search(rf"^( *){re.escape(header)} {{\n(.*?)^\1}}", read(f"infra/{file}"), re.S | re.M)
    return found[2] if found else sys.exit(f"FAILED infra/{file} has no {header}")


# Variables.


def set_by(file, function):
    """The variables that the module sets for a function, of which one kind has a name that depends
    on the machines' names."""
    text = block(file, f'resource "aws_lambda_function" "{function}"')
    environment = re.search(r"^  environment \{\n(.*?)^  \}", text, re.S | re.M)[1]
    elsewhere = re.search(r"= local\.(\w+)$", environment, re.M)
    if elsewhere:
        environment = re.search(rf"^  {elsewhere[1]} = .*?^  \)", read(f"infra/{file}"), re.S | re.M)[0]
    names = set(re.findall(r'"?\b([A-Z][A-Z0-9_]+)"? *=', environment))
    machines = re.search(r"default += \{ (\w+) =", block("variables-clients.tf", 'variable "machine_clients"'))
    if "}_CLIENT_ID" in environment:
        names.add(f"{machines[1].upper()}_CLIENT_ID")
    return names


def named_in(document):
    return set(re.findall(r"\$\{([A-Z][A-Z0-9_]*)\}", document))


def read_by(code):
    """Names of variables in the code: those asked for by name, and constants."""
    asked = re.findall(r'(?:env::var\(|variable\(|needed\(|is_on\(|environ\.get\(|environ\[|process\.env\[)'
                       r'\s*"([A-Z_]+)"', code)
    constants = re.findall(r'^const \w+: &str = "([A-Z][A-Z_]{3,})";', code, re.M)
    return {name for name in asked + constants if not AWS.match(name)} - NO_VARIABLES


def variables_are_read_and_those_that_are_read_are_set():
    policy = named_in(read("claims.toml"))
    show("the trigger's variables are those that its code and policy read",
         set_by("trigger.tf", "trigger"), (read_by(rust("src")) | policy) - LEFT_TO_THE_USER)

    rules = named_in(read(AUTHORIZER))
    code = read_by(rust("crates/authorizer/src")) - LEFT_TO_THE_USER
    routes = set(re.findall(r'^\[routes\."(.+)"\]', read(AUTHORIZER), re.M))
    before = re.findall(r'^ +"(\w+ /\S+)" += \{.*"lambda"', read("infra/routes.tf"), re.M)
    show("the authorizer's file opens the routes that it stands before", routes, set(before))
    show("the authorizer's variables are those that its code and its rules read",
         set_by("authorizer.tf", "authorizer"), code | rules | FOR_OTHER_RULES)

    for language, code in handlers():
        show(f"the handler's variables are those that the example in {language} reads",
             set_by("handler.tf", "handler"), read_by(code))


# The self-test, and what a destroy begins with.


def the_module_asks_what_the_function_answers():
    words = set(re.findall(r'"(self-test|self_test|passed|function_version)"', read("src/self_test.rs")))
    words |= set(re.findall(r"^    (\w+): ", read("src/self_test.rs"), re.M))
    asked = block("rollout.tf", 'resource "aws_lambda_invocation" "self_test"')
    names = {"self-test", "self_test", "passed", "function_version"}
    show("the self-test is asked and answered in the same words",
         {name for name in names if re.search(rf'["\.]{name}\b', asked)} & words, names)

    guard = block("rollout.tf", 'resource "aws_lambda_invocation" "guard"')
    before = re.search(r"depends_on = \[(.*?)\]", guard, re.S)[1]
    made = {f"{kind}.{name}" for path in MODULE.glob("*.tf")
            for kind, name in re.findall(r'^resource "(\w+)" "(\w+)"', path.read_text(), re.M)}
    show("a destroy begins with the guard, before all that the module makes",
         set(re.findall(r"\w+\.\w+", before)), made - {"aws_lambda_invocation.guard"})


# Rights.

# How the SDK or crates/dynamo spells it, and the right that it takes. A transaction takes the rights
# of its parts.
RIGHTS = {
    r"\.batch_get_item\(\)|\bbatch_get\(": "BatchGetItem", r"\.get_item\(\)": "GetItem",
    r"\.query\(\)|\bclaimsmith_dynamo::query\(": "Query",
    r"\.scan\(\)": "Scan", r"\.put_item\(\)|\bPut::builder": "PutItem",
    r"\.update_item\(\)|\bUpdate::builder": "UpdateItem",
    r"\.delete_item\(\)|\bDelete::builder": "DeleteItem",
    r"\bConditionCheck::builder": "ConditionCheckItem", r"\.batch_write_item\(\)": "BatchWriteItem",
}


def used(code):
    """By Rust code, or by code in another language: commands and methods of its SDK, and parts of a
    transaction."""
    found = {right for spelling, right in RIGHTS.items() if re.search(spelling, code)}
    for right in set(RIGHTS.values()):
        method = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", right).lower()
        part = right.removesuffix("Item")
        if re.search(rf'\b{right}Command\b|client\.{method}\(\S|\{{ ?"?{part}"?: ', code):
            found.add(right)
    return found


def named(text):
    return set(re.findall(r'"dynamodb:(\w+)"', text))


def granted(file, role):
    return named(block(file, f'resource "aws_iam_role_policy" "{role}"'))


def rights_are_those_that_the_code_uses():
    # Of these a policy takes what it needs: tests/infra/rights.
    text = block("variables-trigger.tf", 'variable "policy_rights"')
    show("the trigger may be given the rights on tables that its code uses",
         named(re.search(r"contains\((\[.*?\])", text)[1]), used(rust("src")))
    show("the authorizer's rights on tables are those that its code uses",
         granted("authorizer.tf", "authorizer"), used(rust("crates/authorizer/src")))
    for language, code in handlers():
        show(f"the handler's rights on tables are those that the example in {language} uses",
             granted("handler.tf", "handler"), used(code))
    stars = [line.strip() for path in MODULE.glob("*.tf") for line in path.read_text().splitlines()
             if re.search(r'"\w+:\*"|Action += "\*"|Resource += "\*"', line)]
    # The third is what the function's own code is denied of the second.
    show("nothing is allowed on everything but interfaces in a VPC and traces, which know no resources",
         [" ".join(line.split()) for line in stars], ['Resource = "*"'] * 3)


# Metrics.


def metrics_are_the_triggers_own():
    source = read("src/metrics.rs")
    table = re.search(r"pub const METRICS.*?\];", source, re.S)[0]
    metrics = set(re.findall(r'^    \("(\w+)", "\w+", ', table, re.M))
    refusals = re.search(r'pub const REFUSALS.*?\("(\w+)"', source)[1]
    namespace = re.search(r'pub const NAMESPACE: &str = "(\w+)"', source)[1]
    text = read("infra/observability.tf")

    graphs = re.findall(r"metrics = \[([^\]]*)\] \}", text)
    drawn = {name for graph in graphs for name in re.findall(r'"(\w+)"', graph)}
    show("the dashboard draws every metric of src/metrics.rs", drawn, metrics)

    pattern = rf'namespace += "{namespace}",?\s+metric(?:_name)? += "(\w+)"'
    alarms = set(re.findall(pattern, text))
    show("alarms watch metrics that the trigger writes", alarms - metrics - {refusals}, set())
    show("refusals, omitted claims, stale reads and the deadline raise alarms",
         {"Refused", "OmittedClaims", "StaleReads", "DeadlineLeft", refusals} - alarms, set())
    show("the dashboard searches for refusals by reason",
         f'{{{namespace},FunctionName,Reason}} MetricName=\\"{refusals}\\"' in text, True)

    words = set(re.findall(r'=> "(\w+)",', read("src/outcome.rs")))
    reasons = set(re.findall(r'"(\w+)"', re.search(r"for_each = toset\((\[.*?\])\)", text)[1]))
    show("the reasons that raise an alarm are words of src/outcome.rs", reasons - words, set())
    outcome = re.search(r'\$\.outcome = \\"(\w+)\\"', text)[1]
    show("the authorizer's word for a fault is the one of its log",
         f'"{outcome}"' in rust("crates/telemetry/src"), True)


# What has been got wrong elsewhere.


def examples_take_what_package_writes():
    # One packs a file of its own; its first lines say how.
    text = "\n".join(path.read_text() for path in sorted(MODULE.glob("examples/*/*.tf")))
    programs = {function.program for function in PACKAGE["FUNCTIONS"]}
    show("the examples take the zips that ./package writes",
         set(re.findall(r'"(\S+\.zip)"', text)) - {"./first-records.zip"}, {f"../../../target/package/{name}-arm64.zip" for name in programs})


def known_mistakes_are_not_here():
    files = [*MODULE.glob("*.tf"), *MODULE.glob("examples/*/*.tf")]
    text = "\n".join(line.split("#")[0] for path in files for line in path.read_text().splitlines())
    show("no bare ARN, which would select event version V1_0",
         re.findall(r"\bpre_token_generation\s*=", text), [])
    show("no other provider than hashicorp/aws",
         set(re.findall(r'source\s+= "(\w+/\w+)"', text)), {"hashicorp/aws"})
    show("no claims in access logs", re.findall(r"\$context\.authorizer\.(?!error\")\S*", text), [])
    rules = read(AUTHORIZER)
    kept = re.search(r'^caching = "(.*?)"', rules, re.M)[1]
    seconds = re.search(r"default += (\d+)", block("variables-apis.tf", 'variable "authorizer_cache_seconds"'))[1]
    show("the gateway keeps no answers, and its authorizer knows", (kept, seconds), ("off", "0"))
    timeout = int(re.search(r"^  timeout += (\d+)", block("trigger.tf", 'resource "aws_lambda_function" "trigger"'), re.M)[1])
    deadline = re.search(r"DEFAULT_DEADLINE: Duration = Duration::from_millis\((\d+)\)", read("src/policy/check/mod.rs"))
    show("the trigger's timeout is longer than its policy's deadline and shorter than Cognito waits",
         int(deadline[1]) < timeout * 1000 < 5000, True)


def main():
    variables_are_read_and_those_that_are_read_are_set()
    the_module_asks_what_the_function_answers()
    rights_are_those_that_the_code_uses()
    metrics_are_the_triggers_own()
    examples_take_what_package_writes()
    known_mistakes_are_not_here()


if __name__ == "__main__":
    main()
