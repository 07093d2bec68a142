"""An HTTP request, read from the event of a gateway: an HTTP API's (payload format 2.0) or a REST
API's. Nothing of it says who asks.

SPEC: AWS, "Working with AWS Lambda proxy integrations for HTTP APIs", and "Input format of a Lambda
function for proxy integration".
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import cast
from urllib.parse import parse_qsl

from .problem import Problem


class Request:
    """A request. What isn't there is empty."""

    def __init__(self, event: object) -> None:
        # What the gateway sent, for the reader of claims.
        self.event = _members(event)

    @property
    def is_rest(self) -> bool:
        return self.event.get("version") != "2.0"

    @property
    def has_claims(self) -> bool:
        """Whether it is a REST API's, with what that calls claims."""
        authorizer = _members(self._context.get("authorizer"))
        return self.is_rest and isinstance(authorizer.get("claims"), Mapping)

    @property
    def method(self) -> str:
        if self.is_rest:
            return _text(self.event.get("httpMethod"))
        return _text(_members(self._context.get("http")).get("method"))

    @property
    def path(self) -> str:
        return _text(self.event.get("path" if self.is_rest else "rawPath"))

    @property
    def gateway_id(self) -> str:
        """The gateway's own id of the request; a caller can choose that of a REST API."""
        return _text(self._context.get("requestId"))

    @property
    def origin(self) -> str:
        """The page that asks."""
        return self._header("origin")

    @property
    def content_type(self) -> str:
        return self._header("content-type")

    def parameter(self, name: str) -> str | None:
        """The first value of this name in the query."""
        if not self.is_rest:
            pairs = parse_qsl(_text(self.event.get("rawQueryString")), keep_blank_values=True)
            return next((value for key, value in pairs if key == name), None)
        # A REST API has undone the escapes, and has the values of a repeated name apart.
        repeated = _members(self.event.get("multiValueQueryStringParameters")).get(name)
        if isinstance(repeated, list) and repeated:
            return _text(cast("list[object]", repeated)[0])
        single = _members(self.event.get("queryStringParameters")).get(name)
        return None if single is None else _text(single)

    def body(self) -> bytes:
        body = _text(self.event.get("body"))
        if self.event.get("isBase64Encoded") is not True:
            return body.encode(errors="replace")
        try:
            return base64.b64decode(body)
        except ValueError:
            raise Problem.bad_request("the body is not JSON") from None

    def _header(self, name: str) -> str:
        """By the name in small letters. A REST API hands names on as they were sent."""
        headers = _members(self.event.get("headers")).items()
        return next((_text(value) for sent, value in headers if sent.lower() == name), "")

    @property
    def _context(self) -> Mapping[str, object]:
        return _members(self.event.get("requestContext"))


def _members(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
