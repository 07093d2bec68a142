"""Who asks, by the claims of the token. Everything that depends on the caller starts here.

The gateway has verified the token, and asks for scopes where it can. The scope is asked for again
here, because the same code stands behind routes that ask for none. So is the kind of the token: a JWT
authorizer without scopes takes an ID token as well, which tells an app who signed in and is no key to
an API.
"""

from __future__ import annotations

from cognito_claims import Claims, Client, Feature, Guard, ReadError, User

from .request import Request

LIMITS = {"enterprise": None, "pro": 1_000, "free": 10}
"""How many items an organisation may have, by its tier. A tier that this code doesn't know counts as
the lowest."""

ADMINS = "admins"
"""The group of the pool whose members may delete what others of their organisation made."""


class Caller:
    """A person or a machine, acting in one organisation."""

    def __init__(self, claims: Claims) -> None:
        # A client's id must never pass for a user's.
        match claims.identity():
            case User(sub=sub):
                self.name = f"user:{sub}"
            case Client(client_id=client_id):
                self.name = f"client:{client_id}"
        self.org_id = claims.org_id()
        # A feature that is unknown, because the flags were left out of this token, counts as off.
        self.sees_authors = claims.features().feature("audit-log") is Feature.ON
        self._claims = claims

    @classmethod
    def with_scope(cls, scope: str, request: Request, now: int) -> Caller:
        """The caller, if their access token has the scope."""
        claims = claims_of(request)
        Guard.access_token().all_scopes(scope).check(claims, now)
        return cls(claims)

    @property
    def is_admin(self) -> bool:
        """Whether the caller is in the group of the admins. Which organisation they are an admin of
        is the token's to say, as for everybody.

        A REST API's Cognito authorizer joins groups by commas, and a group may be called `x,admins`.
        So there whoever is in several is no admin, unless `claims_of` makes the promise of
        `assume_comma_free_groups`.
        """
        try:
            return ADMINS in self._claims.groups()
        except ReadError:
            return False

    def item_limit(self) -> int | None:
        """How many items the organisation may have; `None` is any number.

        Read where it is needed, so that a token without a tier can still list.
        """
        tier = self._claims.claim("org_tier", object)
        # Asked for text, a claim that is true or 5 would be a word, and so a tier that nobody knows.
        if not isinstance(tier, str):
            raise ReadError("unexpected", "a word", "org_tier", self._claims.door)
        return LIMITS.get(tier, LIMITS["free"])


def claims_of(request: Request) -> Claims:
    """The claims, found by the request's front door.

    What a REST API calls claims is a Cognito authorizer's: an HTTP API can send events of the old
    format, which look the same, and ours doesn't. Without them it has a Lambda authorizer, or none.
    """
    if request.has_claims:
        return Claims.from_rest_cognito(request.event)
    return Claims.from_event(request.event)
