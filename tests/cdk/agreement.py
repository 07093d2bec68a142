"""What a template of the construct and infra/sam/template.yaml must agree on, which agrees with the
Terraform module: both are read.

    python agreement.py TEMPLATE
"""

import json
import pathlib
import sys

from cfnlint.decode import cfn_yaml

ROOT = pathlib.Path(__file__).parents[2]
SAM = cfn_yaml.load(str(ROOT / "infra/sam/template.yaml"))["Resources"]
CDK = json.loads(pathlib.Path(sys.argv[1]).read_text())["Resources"]
# Names are CloudFormation's there; the topic and its colour are the test's of the package.
LEFT_OUT = {"AlarmName", "AlarmActions", "OKActions", "FunctionName", "RoleName", "TableName", "LogGroupName"}


def show(what, got, expected):
    if got != expected:
        sys.exit(f"FAILED {what}\n     got {got}\nexpected {expected}")
    print("ok", what, flush=True)


def named(template, kind, description=""):
    """The one resource of this type, and with this description."""
    [name] = [name for name, made in template.items() if made["Type"] == kind and
              str(made["Properties"].get("Description", "")).startswith(description)]
    return name


def plain(properties, function):
    """Without what is written in another way for the same."""
    text = json.dumps({key: value for key, value in properties.items() if key not in LEFT_OUT})
    for written in ({"Ref": function}, {"Fn::Sub": f"${{{function}}}"}):
        text = text.replace(json.dumps(written), '"TRIGGER"')
    for written in ({"Fn::Join": ["", ["TRIGGER", ":live"]]}, {"Fn::Sub": f"${{{function}}}:live"}):
        text = text.replace(json.dumps(written), '"TRIGGER:live"')
    return json.loads(text)


def alarms(template, function):
    made = [plain(alarm["Properties"], function) for alarm in template.values() if alarm["Type"] == "AWS::CloudWatch::Alarm"]
    for alarm in made:
        for metric in alarm.get("Metrics", []):
            # An expression's id is told to nobody.
            metric["Id"] = metric["Id"] if "MetricStat" in metric else ""
    return {alarm["AlarmDescription"]: alarm for alarm in made}


def trigger(template, function):
    made = plain(template[function]["Properties"], function)
    variables = made.pop("Environment")["Variables"]
    for other in ("Role", "Code", "Architectures"):
        del made[other]
    del made["LoggingConfig"]["LogGroup"]
    return made, variables


def table(template):
    made = template[named(template, "AWS::DynamoDB::Table")]["Properties"]
    return {key: value for key, value in made.items() if key not in LEFT_OUT | {"DeletionProtectionEnabled"}}


def kept(template):
    """Each type that outlives the stack. A pool is the app's here, and versions are no resources there."""
    return {made["Type"] for made in template.values() if (made.get("DeletionPolicy"), made.get("UpdateReplacePolicy")) ==
            ("RetainExceptOnCreate", "Retain")} - {"AWS::Cognito::UserPool", "AWS::Lambda::Version"}


if __name__ == "__main__":
    functions = [named(template, "AWS::Lambda::Function", "Puts organisation") for template in (CDK, SAM)]
    ours, theirs = (trigger(*both) for both in zip((CDK, SAM), functions))
    show("the function's settings are the template's", ours[0], theirs[0])
    show("so are its variables", set(ours[1]), set(theirs[1]) - {"CLAIMS_MODE"})
    show("alarms watch the same", *(alarms(*both) for both in zip((CDK, SAM), functions)))
    show("the table is the same", table(CDK), table(SAM))
    show("the same outlives the stack", kept(CDK), kept(SAM))
