"""What a caller is told when a request is refused.

Says what is required and never what the token holds. Knows the RFCs of the answer, but no framework: the
adapters turn a `Refusal` into their kind of response.
"""

from __future__ import annotations

import json
import re
from typing import Final, Literal

from .bits import BitsError
from .errors import ClaimsError, ReadError

Reason = Literal[
    "no_claims",
    "unreadable",
    "token_use",
    "client",
    "scope",
    "group",
    "org",
    "tier",
    "role",
    "permission",
    "feature",
    "issued_too_long_ago",
    "authenticated_too_long_ago",
    "authentication",
    "actor",
]
"""What was not met: a stable word for logs, metrics and clients."""

# 401 if another token could help, 403 if this caller may not; what the challenge says.
# SPEC: RFC 6750 section 3.1, RFC 9470 section 3.
_TOKEN: Final = "invalid_token"
_SIGN_IN: Final = "insufficient_user_authentication"
_REASONS: Final[dict[str, tuple[int, str | None, str]]] = {
    "no_claims": (401, None, "a token is required"),
    "unreadable": (403, None, "the token lacks what this resource needs"),
    "token_use": (401, _TOKEN, "the other kind of token is required"),
    "client": (401, _TOKEN, "the token was issued to an app client that is not accepted here"),
    "scope": (403, "insufficient_scope", "the token lacks a required scope"),
    "group": (403, None, "membership in a group is required"),
    "org": (403, None, "the token acts in another organisation"),
    "tier": (403, None, "a higher tier is required"),
    "role": (403, None, "another role is required"),
    "permission": (403, None, "the token lacks a required permission"),
    "feature": (403, None, "the feature is not enabled"),
    "issued_too_long_ago": (401, _TOKEN, "a newer token is required"),
    "authenticated_too_long_ago": (401, _SIGN_IN, "a more recent sign-in is required"),
    "authentication": (401, _SIGN_IN, "another way to sign in is required"),
    "actor": (403, None, "nobody may act for somebody else here"),
}

# SPEC: RFC 6749 section 3.3, the characters of a scope, which a level of authentication is held to as
# well; anything else would break the header.
_WORD: Final = re.compile(r"[!#-\[\]-~]+")

PROBLEM_TYPE: Final = "application/problem+json"
"""The media type of `Refusal.problem`."""


class Refusal(ClaimsError):
    """A refused request: status, `WWW-Authenticate` and a problem document.

    The text says what is required; `cause`, for logs, why it isn't met. Neither holds a claim value.
    """

    reason: Reason
    """What was not met."""

    def __init__(
        self, reason: Reason, more: str = "", cause: ReadError | BitsError | None = None
    ) -> None:
        """`more` are further parameters of the challenge, such as `, max_age="60"`."""
        super().__init__(_REASONS[reason][2])
        self.reason, self._more = reason, more
        self.__cause__ = cause

    @classmethod
    def of(cls, error: ClaimsError) -> Refusal:
        """Claims that can't be found or read refuse the request; a refusal is what it is. An error that is none
        of this package's is raised again: it is a fault, and nobody's refusal."""
        if isinstance(error, Refusal):
            return error
        if not isinstance(error, ClaimsError):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise error
        no_claims = isinstance(error, ReadError) and error.code == "no_claims"
        cause = error if isinstance(error, (ReadError, BitsError)) else None
        return cls("no_claims" if no_claims else "unreadable", "", cause)

    @property
    def cause(self) -> ReadError | BitsError | None:
        """Why it isn't met, where that is a claim that can't be read; for logs."""
        cause = self.__cause__
        return cause if isinstance(cause, (ReadError, BitsError)) else None

    @property
    def status(self) -> int:
        """The HTTP status: 401 if another token could help, 403 if this caller may not.

        SPEC: RFC 6750 section 3.1, RFC 9470 section 3.
        """
        return _REASONS[self.reason][0]

    @property
    def www_authenticate(self) -> str | None:
        """The value of the header `WWW-Authenticate`, where the RFCs define one.

        A REST API renames this header of a Lambda's answer to `x-amzn-Remapped-WWW-Authenticate`.

        SPEC: RFC 6750 section 3 (`invalid_token`, `insufficient_scope`), RFC 9470 section 3
        (`insufficient_user_authentication`, `max_age`, `acr_values`).
        """
        _, error, description = _REASONS[self.reason]
        if self.reason == "no_claims":
            return 'Bearer realm="api"'
        if error is None:
            return None
        return (
            f'Bearer realm="api", error="{error}", error_description="{description}"{self._more}'
        )

    def problem(self) -> dict[str, object]:
        """The problem document, for a body of type `application/problem+json`.

        SPEC: RFC 9457 section 3; with the type `about:blank` the title is the status phrase (section 4.2.1).
        The member `reason` is a stable word of this package.
        """
        return {
            "detail": str(self),
            "reason": self.reason,
            "status": self.status,
            "title": "Unauthorized" if self.status == 401 else "Forbidden",
            "type": "about:blank",
        }

    def headers(self) -> dict[str, str]:
        """The headers of the answer, by their names in lower case."""
        headers, challenge = {"content-type": PROBLEM_TYPE}, self.www_authenticate
        return headers if challenge is None else {**headers, "www-authenticate": challenge}

    def body(self) -> str:
        """The problem document as JSON text."""
        return json.dumps(self.problem(), separators=(",", ":"))

    def proxy_response(self) -> dict[str, object]:
        """The whole answer of a Lambda behind API Gateway or a load balancer.

        SPEC: AWS, "Output format of a Lambda function for proxy integration".
        """
        return {"statusCode": self.status, "headers": self.headers(), "body": self.body()}

    def __reduce__(self) -> tuple[object, ...]:
        return Refusal, (self.reason, self._more, self.cause)


def parameter(name: str, words: tuple[str, ...]) -> str:
    """A parameter of the challenge with the words that a header can hold; without one there is none."""
    text = " ".join(filter(_WORD.fullmatch, words))
    return f', {name}="{text}"' if text else ""
