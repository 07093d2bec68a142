"""Tokens that have not been verified.

Needed where no authorizer stands before the handler: behind a load balancer, at a function URL, or to look up
which key would verify a token. Everything in here can be written by anybody. Nothing turns it into
`cognito_claims.Claims`: that takes a key.
"""

from __future__ import annotations

import base64
import re
from typing import Final, NoReturn, TypeVar, final

from .door import Door, Source
from .errors import ReadError
from .json_text import NoJson, is_list, is_object, parse
from .plan import read

T = TypeVar("T")

_ALB_HEADER: Final = "x-amzn-oidc-accesstoken"
# SPEC: RFC 7515 section 2: the URL-safe alphabet of RFC 4648 section 5 without padding.
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]*")


@final
class UnverifiedClaims:
    """The claims of a token whose signature has not been verified.

    Its `repr` shows names and no values, and it can't be pickled.
    """

    __slots__ = ("_source",)
    _source: Source

    def __init__(self) -> None:
        raise TypeError("unverified claims come from a token: UnverifiedClaims.decode")

    @classmethod
    def decode(cls, token: str) -> UnverifiedClaims:
        """Decodes a JWT, with or without `Bearer ` before it. Verifies nothing.

        SPEC: RFC 7515 section 7.1 (three base64url segments), RFC 6750 section 2.1 (`Bearer`).

        Raises `ReadError`: `no_claims`, no JWT with a JSON object in it.
        """
        source = _decoded(token)
        del token  # A reporter of errors shows what a frame knows.
        return _unverified(source)

    @classmethod
    def from_alb(cls, event: object) -> UnverifiedClaims:
        """Decodes the access token that an Application Load Balancer passes on in the header
        `x-amzn-oidc-accesstoken`. Verifies nothing.

        The neighbour `x-amzn-oidc-data` is not the user pool's token: the load balancer makes it from the answer
        of the userInfo endpoint and signs it with a key of its own, so neither groups nor the trigger's claims
        are in it. Anyone who can reach the function around the load balancer can write both headers.

        SPEC: AWS, "Authenticate users using an Application Load Balancer".

        Raises `ReadError`: `no_claims`, no such header, or no JWT in it.
        """
        token = _header(event)
        source = None if token is None else _decoded(token)
        del event, token
        if source is None:
            raise ReadError("no_claims", f"the header `{_ALB_HEADER}`")
        return _unverified(source)

    def read_unverified(self, kind: type[T]) -> T:
        """Reads the unverified claims into a dataclass. Raises as `Claims.read`."""
        return read(kind, self._source)

    def __repr__(self) -> str:
        return f"UnverifiedClaims(names={sorted(self._source.entries)})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("claims are not pickled: their values would be in it")


def _unverified(source: Source | ReadError) -> UnverifiedClaims:
    if isinstance(source, ReadError):
        raise source
    claims = UnverifiedClaims.__new__(UnverifiedClaims)
    claims._source = source  # pyright: ignore[reportPrivateUsage]
    return claims


def _decoded(token: object) -> Source | ReadError:
    payload = _payload(token) if isinstance(token, str) else None
    if payload is None:
        return ReadError("no_claims", "three base64url segments around a JSON object")
    return Source(Door.TOKEN, payload)


def _payload(token: str) -> dict[str, object] | None:
    scheme, blank, rest = token.partition(" ")
    # SPEC: RFC 9110 section 11.1: the name of the scheme has no case.
    if blank and scheme.isascii() and scheme.lower() == "bearer":
        token = rest
    segments = token.split(".")
    if len(segments) != 3 or _bytes(segments[0]) is None:
        return None
    return _object(_bytes(segments[1]))


def _object(payload: bytes | None) -> dict[str, object] | None:
    if payload is None:
        return None
    try:
        value = parse(payload.decode())
    except (UnicodeDecodeError, NoJson):
        return None
    return value if is_object(value) else None


def _bytes(segment: str) -> bytes | None:
    # Python's own decoder skips what isn't in the alphabet.
    if not _BASE64URL.fullmatch(segment) or len(segment) % 4 == 1:
        return None
    return base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def _header(event: object) -> str | None:
    """The token's header in a load balancer's event, which has one or many values of each. Two tokens are
    none."""
    if not is_object(event):
        return None
    single = _named(event.get("headers"))
    if single:
        return single[0] if len(single) == 1 and isinstance(single[0], str) else None
    many = _named(event.get("multiValueHeaders"))
    values = many[0] if len(many) == 1 else None
    if is_list(values) and len(values) == 1 and isinstance(values[0], str):
        return values[0]
    return None


def _named(headers: object) -> list[object]:
    if not is_object(headers):
        return []
    # ASCII alone: to Python the sign of Kelvin in lower case is a `k`, and this name has one.
    return [
        value
        for name, value in headers.items()
        if name.isascii() and name.lower() == _ALB_HEADER
    ]
