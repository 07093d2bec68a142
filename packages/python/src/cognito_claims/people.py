"""Who a token is for, and who acts for the person.

The `sub` of a client is its client id. Code that takes every `sub` for a user could give a client the
rights of a user, so the two are different things here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from .door import Source
from .errors import ReadError, unexpected
from .json_text import exact
from .plan import read_claim
from .value import OBJECT, TEXT, ClaimType, OptionalOf, WordOf

TokenUse = Literal["id", "access"]
"""Which of the two tokens. SPEC: AWS, "Verifying JSON web tokens"."""


@dataclass(frozen=True)
class User:
    """A person who signed in."""

    sub: str
    """The stable key of the user."""
    username: str
    """The user name: `username` of an access token, `cognito:username` of an ID token."""


@dataclass(frozen=True)
class Client:
    """An app client with client credentials."""

    client_id: str
    """The app client's id."""


@dataclass(frozen=True)
class Actor:
    """Who acts for the subject of a token.

    SPEC: RFC 8693, section 4.1; AWS, Cognito API reference, GetDerivedToken. The shape that Cognito writes is
    not verified on AWS, so anything but an object with a `sub` is an error, and never nobody. Earlier actors,
    which may be nested, decide nothing and are not read.
    """

    sub: str
    """The actor's `sub`: a person's, a client's id, or a name in the system of the issuer."""
    issuer: str | None = None
    """Who issued the actor's token, if `act` says it. Two issuers may know the same `sub`."""


class ActorType(ClaimType[Actor]):
    """How an `Actor` is read."""

    __slots__ = ()

    def claim(self, value: object, name: str, source: Source) -> Actor:
        members = OBJECT.claim(value, name, source)
        sub, issuer = exact(members.get("sub")), exact(members.get("iss"))
        if not isinstance(sub, str) or not (issuer is None or isinstance(issuer, str)):
            raise unexpected("an object of the asked shape")
        if not sub:
            raise unexpected("a `sub` that is not empty")
        return Actor(sub, issuer)


class FilledType(ClaimType[str]):
    """Text that is not empty."""

    __slots__ = ()

    def claim(self, value: object, name: str, source: Source) -> str:
        text = TEXT.claim(value, name, source)
        if not text:
            raise unexpected("text that is not empty")
        return text


ACTOR: Final = ActorType()
FILLED: Final = FilledType()
_OPTIONAL_TEXT: Final = OptionalOf(TEXT)
_TOKEN_USES: Final[dict[str, TokenUse]] = {"id": "id", "access": "access"}
TOKEN_USE: Final = WordOf(_TOKEN_USES)


def identity(source: Source) -> User | Client | ReadError:
    """A user, a client, or why it is neither. Returned, because the frame knows who it is."""
    try:
        use = read_claim(TOKEN_USE, "token_use", source)
        sub = read_claim(FILLED, "sub", source)
        if use == "id":
            return User(sub, read_claim(TEXT, "cognito:username", source))
        client_id = read_claim(TEXT, "client_id", source)
        username = read_claim(_OPTIONAL_TEXT, "username", source)
    except ReadError as error:
        return error.about(error.claim or "sub", source.door)
    if username is not None and sub != client_id:
        return User(sub, username)
    if username is None and sub == client_id:
        return Client(client_id)
    reason = "`username` and `client_id` make it neither a user nor a client"
    return ReadError("ambiguous", reason, "sub", source.door)
