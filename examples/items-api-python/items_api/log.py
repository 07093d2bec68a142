"""The function's log: one line of JSON for each request, without values."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TypeVar

from cognito_claims import Claims, ReadError, User

from .caller import claims_of
from .problem import Problem
from .request import Request
from .row import LeftOut

T = TypeVar("T")


@dataclass(frozen=True)
class Log:
    """What one invocation logs, with the ids by which others know it."""

    request_id: str
    trace_id: str | None
    write: Callable[[str], None]

    def answered(self, request: Request, status: int, problem: Problem | None,
                 milliseconds: float) -> None:
        """The line of a request that has its answer."""
        identity_hash, app_client = _caller(request)
        self._line("INFO" if status < 500 else "ERROR", {
            "status": status,
            "reason": problem and problem.reason,
            "cause": problem and problem.cause,
            "identity_hash": identity_hash,
            "app_client": app_client,
            "request_id": self.request_id,
            # The gateway's access log has it too.
            "api_request_id": _plain(request.gateway_id, "[A-Za-z0-9=_-]{1,64}"),
            "trace_id": self._plain_trace(),
            "milliseconds": round(milliseconds, 3),
        })

    def left_out(self, left_out: LeftOut) -> None:
        """The line of items that a list lacks."""
        self._line("WARN", {
            "message": "items_left_out",
            "cause": "an attribute is missing or of another form",
            "items": left_out.items,
            "attributes": ",".join(left_out.attributes),
            "request_id": self.request_id,
            "trace_id": self._plain_trace(),
        })

    def _line(self, level: str, fields: dict[str, object]) -> None:
        known = {name: value for name, value in fields.items() if value is not None}
        self.write(json.dumps({"timestamp": timestamp(), "level": level, **known}))

    def _plain_trace(self) -> str | None:
        return _plain(self.trace_id, "[A-Za-z0-9=;:_-]{1,256}")


def timestamp() -> str:
    """SPEC: RFC 3339."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    return now.isoformat(timespec="microseconds") + "Z"


def identity_hash(pool: str, sub: str) -> str:
    """The first 64 bits of SHA-256 over a user pool's id and a `sub`, as every function of ours logs
    it: tells people apart, and names nobody."""
    return hashlib.sha256(f"{pool}\0{sub}".encode(errors="replace")).hexdigest()[:16]


def _caller(request: Request) -> tuple[str | None, str | None]:
    """The hash of a person, and the app client."""
    claims = _unless_unreadable(lambda: claims_of(request))
    if claims is None:
        return None, None
    identity = _unless_unreadable(claims.identity)
    issuer = _claim(claims, "iss")
    client = _claim(claims, "client_id") or _claim(claims, "aud")
    app_client = _plain(client, "[A-Za-z0-9_+]{1,128}")
    if not isinstance(identity, User) or issuer is None:
        return None, app_client
    # The issuer ends with the pool's id.
    return identity_hash(issuer.rsplit("/", 1)[-1], identity.sub), app_client


def _claim(claims: Claims, name: str) -> str | None:
    return _unless_unreadable(lambda: claims.optional(name, str))


def _unless_unreadable(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except ReadError:
        return None


def _plain(text: str | None, form: str) -> str | None:
    """An id that may stand in a log as it is. Whoever asks may have chosen it."""
    return text if text is not None and re.fullmatch(form, text) else None
