"""What takes more than requests one after another: callers at once, a table that says nothing, mistakes."""

from __future__ import annotations

import json
import time
import unittest
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

from cognito_claims import BitsError, ReadError, Refusal
from cognito_claims.testing import ISSUED_AT, Token
from dynamodb import Proxy, client, create_table, rows
from event import event_of

from items_api.api import ItemsApi
from items_api.log import Log
from items_api.problem import Problem
from items_api.table import cancelled_by

NOWHERE = "http://127.0.0.1:9"
TOKEN = (
    Token.access()
    .claim("scope", "items/read items/write")
    .claim("org_id", "initech")
    .claim("org_tier", "free")
)


def ask(api: ItemsApi, event: object, trace_id: str | None = None) -> tuple[int, Any, Any]:
    """Status, body and the line of the log."""
    lines: list[str] = []
    told = api.handle(event, ISSUED_AT, Log("request-1", trace_id, lines.append))
    [line] = lines
    return told["statusCode"], json.loads(told["body"]), json.loads(line)


def add(item_id: str) -> dict[str, Any]:
    return event_of({"json": {"id": item_id, "name": "x"}}, "http_api", TOKEN)


class Api(unittest.TestCase):
    def proxy(self) -> Proxy:
        proxy = Proxy()
        self.addCleanup(proxy.stop)
        return proxy

    def test_callers_at_once_stay_within_the_limit_together(self) -> None:
        table = create_table()
        api = ItemsApi(client(self.proxy().url), table, "items")

        def made() -> int:
            return sum(row["sk"]["S"] != "COUNT" for row in rows(table))

        def status(number: int) -> int:
            return ask(api, add(f"item-{number}"))[0]

        with ThreadPoolExecutor(14) as callers:
            answers = [*callers.map(status, range(14))]
        self.assertEqual(made(), answers.count(201))
        # Whoever met others too often is told to come again, and may.
        for number in range(14, 25):
            self.assertIn(status(number), (201, 403))
        self.assertEqual(made(), 10, answers)

    def test_a_table_that_says_nothing_is_503_before_lambda_ends_the_function(self) -> None:
        proxy = self.proxy()
        api = ItemsApi(client(proxy.url, timeout=1), create_table(), "items")
        proxy.fault = "hang"
        events: list[object] = [add("a"), TOKEN.rest_cognito()]

        def asked(event: object) -> tuple[int, Any, Any]:
            return ask(api, event)

        began = time.monotonic()
        with ThreadPoolExecutor(2) as callers:
            answers = [*callers.map(asked, events)]
        took = time.monotonic() - began
        for status, body, line in answers:
            self.assertEqual((status, body["reason"]), (503, "table_failed"))
            self.assertEqual(line["cause"], "no answer")
        self.assertTrue(1.9 < took < 5.0, f"two attempts of a second: {took}")

    def test_half_a_list_is_no_list(self) -> None:
        proxy = self.proxy()
        api = ItemsApi(client(proxy.url), create_table(), "items")
        self.assertEqual(ask(api, add("a"))[0], 201)
        proxy.fault = "half_answers"
        status, _, line = ask(api, TOKEN.http_api())
        self.assertEqual((status, line["cause"]), (503, "no answer"))

    def test_no_attempt_begins_that_could_end_too_late(self) -> None:
        busy = mock.Mock()
        busy.exceptions.TransactionCanceledException = _Cancelled
        busy.transact_write_items.side_effect = _Cancelled
        api = ItemsApi(busy, "none", "items")
        clock = iter([0.0, 0.0, 3.1])
        with mock.patch("items_api.table.time.monotonic", lambda: next(clock)):
            status, _, line = ask(api, add("a"))
        self.assertEqual((status, line["cause"]), (503, "no answer before the deadline"))
        self.assertEqual(busy.transact_write_items.call_count, 1)
        status, _, line = ask(api, add("a"))
        self.assertEqual((status, line["cause"]), (503, "too many callers write at once"))
        self.assertEqual(busy.transact_write_items.call_count, 7)

    def test_a_cancelled_transaction_says_why(self) -> None:
        for codes, reason in [
            (["ConditionalCheckFailed", "None"], "exists"),
            (["ConditionalCheckFailed", "ConditionalCheckFailed"], "exists"),
            (["None", "ConditionalCheckFailed"], "tier_limit"),
            (["None", "TransactionConflict"], "met"),
            (["TransactionConflict", "None"], "met"),
            (["None", "ThrottlingError"], "table_failed"),
            ([], "table_failed"),
        ]:
            why = cancelled_by(codes, Problem.exists)
            self.assertEqual(why.reason if isinstance(why, Problem) else "met", reason, codes)

    def test_a_mistake_of_this_code_is_told_to_nobody(self) -> None:
        broken = mock.Mock()
        broken.query.side_effect = TypeError("hidden text")
        status, body, line = ask(ItemsApi(broken, "hidden-table", "items"), TOKEN.http_api())
        self.assertEqual((status, body), (500, {
            "type": "about:blank",
            "title": "Internal Server Error",
            "status": 500,
            "reason": "internal",
            "request_id": "request-1",
        }))
        self.assertEqual([line[name] for name in ("level", "status", "reason", "cause")],
                         ["ERROR", 500, "internal", "TypeError"])
        self.assertNotIn("hidden", str(line))

    def test_what_is_no_request_is_none(self) -> None:
        api = ItemsApi(client(NOWHERE), "none", "items")
        events: list[object] = [None, 1, "", [], {}, {"version": "2.0"}, {"path": 1},
                                {"path": "/items"}]
        for event in events:
            status, body, _ = ask(api, event)
            self.assertEqual((status, body["reason"]), (404, "not_found"), event)
        nobody = {"version": "2.0", "rawPath": "/items",
                  "requestContext": {"http": {"method": "GET"}}}
        status, body, _ = ask(api, nobody)
        self.assertEqual((status, body["reason"]), (401, "no_claims"))
        event = {**add("a"), "body": "hidden=", "isBase64Encoded": True}
        status, body, _ = ask(api, event)
        self.assertEqual((status, body["detail"]), (400, "the body is not JSON"))

    def test_a_tier_that_is_no_text_is_unreadable(self) -> None:
        api = ItemsApi(client(NOWHERE), "none", "items")
        event = event_of({"json": {"id": "a", "name": "x"}}, "http_lambda_authorizer", TOKEN)
        for tier in (True, 5, 1.5, ["pro"], {"pro": 1}, None):
            event["requestContext"]["authorizer"]["lambda"]["org_tier"] = tier
            status, body, line = ask(api, event)
            self.assertEqual((status, body["reason"]), (403, "unreadable"), tier)
            self.assertTrue(line["cause"].startswith("claim `org_tier` is "), line["cause"])

    def test_whatever_claims_may_raise_is_refused(self) -> None:
        for error, reason in ((ReadError("missing"), "unreadable"), (BitsError("form"), "unreadable"),
                              (ReadError("no_claims"), "no_claims"), (Refusal("scope"), "scope")):
            self.assertEqual(Problem.of(error).reason, reason)
            self.assertEqual(Problem.of(error).cause is None, isinstance(error, Refusal))

    def test_a_trace_that_holds_a_text_is_left_out(self) -> None:
        api = ItemsApi(client(NOWHERE), "none", "items")
        trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
        self.assertEqual(ask(api, {}, trace)[2]["trace_id"], trace)
        for other in ("Root=1-2-3;Self=ada@example.com", "", "a" * 257, "Root=1\n", "Root=\u0661"):
            self.assertNotIn("trace_id", ask(api, {}, other)[2], other)

    def test_the_place_of_a_mistake_is_said(self) -> None:
        api = ItemsApi(client(NOWHERE), "none", "items")
        event = {**add("a"), "body": '{\n  "id": secret}'}
        self.assertEqual(ask(api, event)[1]["detail"],
                         "the body is not JSON at line 2, column 9")


class _Cancelled(Exception):
    """As the SDK makes it when another caller is at the same counter."""

    response: Callable[[], object] | dict[str, Any] = {
        "CancellationReasons": [{"Code": "None"}, {"Code": "TransactionConflict"}],
    }
