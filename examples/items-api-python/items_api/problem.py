"""What a caller is told when there is no answer, and what the log says.

SPEC: RFC 9457. The member `reason` is a stable word for programs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypedDict

from cognito_claims import ClaimsError, Refusal


class Response(TypedDict):
    """SPEC: AWS, "Output format of a Lambda function for proxy integration"."""

    statusCode: int
    headers: dict[str, str]
    body: str


class Problem(Exception):
    """A problem document, a header that says what would do, and the cause, which is for the log
    alone and holds no values."""

    def __init__(self, document: Mapping[str, object], status: int, reason: str, *,
                 hint: Mapping[str, str] | None = None, cause: str | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.cause = cause
        self._document = document
        self._hint = hint or {}

    @classmethod
    def of(cls, error: Exception) -> Problem:
        """Whatever was raised."""
        if isinstance(error, Problem):
            return error
        if isinstance(error, ClaimsError):
            return cls._refused(Refusal.of(error))
        # A mistake of this code. The log has the error's class alone, because its text may hold
        # anything.
        cause = type(error).__name__
        return cls._new(500, "Internal Server Error", "internal", None, cause=cause)

    @classmethod
    def bad_request(cls, detail: str) -> Problem:
        return cls._new(400, "Bad Request", "bad_request", detail)

    @classmethod
    def tier_limit(cls) -> Problem:
        detail = "the organisation's tier allows no more items"
        return cls._new(403, "Forbidden", "tier_limit", detail)

    @classmethod
    def not_owner(cls) -> Problem:
        return cls._new(403, "Forbidden", "not_owner", "somebody else made the item")

    @classmethod
    def no_route(cls) -> Problem:
        detail = "there is GET /items, POST /items and DELETE /items/{id}"
        return cls._new(404, "Not Found", "not_found", detail)

    @classmethod
    def no_item(cls) -> Problem:
        """The same whether another organisation has one."""
        return cls._new(404, "Not Found", "not_found", "there is no item of this id")

    @classmethod
    def exists(cls) -> Problem:
        return cls._new(409, "Conflict", "exists", "there is an item of this id")

    @classmethod
    def too_large(cls, limit: int) -> Problem:
        detail = f"the body has more than {limit} bytes"
        return cls._new(413, "Content Too Large", "too_large", detail)

    @classmethod
    def unsupported_media_type(cls) -> Problem:
        """SPEC: RFC 9110, 15.5.16; W3C, Linked Data Platform 1.0, 7.1, for the header."""
        detail = "the body is not of the type application/json"
        return cls._new(415, "Unsupported Media Type", "unsupported_media_type", detail,
                        hint={"accept-post": "application/json"})

    @classmethod
    def unavailable(cls, cause: str) -> Problem:
        """The table failed, for a reason that only the log knows."""
        detail = "try again in a moment"
        return cls._new(503, "Service Unavailable", "table_failed", detail, cause=cause)

    @classmethod
    def _refused(cls, refusal: Refusal) -> Problem:
        """The claims refuse: `cognito_claims` has worked the whole answer out."""
        cause = None if refusal.cause is None else str(refusal.cause)
        challenge = refusal.www_authenticate
        hint = None if challenge is None else {"www-authenticate": challenge}
        return cls(refusal.problem(), refusal.status, refusal.reason, hint=hint, cause=cause)

    @classmethod
    def _new(cls, status: int, title: str, reason: str, detail: str | None, *,
             hint: Mapping[str, str] | None = None, cause: str | None = None) -> Problem:
        document = {"type": "about:blank", "title": title, "status": status, "reason": reason}
        if detail is not None:
            document["detail"] = detail
        return cls(document, status, reason, hint=hint, cause=cause)

    def response(self, request_id: str) -> Response:
        """What the caller gets: with the id by which the log has the request."""
        document = {**self._document, "request_id": request_id}
        answer = response(self.status, document, "application/problem+json")
        answer["headers"] |= self._hint
        return answer


def no_content() -> Response:
    return {"statusCode": 204, "headers": {"cache-control": "no-store"}, "body": ""}


def response(status: int, body: object, content_type: str = "application/json") -> Response:
    """An answer that belongs to its caller: no cache may keep it for others."""
    return {
        "statusCode": status,
        "headers": {"content-type": content_type, "cache-control": "no-store"},
        "body": json.dumps(body, separators=(",", ":")),
    }
