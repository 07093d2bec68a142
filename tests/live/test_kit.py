"""What must hold before the kit may touch an account."""

import base64
import contextlib
import io
import json
import pathlib
import signal
import tempfile
import types
import unittest
from unittest import mock

import compare
import cost
import latency
import live
import logs_role
import questions
import stacks
import transcript


def token(claims):
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJSUzI1NiJ9.{body}.signature"


class Questions(unittest.TestCase):
    def test_every_open_row_has_a_name_of_its_own(self):
        names = [name for name, _ in questions.rows()]
        unnamed = [text for name, text in questions.rows() if not name]
        self.assertEqual(unnamed, [])
        self.assertEqual(len(names), len(set(names)))

    def test_every_open_row_is_covered_or_listed_as_not_tried(self):
        names = {name for name, _ in questions.rows()}
        self.assertGreater(len(names), 20)
        self.assertEqual(names, questions.COVERED.keys() | questions.NOT_TRIED.keys())
        self.assertEqual(questions.COVERED.keys() & questions.NOT_TRIED.keys(), set())

    def test_every_verdict_can_be_given_of_a_run_that_saw_nothing(self):
        run = {"sign_ins": [], "tries": {}, "doors": {}, "handlers": {}, "scp": "no token",
               "unlisted": "none"}
        self.assertEqual([name for name, it in questions.verdicts(run).items()
                          if not it.startswith("not tried: ")], [])


class Transcript(unittest.TestCase):
    PRIVATE = {"s3cret-of-a-client", "3apiclientexample00000000001"}
    LOOKS = ["123456789012", "ada@example.com", token({"sub": "x"}), "eu-west-1_AbCdEf012",
             "arn:aws:iam::123456789012:role/x", "11111111-1111-4111-8111-111111111111",
             "AKIAIOSFODNN7EXAMPLE", "us-gov-west-1_AbCdEf012"]

    def test_nothing_private_is_in_it_wherever_it_stood(self):
        private = [*self.PRIVATE, *self.LOOKS]
        record = {"where": "AWS", "date": "2026-11-28", "release": "0.1.0",
                  "ended": "; ".join(private),
                  "verdicts": {word: f"refuted: {word}" for word in private},
                  "sign_ins": [{"kind": "trigger", "version": "V3_0", "source": word,
                                "differences": [word], "problem": None,
                                "sizes": {word: {"bytes": 1, "foreseen": None}}}
                               for word in private],
                  "tries": {word: [word] for word in private},
                  "doors": {word: {word: 200} for word in private},
                  "by_hand": {word: word for word in private}, "updated": " ".join(private),
                  "events": {word: {"userName": word} for word in self.PRIVATE}}
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "t.md")
            transcript.write(path, record, self.PRIVATE)
            for text in (path.read_text(), path.with_suffix(".json").read_text()):
                self.assertEqual([word for word in private if word in text], [])
                self.assertIn(transcript.LEFT_OUT, text)

    def test_what_only_verdicts_are_made_of_is_not_kept(self):
        entry = {"kind": "x", "claims": {"sub": "s"}, "event": {}, "shown": {}}
        kept = live.kept({"sign_ins": [entry], "handlers": {"door": {"claims": 1}}})
        self.assertEqual(kept, {"sign_ins": [{"kind": "x"}]})


class Comparison(unittest.TestCase):
    CLAIMS = {"sub": "s-u-b", "exp": 1, "cognito:groups": ["a", "b"], "scope": "x y"}

    def differences(self, claims, lower=0, upper=1000):
        model = {"claims": self.CLAIMS, "bytes": {"lower": lower, "upper": upper}}
        expected = {"outcome": "customized", "answer": {"version": "2"},
                    "tokens": {"id": None, "access": model},
                    "decisions": [{"token": "access", "claim": "jti", "action": "kept"},
                                  {"token": "access", "claim": "email", "action": "suppressed"}]}
        return compare.differences(expected, {"AccessToken": token(claims)})

    def test_times_orders_and_what_may_be_there_are_no_differences(self):
        got = {"sub": "s-u-b", "exp": 9, "cognito:groups": ["b", "a"], "scope": "y x", "jti": "j"}
        self.assertEqual(self.differences(got), [])

    def test_others_are_named_without_their_values(self):
        changed = {"sub": "other", "exp": 9, "cognito:groups": "[a b]", "email": "an-address"}
        found = self.differences(changed, lower=900)
        self.assertEqual(found, [
            "access: `email` was not foreseen", "access: `scope` is missing",
            "access: `cognito:groups` is a str, and a list was foreseen",
            "access: `sub` has another value than was foreseen",
            "access: the size is below the range"])


