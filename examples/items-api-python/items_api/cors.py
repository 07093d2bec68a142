"""Which pages may read the answers.

A REST API hands on what the function says. An HTTP API that has CORS says it by itself, and drops what
the function says.

SPEC: Fetch standard, "CORS check"; AWS, "CORS for REST APIs in API Gateway" and "Configure CORS for
HTTP APIs in API Gateway".
"""

from __future__ import annotations

from collections.abc import Collection

from .problem import Response
from .request import Request


def readable(answer: Response, event: object, origins: Collection[str]) -> Response:
    """The answer, which the page that asks may read if its origin is one of these."""
    if not origins:
        return answer
    origin = Request(event).origin
    allowed = {"access-control-allow-origin": origin} if origin in origins else {}
    return {**answer, "headers": {**answer["headers"], "vary": "origin", **allowed}}
