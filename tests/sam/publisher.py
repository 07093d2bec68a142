"""The template's function that publishes versions, without CloudFormation and Lambda."""

import io
import json
import pathlib
import sys
import types
import unittest
import unittest.mock

import cfnlint.decode.cfn_yaml

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).parents[2]
TEMPLATE = cfnlint.decode.cfn_yaml.load(str(ROOT / "infra/sam/template.yaml"))
CODE = TEMPLATE["Resources"]["Publisher"]["Properties"]["Code"]["ZipFile"]
PASSED = {"self_test": "passed", "function_version": "8"}
DENIED = {"errorMessage": "table `claims`: denied (AccessDeniedException)"}
SLOW = {"errorMessage": "table `claims`: slow"}


class NotFound(Exception):
    pass


class Functions:
    """Lambda: what version 8 answers, one answer after the other, and the settings of what is live."""

    exceptions = types.SimpleNamespace(ResourceNotFoundException=NotFound)

    def __init__(self, *answers, live=None):
        self.answers, self.live, self.asked = list(answers), live, 0

    def get_waiter(self, name):
        return types.SimpleNamespace(wait=lambda **_: None)

    def publish_version(self, FunctionName, CodeSha256):
        assert (FunctionName, CodeSha256) == ("trigger", "sum")
        return {"Version": "8"}

    def get_function_configuration(self, FunctionName, Qualifier):
        if Qualifier == "8":
            return {"Version": "8", "CodeSha256": "sum", "Environment": {}}
        if self.live is None:
            raise NotFound
        return {"Version": "7", "Environment": {}, "CodeSha256": self.live}

    def invoke(self, FunctionName, Qualifier, Payload):
        assert (FunctionName, Qualifier, json.loads(Payload)) == ("trigger", "8", {"claimsmith": "self-test"})
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        error = {"FunctionError": "Unhandled"} if "errorMessage" in answer else {}
        return {"Payload": io.BytesIO(json.dumps(answer).encode()), **error}


class Publisher(unittest.TestCase):
    def answer(self, functions, kind="Update", rights="same", seconds=1):
        """What CloudFormation is told. Each look at the clock takes so many seconds."""
        sent = []
        with unittest.mock.patch.dict(sys.modules, {"boto3": types.SimpleNamespace(client=lambda _: functions)}):
            room = {}
            exec(CODE, room)
        ticks = iter(range(0, 10_000, seconds))
        room["time"] = types.SimpleNamespace(monotonic=lambda: next(ticks))
        opened = unittest.mock.Mock()
        with unittest.mock.patch("urllib.request.urlopen", lambda request, timeout: sent.append(request) or opened):
            room["handler"]({
                "RequestType": kind, "StackId": "stack", "RequestId": "request", "LogicalResourceId": "Version",
                "ResponseURL": "http://127.0.0.1/answer", "OldResourceProperties": {"Rights": "same"},
                "ResourceProperties": {"Function": "trigger", "Sha256": "sum", "Rights": rights},
            }, None)
        told = json.loads(sent[0].data)
        self.assertEqual(told["PhysicalResourceId"], "version")
        return told["Status"], told.get("Data", {}).get("Version"), told.get("Reason")

    def test_a_version_that_passes_goes_live(self):
        self.assertEqual(self.answer(Functions(PASSED)), ("SUCCESS", "8", None))

    def test_rights_that_are_late_are_waited_for(self):
        functions = Functions(DENIED, DENIED, PASSED)
        self.assertEqual((self.answer(functions)[:2], functions.asked), (("SUCCESS", "8"), 3))

    def test_rights_that_are_missing_stop_it(self):
        status, version, reason = self.answer(Functions(DENIED, live="other"), seconds=6)
        self.assertEqual((status, version), ("FAILED", None))
        self.assertIn("version 8 didn't pass its self-test: table `claims`: denied", reason)

    def test_another_version_than_was_asked_stops_it(self):
        self.assertEqual(self.answer(Functions({**PASSED, "function_version": "7"}), seconds=16)[0], "FAILED")

    def test_a_roll_back_is_not_stopped_by_a_table_that_is_down(self):
        self.assertEqual(self.answer(Functions(SLOW, live="sum"))[:2], ("SUCCESS", "7"))

    def test_but_other_code_or_other_rights_are(self):
        for functions, rights in [(Functions(SLOW, live="other"), "same"), (Functions(SLOW, live="sum"), "fewer"),
                                  (Functions(SLOW), "same")]:
            self.assertEqual(self.answer(functions, rights=rights)[0], "FAILED")

    def test_a_removal_asks_nothing(self):
        functions = Functions(SLOW)
        self.assertEqual((self.answer(functions, "Delete")[0], functions.asked), ("SUCCESS", 0))


if __name__ == "__main__":
    unittest.main()