class Safety(unittest.TestCase):
    """`run` with everything that it asks replaced."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder, self.record = pathlib.Path(folder.name), {}
        self.cloud = mock.MagicMock(emulated=False, region="eu-west-1")
        self.cloud.account.return_value = "123456789012"
        self.options = types.SimpleNamespace(target=self.folder, yes=True,
                                             rest_api_account_role=False)
        patches = {name: mock.patch.object(live, name) for name in
                   ("Stacks", "there", "still_there", "observe")}
        self.faked = {name: patch.start() for name, patch in patches.items()}
        self.addCleanup(mock.patch.stopall)
        self.faked["there"].return_value = self.faked["still_there"].return_value = []
        self.stacks = self.faked["Stacks"].return_value
        self.stacks.planned.return_value = {"aws_cognito_user_pool": 7}
        self.stacks.destroy.return_value = None
        self.said = io.StringIO()

    def run_it(self):
        with contextlib.redirect_stdout(self.said):
            live.run(self.cloud, self.options, self.folder, "arm64", {}, self.record, set())

    def test_it_says_what_where_and_for_how_much_before_it_makes_anything(self):
        self.run_it()
        for word in ("account 123456789012", "eu-west-1", "7 aws_cognito_user_pool",
                     f"{cost.dollars():.2f}"):
            self.assertIn(word, self.said.getvalue())
        self.assertEqual(self.record["left"], "nothing")

    def test_without_a_yes_nothing_is_made_and_nothing_stays(self):
        self.options.yes = False
        with mock.patch("builtins.input", return_value="y"), self.assertRaises(live.Failed):
            self.run_it()
        self.stacks.apply.assert_not_called()
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_it_refuses_where_an_earlier_run_has_left_something(self):
        self.faked["there"].return_value = ["lambda claimsmith-live-aaaaaa-recorder"]
        with self.assertRaisesRegex(live.Failed, "claimsmith-live-aaaaaa-recorder"):
            self.run_it()
        self.faked["Stacks"].assert_not_called()

    def test_it_refuses_where_an_earlier_state_is(self):
        (self.folder / "claimsmith-live-aaaaaa").mkdir()
        with self.assertRaisesRegex(live.Failed, "claimsmith-live-aaaaaa"):
            self.run_it()
        self.faked["Stacks"].assert_not_called()

    def test_it_destroys_after_a_failure_an_interrupt_and_a_half_apply(self):
        for place in (self.faked["observe"], self.stacks.apply):
            for problem in (KeyboardInterrupt, live.Failed("no"), ValueError):
                with self.subTest(problem=problem):
                    self.stacks.destroy.reset_mock()
                    place.side_effect = problem
                    with self.assertRaises((KeyboardInterrupt, Exception)):
                        self.run_it()
                    self.stacks.destroy.assert_called_once()
                    for it in self.folder.iterdir():
                        it.rmdir()
            place.side_effect = None

    def test_no_interrupt_stops_a_destroy(self):
        # Behind a shell's `&` it may be ignored from the start.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        handlers = []
        self.stacks.destroy.side_effect = lambda: handlers.append(signal.getsignal(signal.SIGINT))
        self.run_it()
        self.assertEqual(handlers, [signal.SIG_IGN])
        self.assertEqual(signal.getsignal(signal.SIGINT), signal.default_int_handler)

    def test_it_says_what_is_left(self):
        self.stacks.destroy.return_value = "2 resources are left: a.b, c.d"
        with self.assertRaises(live.Failed):
            self.run_it()
        self.assertIn("a.b, c.d", self.said.getvalue())
        self.assertIn("a.b, c.d", self.record["left"])

    def test_the_role_of_an_account_is_neither_replaced_nor_set_unasked(self):
        account = self.cloud.service.return_value.get_account
        for wanted, there, refused in ((True, True, True), (True, False, False),
                                       (False, True, False), (False, False, True)):
            account.return_value = {"cloudwatchRoleArn": "arn"} if there else {}
            with self.assertRaises(live.Failed) if refused else contextlib.nullcontext():
                logs_role.check(self.cloud, wanted)

    def test_nothing_of_the_stacks_is_protected(self):
        text = "".join(path.read_text() for path in (stacks.HERE / "stacks").glob("*.tf"))
        self.assertNotIn("prevent_destroy", text)
        self.assertNotIn('"ACTIVE"', text)
        self.assertRegex(text, r"deletion_protection\s+= false")


class Cost(unittest.TestCase):
    def test_prices_are_those_of_the_deployment_guide(self):
        guide = (live.ROOT / "docs/deploy.md").read_text()
        prices = {"Lambda requests": "$0.20 / 1,000,000", "CloudWatch Logs, GB": "$0.50 / 1",
                  "Lambda time, GB-seconds": "$0.0000133334 / 1",
                  "CloudWatch metrics, a day of a month each": "$0.30 each"}
        self.assertEqual({what for what, *_, source in cost.ROWS if source == "docs/deploy.md"},
                         prices.keys() | {"alarms and dashboards, a day of a month"})
        for what, _, price, _ in cost.ROWS:
            if what in prices:
                text = prices[what]
                self.assertIn(text, guide)
                number = float(text.split(" ")[0].removeprefix("$"))
                parts = 1e6 if "1,000,000" in text else 30 if "each" in text else 1
                self.assertAlmostEqual(price, number / parts)

    def test_the_page_says_the_sum(self):
        self.assertIn(f"about ${cost.dollars():.2f} at most",
                      (live.ROOT / "docs/live.md").read_text())


class Times(unittest.TestCase):
    def test_percentiles_are_values_that_were_seen(self):
        self.assertEqual(latency.summary(list(range(1, 101))),
                         {"count": 100, "p50_ms": 50, "p99_ms": 99})
        self.assertEqual(latency.summary([7.0]), {"count": 1, "p50_ms": 7.0, "p99_ms": 7.0})
        self.assertEqual(latency.summary([]), {"count": 0})


if __name__ == "__main__":
    unittest.main()
