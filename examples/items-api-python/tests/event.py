"""The event of a request, as each front door sends it. README.md of the cases says what is asked."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

from cognito_claims.testing import Token

DOORS = ("http_api", "http_lambda_authorizer", "rest_cognito", "rest_lambda_authorizer")

Ask = dict[str, Any]
Event = dict[str, Any]


def filled(ask: Ask) -> list[Ask]:
    """The same request for each text that stands for `§`."""
    texts = [ask["fill"][0] * ask["fill"][1]] if "fill" in ask else ask.get("each", [""])

    def fill(value: object, text: str) -> object:
        return value.replace("§", text) if isinstance(value, str) else value

    return [{name: fill(value, text) for name, value in ask.items()} for text in texts]


def token_of(case: dict[str, Any]) -> Token:
    made = {"access": Token.access, "id": Token.id, "client": Token.client}[case["is"]]()
    for name, value in case["claims"].items():
        made = made.claim(name, value)
    return made


def event_of(ask: Ask, door: str, token: Token) -> Event:
    body = json.dumps(ask["json"]) if "json" in ask else ask.get("text", ask.get("base64"))
    method = ask.get("method", "GET" if body is None else "POST")
    path, query = ask.get("path", "/items"), ask.get("query", "")
    content_type = ask.get("type", None if body is None else "application/json")
    event: Event = {"body": body, "isBase64Encoded": "base64" in ask}
    # A REST API hands names of headers on as they were sent, and values also in lists.
    if content_type is not None and door.startswith("rest_"):
        event |= {"headers": {"Content-Type": content_type},
                  "multiValueHeaders": {"Content-Type": [content_type]}}
    elif content_type is not None:
        event |= {"headers": {"content-type": content_type}}
    if door.startswith("rest_"):
        event |= {"httpMethod": method, "path": path, **_rest_query(query)}
    else:
        event |= {"rawPath": path, "rawQueryString": query,
                  "requestContext": {"http": {"method": method}}}
    through = {
        "http_api": token.http_api,
        "http_lambda_authorizer": token.http_lambda_authorizer,
        "rest_cognito": token.rest_cognito,
        "rest_lambda_authorizer": token.rest_lambda_authorizer,
    }
    merged: Event = _merged(_merged(through[door](), event), ask.get("event", {}))
    return merged


def _rest_query(query: str) -> Event:
    """SPEC: AWS, "Input format of a Lambda function for proxy integration": the last value, and
    all."""
    every = parse_qs(query, keep_blank_values=True)
    if not every:
        return {}
    return {
        "queryStringParameters": {name: values[-1] for name, values in every.items()},
        "multiValueQueryStringParameters": every,
    }


def _merged(target: Any, patch: Any) -> Any:
    """SPEC: RFC 7396, JSON Merge Patch."""
    if not isinstance(patch, dict):
        return patch
    result: Event = {**target} if isinstance(target, dict) else {}
    changes: Event = {**patch}
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merged(result.get(name), value)
    return result
