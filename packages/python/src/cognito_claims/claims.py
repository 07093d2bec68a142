"""`Claims`: the checked claims of one request, and reading them.

A `Claims` comes only from a place that an AWS authorizer has checked or from a token that the application
says it has verified; a token that has not been verified is a `cognito_claims.dangerous.UnverifiedClaims`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NoReturn, TypeVar, cast, final

from . import event as events
from . import names
from .annotations import claim_type
from .bits import BitsError, Catalogue
from .door import Door, Source
from .errors import ReadError
from .features import FEATURES, Feature, Features, features_in
from .lists import GROUPS, SCOPE
from .org import ORG, TIER, OrgId, Tier
from .organisations import ORGANISATIONS, Organisations
from .people import ACTOR, TOKEN_USE, Actor, Client, TokenUse, User, identity
from .plan import read, read_claim
from .value import MOMENT, TEXT, TEXTS, OptionalOf
from .words import WORDS, Listed, Words

T = TypeVar("T")

_OPTIONAL_TEXT: Final = OptionalOf(TEXT)
_OPTIONAL_TEXTS: Final = OptionalOf(TEXTS)
_OPTIONAL_ACTOR: Final = OptionalOf(ACTOR)


@final
class Claims:
    """The claims of one request, checked by a front door or by the application.

    Holds on to the event's own claims; its `repr` shows door and names and no values, and it can't be
    pickled. How far it can be trusted: as far as the event. Only the gateway may be allowed to invoke the
    function (its resource policy), or anybody who may invoke it can write any claims. A null claim counts as
    missing.

    Each constructor raises `ReadError` with the code `no_claims`.
    """

    __slots__ = ("_source",)
    _source: Source

    def __init__(self) -> None:
        raise TypeError("claims come from an event: Claims.from_event, or the constructor of a door")

    @classmethod
    def from_http_api(cls, event: object) -> Claims:
        """From the event of an HTTP API with a JWT authorizer, payload format 2.0 or 1.0."""
        source = events.through(Door.HTTP_API, event)
        del event  # A reporter of errors shows what a frame knows.
        return _claims(source)

    @classmethod
    def from_rest_cognito(cls, event: object) -> Claims:
        """From the event of a REST API with a Cognito user pool authorizer."""
        source = events.through(Door.REST_COGNITO, event)
        del event
        return _claims(source)

    @classmethod
    def from_rest_jwt(cls, event: object) -> Claims:
        """From the event of a REST API with a JWT authorizer."""
        source = events.through(Door.REST_JWT, event)
        del event
        return _claims(source)

    @classmethod
    def from_lambda_authorizer(cls, event: object) -> Claims:
        """From the event of a REST, HTTP (payload format 2.0 or 1.0) or WebSocket API with a Lambda authorizer
        that puts claims into its context in the form of `cognito_claims.context`."""
        source = events.through(Door.LAMBDA_AUTHORIZER, event)
        del event
        return _claims(source)

    @classmethod
    def from_appsync(cls, event: object) -> Claims:
        """From the context of a resolver whose AppSync API uses a Cognito user pool or an OpenID Connect
        provider. A batch resolver gets an array of such contexts: read each."""
        source = events.through(Door.APPSYNC, event)
        del event
        return _claims(source)

    @classmethod
    def from_appsync_lambda(cls, event: object) -> Claims:
        """From the context of a resolver whose AppSync API uses a Lambda authorizer that puts claims into
        `resolverContext` in the form of `cognito_claims.context`."""
        source = events.through(Door.APPSYNC_LAMBDA, event)
        del event
        return _claims(source)

    @classmethod
    def from_event(cls, event: object) -> Claims:
        """Finds the front door by the event's structure.

        Where the signs are missing or disagree, as they do with some emulators, the answer is an error; the
        other constructors always work. The context of a Lambda authorizer counts only if its `token_use` is
        that of a token: if yours leaves `token_use` out, use `from_lambda_authorizer` or
        `from_appsync_lambda`. AppSync invokes a batch resolver with an array: read each of its elements.

        Raises `ReadError`: `no_claims`, also for events whose token no authorizer has checked (load balancers,
        function URLs), and `ambiguous_door`.
        """
        source = events.found(event)
        del event
        return _claims(source)

    @classmethod
    def from_verified(cls, payload: Mapping[str, object]) -> Claims:
        """The claims of a token whose signature, issuer, client and times have been verified by the caller,
        with the JSON types of the token. Nothing is checked here."""
        if isinstance(payload, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
            return _claims(Source(Door.TOKEN, payload))
        del payload
        raise TypeError("the payload of a verified token is a mapping, not a token")

    def assume_comma_free_groups(self) -> Claims:
        """Promises that no group of the user pool has a comma in its name.

        Needed only for `from_rest_cognito`: that door shows groups as `a,b`, and Cognito allows commas in
        group names, so that the one group `x,admin` looks like two. Without this promise such text is
        ambiguous, and an error. Whoever may name groups could otherwise forge one.

        SPEC: AWS, Cognito API reference, GroupNameType.
        """
        return _claims(Source(self._source.door, self._source.entries, comma_free_groups=True))

    @property
    def door(self) -> Door:
        """The front door that they came through."""
        return self._source.door

    def contains(self, name: str) -> bool:
        """Whether there is a claim of this name."""
        return self._source.entries.get(name) is not None

    def read(self, kind: type[T]) -> T:
        """Reads the claims that a dataclass names, each by its annotation.

        `str`, `int` (64 bits; times are seconds since 1970), `float`, `bool`, `list[…]`, `… | None` for what
        may be missing, `Literal[…]` and enums of words, `dict[str, object]`, `object`, and the types of this
        package. A claim that has no field is not looked at. A field with a default has it if its claim is
        missing. Nothing of the result is shared with the event.

        Raises `ReadError`: a claim is missing, is of another type, or was flattened so that it can't be
        restored; `BitsError` for a set of features with its catalogue; `TypeError` for a class that can't be
        read, at the first try.
        """
        return read(kind, self._source)

    def claim(self, name: str, kind: type[T]) -> T:
        """Reads one claim. Raises as `read`."""
        return cast(T, read_claim(claim_type(kind), name, self._source))

    def optional(self, name: str, kind: type[T]) -> T | None:
        """Reads one claim that may be missing. Raises as `read`."""
        return cast("T | None", read_claim(OptionalOf(claim_type(kind)), name, self._source))

    def groups(self) -> list[str]:
        """The groups, in the token's order: the claim `cognito:groups`. No such claim means no group.

        SPEC: AWS, "Understanding the access token": a list, absent for a user without groups. Raises as
        `read`; see `assume_comma_free_groups`.
        """
        return read_claim(_OPTIONAL_TEXTS, GROUPS, self._source) or []

    def scopes(self) -> frozenset[str]:
        """The scopes of an access token: the claim `scope`. ID tokens have none.

        The `scopes` that an HTTP API puts beside the claims is null on a route that asks for none, whatever
        the token holds, and is therefore never looked at. Raises as `read`; a token without the claim is an
        error, not an empty set.
        """
        return frozenset(read_claim(TEXTS, SCOPE, self._source))

    def token_use(self) -> TokenUse:
        """Which of the two tokens this is: the claim `token_use`. Raises as `read`."""
        return read_claim(TOKEN_USE, "token_use", self._source)

    def client_id(self) -> str:
        """The app client that the token was issued to: `client_id` of an access token, `aud` of an ID token.
        The `aud` of an access token may be something else and is never taken for it. Raises as `read`.

        SPEC: AWS, "Verifying JSON web tokens".
        """
        claim = "client_id" if self.token_use() == "access" else "aud"
        return read_claim(TEXT, claim, self._source)

    def issued_at(self) -> int:
        """When the token was issued, in seconds since 1970: the claim `iat`. Raises as `read`."""
        return read_claim(MOMENT, "iat", self._source)

    def authenticated_at(self) -> int:
        """When the user signed in, in seconds since 1970: the claim `auth_time`. A refresh leaves it. Raises as
        `read`. SPEC: AWS, "Authentication levels with ACR and AMR claims"."""
        return read_claim(MOMENT, "auth_time", self._source)

    def authentication_level(self) -> str | None:
        """How sure the sign-in was: the claim `acr`, such as `urn:cognito:loa:2`, or the pool's own name of
        that level. `None` if the token doesn't say. Raises as `read`."""
        return read_claim(_OPTIONAL_TEXT, "acr", self._source)

    def authentication_methods(self) -> frozenset[str]:
        """How the user signed in: the claim `amr`, words such as `pwd`, `otp`, `hwk`, `mfa` or `fed`. Empty if
        the token doesn't say. Raises as `read`. SPEC: RFC 8176."""
        return frozenset(read_claim(_OPTIONAL_TEXTS, "amr", self._source) or ())

    def identity(self) -> User | Client:
        """Who the token is for: a user or a client. A token that an actor got for a person has the person's
        identity; `actor` says who acts.

        SPEC: AWS, "Understanding the access token": tokens from client credentials have no `username`, and
        their `sub` is the client id. Raises as `read`; claims that fit neither are ambiguous.
        """
        found = identity(self._source)
        if isinstance(found, ReadError):
            raise found
        return found

    def actor(self) -> Actor | None:
        """Who acts for the subject: the claim `act`. `None` if nobody is known to.

        An HTTP API shows an object in a form that can't be undone: behind it the claim is an error, which tells
        that somebody acts and not who. Raises as `read`.
        """
        return read_claim(_OPTIONAL_ACTOR, "act", self._source)

    def org_id(self) -> OrgId:
        """The organisation that the token acts in: the claim `org_id`. Raises as `read`; an empty id is an
        error."""
        return read_claim(ORG, names.ORG_ID, self._source)

    def tier(self) -> Tier:
        """What the organisation has paid for: the claim `org_tier`. Raises as `read`."""
        return read_claim(TIER, names.ORG_TIER, self._source)

    def features(self) -> Features:
        """The claim `feature_flags`. If it is missing, every feature is unknown. Raises as `read`."""
        return read_claim(FEATURES, names.FEATURE_FLAGS, self._source)

    def features_in(self, catalogue: Catalogue) -> Features:
        """The claim `feature_flags` in the form `bits`, decoded with the writer's catalogue. If it is missing,
        every feature is unknown. Raises `BitsError`: it is in another form, or another catalogue wrote it."""
        text = self._source.entries.get(names.FEATURE_FLAGS)
        if text is None:
            return Features.unknown()
        features = features_in(text, catalogue, not self.is_cut(names.FEATURE_FLAGS))
        del text
        if isinstance(features, BitsError):
            raise features
        return features

    def feature(self, name: str) -> Feature:
        """Whether one feature is on. Unknown if the claim is missing or can't be read, and for the form `bits`,
        which needs `features_in`."""
        try:
            return self.features().feature(name)
        except ReadError:
            return Feature.UNKNOWN

    def roles(self) -> Words:
        """The roles: the claim `roles`. If it is missing, every role is unknown. Raises as `read`."""
        return read_claim(WORDS, names.ROLES, self._source)

    def role(self, name: str) -> Listed:
        """Whether the token lists a role. Unknown if the claim is missing, cut or can't be read."""
        try:
            return self.roles().contains(name)
        except ReadError:
            return Listed.UNKNOWN

    def permissions(self) -> Words:
        """The permissions: the claim `permissions`. If it is missing, every permission is unknown. Raises as
        `read`."""
        return read_claim(WORDS, names.PERMISSIONS, self._source)

    def permission(self, name: str) -> Listed:
        """Whether the token lists a permission. Unknown if the claim is missing, cut or can't be read."""
        try:
            return self.permissions().contains(name)
        except ReadError:
            return Listed.UNKNOWN

    def organisations(self) -> Organisations:
        """All organisations of the person: the claim `organisations`, for showing. If it is missing, every
        organisation is unknown. The one that the token acts in is `org_id`. Raises as `read`."""
        return read_claim(ORGANISATIONS, names.ORGANISATIONS, self._source)

    def omitted(self, name: str) -> bool:
        """Whether the trigger left the claim out because of a fault or the budget: its name is in
        `claims_omitted`. A claim that is missing for another reason was never meant to be there."""
        marker = self._source.entries.get(names.CLAIMS_OMITTED)
        return isinstance(marker, str) and name != "" and name in marker.split(",")

    def is_cut(self, name: str) -> bool:
        """Whether the token has only the beginning of a list claim: its name is in `claims_cut`, or that marker
        can't be read. What such a list doesn't hold is unknown."""
        return self._source.is_cut(name)

    def __repr__(self) -> str:
        return f"Claims(door={self.door.value}, names={sorted(map(str, self._source.entries))})"

    def __copy__(self) -> Claims:
        return self

    def __deepcopy__(self, _: object) -> Claims:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("claims are not pickled: their values would be in it")


def _claims(source: Source | ReadError) -> Claims:
    if isinstance(source, ReadError):
        raise source
    claims = Claims.__new__(Claims)
    claims._source = source  # pyright: ignore[reportPrivateUsage]
    return claims
