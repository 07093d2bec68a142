"""What the template and the Terraform module must agree on. Both are read from their own files."""

import pathlib
import re
import sys

from cfnlint.decode import cfn_yaml

ROOT = pathlib.Path(__file__).parents[2]
TEMPLATE = cfn_yaml.load(str(ROOT / "infra/sam/template.yaml"))
RESOURCES = {name: made.get("Properties", {}) for name, made in TEMPLATE["Resources"].items()}
# Of other functions, or of what the template has no setting for.
ONLY_TERRAFORM = {"omitted-claims", "stale-reads", "http-api-5xx", "rest-api-5xx", "authorizer-5xx"}


def show(what, got, expected):
    if got != expected:
        sys.exit(f"FAILED {what}\n     got {got}\nexpected {expected}")
    print("ok", what, flush=True)


def module(file):
    return (ROOT / "infra" / file).read_text()


def block(file, header):
    return re.search(rf"^{re.escape(header)} {{\n(.*?)^}}", module(file), re.S | re.M)[1]


def value(text, name):
    """An argument, without its quotes."""
    return re.search(rf"^ *{name} += (.+)$", text, re.M)[1].strip('"')


def the_function():
    ours, theirs = RESOURCES["Trigger"], block("trigger.tf", 'resource "aws_lambda_function" "trigger"')
    memory = re.search(r"trigger += optional\(number, (\d+)\)", module("variables-functions.tf"))[1]
    show("the function's settings are the module's",
         [ours["Runtime"], ours["Handler"], str(ours["Timeout"]), str(ours["MemorySize"]),
          ours["LoggingConfig"]["LogFormat"], ours["LoggingConfig"]["ApplicationLogLevel"],
          ours["LoggingConfig"]["SystemLogLevel"]],
         [value(theirs, "runtime"), value(theirs, "handler"), value(theirs, "timeout"), memory,
          value(theirs, "log_format"), value(theirs, "application_log_level"),
          value(theirs, "system_log_level")])
    variables = re.search(r"^  trigger_variables = .*?^  \)", module("trigger.tf"), re.S | re.M)[0]
    # Another policy beside is the module's alone.
    show("so are its variables", set(ours["Environment"]["Variables"]),
         set(re.findall(r"\b(CLAIMS_\w+) =", variables)) - {"CLAIMS_SHADOW_POLICY"})
    allowed = RESOURCES["Role"]["Policies"][0]["PolicyDocument"]["Statement"]
    log = re.search(r'Sid += "Log".*?Action += \[(.*?)\]', module("trigger.tf"), re.S)[1]
    shipped = value(block("variables-trigger.tf", 'variable "policy_rights"'), "default")
    show("its rights are those to its log and those of the shipped policy",
         [allowed[0]["Action"], allowed[1]["Fn::If"][1]["Action"], len(allowed)],
         [re.findall(r'"(.*?)"', log), re.findall(r'"(dynamodb:\w+)"', shipped), 2])
    show("each on one resource", [allowed[0]["Resource"], allowed[1]["Fn::If"][1]["Resource"]],
         [{"Fn::GetAtt": ["Log", "Arn"]}, {"Fn::GetAtt": ["Claims", "Arn"]}])


def who_may_call_it():
    permission = RESOURCES["Permission"]
    show("only this account's pool may call it, and only through the alias",
         [permission["FunctionName"], permission["Principal"], permission["SourceAccount"],
          permission["SourceArn"]["Fn::If"][1], permission["SourceArn"]["Fn::If"][2]["Fn::Sub"].rpartition(":")[2]],
         [{"Ref": "Alias"}, "cognito-idp.amazonaws.com", {"Ref": "AWS::AccountId"},
          {"Fn::GetAtt": ["Pool", "Arn"]}, "userpool/${ExistingUserPoolId}"])


def what_is_kept():
    kept = {name for name, made in TEMPLATE["Resources"].items()
            if (made.get("DeletionPolicy"), made.get("UpdateReplacePolicy")) == ("RetainExceptOnCreate", "Retain")}
    show("what data or sign-ins hang on outlives the stack", kept,
         {"Claims", "Log", "Role", "Trigger", "Alias", "Permission", "Pool"})


def the_table_and_the_pool():
    table = RESOURCES["Claims"]
    text = block("table.tf", 'resource "aws_dynamodb_table" "claims"')
    show("the table is the module's",
         [*(key["AttributeName"] for key in table["KeySchema"]), table["BillingMode"],
          table["TimeToLiveSpecification"]["AttributeName"],
          table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]],
         [value(text, "hash_key"), value(text, "range_key"), value(text, "billing_mode"),
          value(re.search(r"ttl {(.*?)}", text, re.S)[1], "attribute_name"), True])
    pool, text = RESOURCES["Pool"], block("pool.tf", 'resource "aws_cognito_user_pool" "main"')
    password = {re.sub(r"(?:^|_)(\w)", lambda part: part[1].upper(), name): said for name, said in
                re.findall(r"(\w+) += (\w+)", re.search(r"password_policy {(.*?)}", text, re.S)[1])}
    show("passwords are as the module's", {name: str(said).lower() for name, said in
         pool["Policies"]["PasswordPolicy"].items()}, password)
    default = {name: re.search(rf'variable "{name}" {{.*?default += "?(\w+)', module(file), re.S)[1]
               for file, name in (("variables-pool.tf", "event_version"), ("variables-pool.tf", "feature_plan"),
                                  ("variables-sign-in.tf", "mfa"), ("variables-sign-in.tf", "self_sign_up"))}
    event = pool["LambdaConfig"]["PreTokenGenerationConfig"]
    show("the pool is the module's by default",
         [event["LambdaVersion"], pool["UserPoolTier"], pool["MfaConfiguration"],
          not pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"],
          pool["UsernameConfiguration"]["CaseSensitive"], set(pool["LambdaConfig"]), event["LambdaArn"]],
         [default["event_version"], default["feature_plan"], default["mfa"], default["self_sign_up"] == "true",
          value(text, "case_sensitive") == "true", {"PreTokenGenerationConfig"}, {"Ref": "Alias"}])


def alarms():
    text = module("observability.tf")
    simple = dict(re.findall(r'^      ([\w-]+) = \{.*?metric = "(\w+)"', text, re.S | re.M))
    others = {name: set(re.findall(r'metric_name += "(\w+)"', body)) for name, body in
              re.findall(r'^resource "aws_cloudwatch_metric_alarm" "(errors|store|deadline)" {(.*?)^}', text, re.S | re.M)}
    expected = {name: {metric} for name, metric in simple.items() if name not in ONLY_TERRAFORM} | others
    ours, expressions = {}, set()
    for name, alarm in RESOURCES.items():
        if TEMPLATE["Resources"][name]["Type"] != "AWS::CloudWatch::Alarm":
            continue
        metrics = alarm.get("Metrics", [])
        expressions |= {metric["Expression"] for metric in metrics if "Expression" in metric}
        ours[alarm["AlarmName"]["Fn::Sub"].removeprefix("${Name}-")] = {alarm["MetricName"]} if not metrics else {
            metric["MetricStat"]["Metric"]["MetricName"] for metric in metrics if "MetricStat" in metric}
    show("alarms watch what the module's do", ours, expected)
    show("and compute the same", expressions, set(re.findall(r'^    expression += "(.*)"', text, re.M)))


if __name__ == "__main__":
    the_function()
    who_may_call_it()
    what_is_kept()
    the_table_and_the_pool()
    alarms()
