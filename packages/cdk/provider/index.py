"""Answers CloudFormation whether a version of the trigger may get sign-ins: by the version's self-test
(docs/function.md)."""

import json
import time
import urllib.request

import boto3

functions = boto3.client("lambda")
# A new role's rights take seconds to spread. The version itself waits for two of them.
PATIENCE = 15


def tested(function, version):
    end = time.monotonic() + PATIENCE
    while True:
        answer = functions.invoke(FunctionName=function, Qualifier=version, Payload='{"claimsmith": "self-test"}')
        said = json.load(answer["Payload"])
        if "FunctionError" not in answer and said.get("self_test") == "passed" and said.get("function_version") == version:
            return
        problem = str(said.get("errorMessage"))
        if ": denied" not in problem or time.monotonic() > end:
            raise RuntimeError(f"version {version} didn't pass its self-test: {problem}")


def live(function):
    """The version that people sign in by, if there is one."""
    try:
        return functions.get_function_configuration(FunctionName=function, Qualifier="live")["Version"]
    except functions.exceptions.ResourceNotFoundException:
        return None


def handler(event, context):
    answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    # The same for good: another would have CloudFormation delete the one before.
    answer |= {"Status": "SUCCESS", "PhysicalResourceId": "live"}
    try:
        if event["RequestType"] != "Delete":
            function, version = (event["ResourceProperties"][key] for key in ("Function", "Version"))
            # A roll-back asks for the version that runs, and mustn't get stuck at a table that is down.
            if version != live(function):
                tested(function, version)
            answer["Data"] = {"Version": version}
    except Exception as error:
        answer |= {"Status": "FAILED", "Reason": str(error)[:1000]}
    # Signed for no content type.
    request = urllib.request.Request(event["ResponseURL"], json.dumps(answer).encode(), {"Content-Type": ""}, method="PUT")
    urllib.request.urlopen(request, timeout=30).close()
