"""What examples/items-api/tests/cases says of every language's handler."""

from __future__ import annotations

import json
import unittest
from pathlib import Path
from typing import Any

from cognito_claims.testing import ISSUED_AT
from dynamodb import Proxy, client, create_table, put, rows
from event import DOORS, event_of, filled, token_of

from items_api.api import ItemsApi
from items_api.log import Log
from items_api.problem import Response

FOLDER = Path(__file__).parents[2] / "items-api" / "tests" / "cases"
REQUEST_ID, TRACE_ID = "request-1", "Root=1-5759e988-bd862e3fe1be46a994272793"
# What stands in tokens and items, and so in no line of the log.
SECRETS = ["acme-corp", "globex", "initech", "aaaaaaaa-", "EXAMPLE", "ada@", "hidden", "items/"]

Step = dict[str, Any]


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


class Cases(unittest.TestCase):
    maxDiff = None
    tokens = read(FOLDER / "tokens.json")

    def test_every_scenario(self) -> None:
        for path in sorted(FOLDER.glob("*.json")):
            if path.name != "tokens.json":
                for scenario in read(path):
                    with self.subTest(scenario["name"]):
                        self.run_scenario(scenario["steps"])

    def run_scenario(self, steps: list[Step]) -> None:
        proxy, table = Proxy(), create_table()
        self.addCleanup(proxy.stop)
        api = ItemsApi(client(proxy.url), table, "items")
        for step in steps:
            if "fault" in step:
                proxy.fault = step["fault"]
            for row in step.get("put", []):
                put(table, row)
            if "rows" in step:
                self.assertEqual(rows(table), step["rows"])
            for ask in filled(step["ask"]) if "ask" in step else []:
                for door in [ask["door"]] if "door" in ask else DOORS:
                    lines: list[str] = []
                    log = Log(REQUEST_ID, TRACE_ID, lines.append)
                    event = event_of(ask, door, token_of(self.tokens[ask["token"]]))
                    told = api.handle(event, ISSUED_AT + ask.get("later", 0), log)
                    with self.subTest(door=door, ask=str(ask)[:300], told=told, lines=lines):
                        self.compare(step["answer"], told, lines)

    def compare(self, expected: Step, told: Response, lines: list[str]) -> None:
        self.assertEqual(told["statusCode"], expected["status"])
        is_empty = told["statusCode"] == 204
        self.assertEqual(told["body"] == "", is_empty)
        body, headers = json.loads(told["body"] or "{}"), told["headers"]
        is_problem = told["statusCode"] >= 400
        kind = "application/problem+json" if is_problem else "application/json"
        challenge = {name: value for name, value in headers.items() if name == "www-authenticate"}
        accepted = {"accept-post": "application/json"} if told["statusCode"] == 415 else {}
        content_type = {} if is_empty else {"content-type": kind}
        self.assertEqual(headers, {"cache-control": "no-store", **content_type, **challenge,
                                   **accepted})
        self.assertEqual((body.get("status"), body.get("request_id")),
                         (expected["status"], REQUEST_ID) if is_problem else (None, None))
        for member in ("reason", "next"):
            if member in expected:
                self.assertEqual(body[member], expected[member])
        self.assertEqual(body.get("detail", "")[:len(expected.get("detail", ""))],
                         expected.get("detail", ""))
        if "body" in expected:
            self.assertEqual(body, expected["body"])
        if "ids" in expected:
            self.assertEqual([item["id"] for item in body["items"]], expected["ids"])
        if "challenge" in expected:
            self.assertEqual(challenge.get("www-authenticate"), expected["challenge"])
        if "without" in expected:
            self.assertNotIn(expected["without"], told["body"])
        self.compare_log(expected, body.get("reason"), lines)

    def compare_log(self, expected: Step, reason: str | None, lines: list[str]) -> None:
        for secret in SECRETS:
            self.assertNotIn(secret, "\n".join(lines))
        *others, line = [json.loads(line) for line in lines]
        self.assertRegex(line.pop("timestamp"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$")
        self.assertGreaterEqual(line.pop("milliseconds"), 0)
        self.assertEqual((line["status"], line.get("reason")), (expected["status"], reason))
        self.assertEqual(line, expected.get("log", line))
        if "cause" in expected:
            self.assertEqual(line["cause"], expected["cause"])
        for other in others:
            self.assertIsInstance(other.pop("timestamp"), str)
        left_out = {
            "level": "WARN",
            "message": "items_left_out",
            "cause": "an attribute is missing or of another form",
            **expected.get("left_out", {}),
            "request_id": REQUEST_ID,
            "trace_id": TRACE_ID,
        }
        self.assertEqual(others, [left_out] if "left_out" in expected else [])
