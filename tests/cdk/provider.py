"""What answers CloudFormation about a version, without CloudFormation and Lambda."""

import io
import json
import pathlib
import sys
import types
import unittest
import unittest.mock

sys.dont_write_bytecode = True
PASSED = {"self_test": "passed", "function_version": "8"}
DENIED = {"errorType": "self_test_failed", "errorMessage": "table `claims`: denied (AccessDeniedException)"}


class NotFound(Exception):
    pass


class Functions:
    """Lambda, with a version that answers this, one answer after the other, and what is live."""

    exceptions = types.SimpleNamespace(ResourceNotFoundException=NotFound)

    def __init__(self, *answers, live=None):
        self.answers, self.live, self.asked = list(answers), live, []

    def get_function_configuration(self, FunctionName, Qualifier):
        assert (FunctionName, Qualifier) == ("trigger", "live")
        if self.live is None:
            raise NotFound
        return {"Version": self.live}

    def invoke(self, FunctionName, Qualifier, Payload):
        self.asked.append((FunctionName, Qualifier, json.loads(Payload)))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        error = {"FunctionError": "Unhandled"} if "errorMessage" in answer else {}
        return {"Payload": io.BytesIO(json.dumps(answer).encode()), **error}


class Provider(unittest.TestCase):
    def ask(self, functions, kind="Update"):
        """What CloudFormation is told."""
        self.time = 0
        code = (pathlib.Path(__file__).parents[2] / "packages/cdk/provider/index.py").read_text()
        boto3 = types.SimpleNamespace(client=lambda name: functions)
        with unittest.mock.patch.dict(sys.modules, boto3=boto3):
            room = {}
            exec(code, room)
        clock = types.SimpleNamespace(monotonic=self.tick)
        with unittest.mock.patch.dict(room, time=clock), unittest.mock.patch("urllib.request.urlopen") as sent:
            room["handler"]({
                "RequestType": kind, "ResponseURL": "https://answers.example/", "StackId": "stack", "RequestId": "1",
                "LogicalResourceId": "Answer", "ResourceProperties": {"Function": "trigger", "Version": "8"},
            }, None)
        [call] = sent.call_args_list
        request = call.args[0]
        self.assertEqual((request.method, request.headers["Content-type"]), ("PUT", ""))
        answer = json.loads(request.data)
        self.assertEqual([answer.pop(key) for key in ("StackId", "RequestId", "LogicalResourceId", "PhysicalResourceId")],
                         ["stack", "1", "Answer", "live"])
        return answer

    def tick(self):
        self.time += 2
        return self.time

    def test_passed(self):
        for kind in ("Create", "Update"):
            functions = Functions(PASSED, live=None if kind == "Create" else "7")
            self.assertEqual(self.ask(functions, kind), {"Status": "SUCCESS", "Data": {"Version": "8"}})
            self.assertEqual(functions.asked, [("trigger", "8", {"claimsmith": "self-test"})])

    def test_delete_asks_nobody(self):
        functions = Functions(PASSED)
        self.assertEqual(self.ask(functions, "Delete"), {"Status": "SUCCESS"})
        self.assertEqual(functions.asked, [])

    def test_a_roll_back_does_not_hang_on_the_table(self):
        functions = Functions(DENIED, live="8")
        self.assertEqual(self.ask(functions), {"Status": "SUCCESS", "Data": {"Version": "8"}})
        self.assertEqual(functions.asked, [])

    def test_rights_that_spread(self):
        functions = Functions(DENIED, DENIED, PASSED)
        self.assertEqual(self.ask(functions)["Status"], "SUCCESS")
        self.assertEqual(len(functions.asked), 3)

    def test_rights_that_are_missing(self):
        functions = Functions(DENIED)
        answer = self.ask(functions)
        self.assertEqual(answer["Status"], "FAILED")
        self.assertIn("version 8 didn't pass its self-test: table `claims`: denied", answer["Reason"])
        self.assertTrue(2 < len(functions.asked) < 20)

    def test_what_else_fails_fails_at_once(self):
        for said in ({"errorType": "Runtime.ExitError", "errorMessage": "Runtime exited"},
                     {**PASSED, "errorMessage": "table `claims`: misconfigured"},
                     {"self_test": "passed", "function_version": "7"}, {"function_version": "8"}, {"version": "1"}):
            functions = Functions(said)
            answer = self.ask(functions)
            self.assertEqual((answer["Status"], "Data" in answer, len(functions.asked)), ("FAILED", False, 1), said)


if __name__ == "__main__":
    unittest.main(verbosity=0)
