"""The function as Lambda starts it: what it takes from its environment, and what it writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import unittest
from typing import Any

from cognito_claims.testing import Token
from dynamodb import ENDPOINT, create_table

# Invokes it with events, each after the other, and prints its answers to the standard error.
INVOKE = """
import json, sys, types
from app import handler
for event in json.loads(sys.argv[1]):
    answer = handler(event, types.SimpleNamespace(aws_request_id="request-1"))
    print(json.dumps(answer), file=sys.stderr)
"""


def invoke(events: list[Any], **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ["PYTHONPATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL_DYNAMODB": ENDPOINT,
        "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793",
        **variables,
    }
    return subprocess.run([sys.executable, "-c", INVOKE, json.dumps(events)], env=environment,
                          capture_output=True, text=True, check=False)


def lines(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


class Function(unittest.TestCase):
    def test_scopes_are_those_of_the_resource_server(self) -> None:
        table = create_table()
        events = [
            Token.access().claim("scope", f"openid {server}/read").claim("org_id", "acme").http_api()
            for server in ("items", "https://items.example")
        ]
        for variables, expected in [
            ({}, [200, 403]),
            ({"RESOURCE_SERVER": "https://items.example"}, [403, 200]),
        ]:
            done = invoke(events, ITEMS_TABLE=table, **variables)
            self.assertEqual([answer["statusCode"] for answer in lines(done.stderr)], expected)
            logged = lines(done.stdout)
            self.assertEqual([line["status"] for line in logged], expected)
            for line in logged:
                self.assertEqual((line["request_id"], line["trace_id"]),
                                 ("request-1", "Root=1-5759e988-bd862e3fe1be46a994272793"))

    def test_pages_of_the_named_origins_read_answers(self) -> None:
        table, origins = create_table(), "https://app.example.com http://localhost:3000"
        asked = [*origins.split(), "https://evil.example", "null", None]
        # What is refused, too, or a page couldn't say why.
        for scope in ("items/read", "openid"):
            event = Token.access().claim("scope", scope).claim("org_id", "acme").rest_cognito()
            events = [{**event, "headers": {"Origin": origin}} for origin in asked]

            def told(events: list[Any] = events, **variables: str) -> list[tuple[Any, Any]]:
                answers = lines(invoke(events, ITEMS_TABLE=table, **variables).stderr)
                return [(answer["headers"].get("access-control-allow-origin"),
                         answer["headers"].get("vary")) for answer in answers]

            self.assertEqual(told(CORS_ORIGINS=origins), [
                *((origin, "origin") for origin in origins.split()), *[(None, "origin")] * 3])
            self.assertEqual(told(), [(None, None)] * 5)

    def test_without_a_table_it_does_not_start(self) -> None:
        done = invoke([])
        self.assertEqual(done.returncode, 1, done.stderr)
        [line] = lines(done.stdout)
        self.assertIsInstance(line.pop("timestamp"), str)
        self.assertEqual(line, {"level": "ERROR", "outcome": "error", "reason": "not_started",
                                "message": "ITEMS_TABLE is not set"})
