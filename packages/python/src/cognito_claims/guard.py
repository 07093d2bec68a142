"""What a handler asks of a token before it does anything.

Everything is denied that isn't certain: a claim that is missing, unknown, ambiguous or of another type
refuses, and so does an empty list of what is allowed. Knows claims, but no HTTP; what a caller is told is the
`Refusal`'s matter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple, final

from .bits import BitsError, Catalogue
from .claims import Claims
from .errors import ReadError
from .features import Feature
from .people import TokenUse
from .refusal import Reason, Refusal, parameter
from .words import Words

CLOCK_LEEWAY: Final = 60
"""How far the clocks of issuer and handler may differ, in seconds."""


class _Requirement(NamedTuple):
    met: Callable[[Claims, float], bool]
    reason: Reason
    challenge: str = ""


@final
class Guard:
    """Requirements that a token must meet, checked in the order in which they were added.

        ORDERS = (
            Guard.access_token()
            .client("7example23456789")
            .all_scopes("orders/write")
            .tier_at_least("pro", ["free", "pro", "enterprise"])
            .any_permission("orders:write")
            .feature("export")
        )

    A guard never changes: each call gives a new one, so that one can be kept and added to.
    """

    __slots__ = ("_requirements",)

    def __init__(self, *requirements: _Requirement) -> None:
        """Use `access_token`, `id_token` or `either_token`."""
        self._requirements = requirements

    @classmethod
    def access_token(cls) -> Guard:
        """Wants an access token, which is what an API accepts."""
        return cls(_token_use("access"))

    @classmethod
    def id_token(cls) -> Guard:
        """Wants an ID token. It tells an app who signed in and is no key to an API."""
        return cls(_token_use("id"))

    @classmethod
    def either_token(cls) -> Guard:
        """Takes either token. An authorizer without scopes lets both through, so think twice."""
        return cls()

    def client(self, *ids: str) -> Guard:
        """The token was issued to one of these app clients."""
        wanted = _texts(ids)
        return self._and(lambda claims, _: claims.client_id() in wanted, "client")

    def any_scope(self, *scopes: str) -> Guard:
        """The token has at least one of these scopes."""
        wanted = _texts(scopes)
        return self._and(lambda claims, _: _any(wanted, claims.scopes()), "scope", parameter("scope", wanted))

    def all_scopes(self, *scopes: str) -> Guard:
        """The token has all of these scopes."""
        wanted = _texts(scopes)
        return self._and(lambda claims, _: _all(wanted, claims.scopes()), "scope", parameter("scope", wanted))

    def any_group(self, *groups: str) -> Guard:
        """The user is in at least one of these groups."""
        wanted = _texts(groups)
        return self._and(lambda claims, _: _any(wanted, claims.groups()), "group")

    def all_groups(self, *groups: str) -> Guard:
        """The user is in all of these groups."""
        wanted = _texts(groups)
        return self._and(lambda claims, _: _all(wanted, claims.groups()), "group")

    def org(self, id: str) -> Guard:
        """The token acts in this organisation, such as the one in the request's path."""
        (wanted,) = _texts((id,))
        return self._and(lambda claims, _: claims.org_id() == wanted, "org")

    def tier_at_least(self, least: str, ascending: Sequence[str]) -> Guard:
        """The organisation's tier is `least` or a higher one. `ascending` is the application's order, lowest
        first; a tier that isn't in it is below all."""
        if isinstance(ascending, str):
            raise TypeError("the order of tiers is a list of texts")
        order = _texts(tuple(ascending))
        (wanted,) = _texts((least,))

        def met(claims: Claims, _: float) -> bool:
            tier = claims.tier()
            return tier in order and wanted in order and order.index(tier) >= order.index(wanted)

        return self._and(met, "tier")

    def any_role(self, *roles: str) -> Guard:
        """The token certainly lists at least one of these roles."""
        wanted = _texts(roles)
        return self._and(lambda claims, _: _any(wanted, _certain(claims.roles())), "role")

    def all_roles(self, *roles: str) -> Guard:
        """The token certainly lists all of these roles."""
        wanted = _texts(roles)
        return self._and(lambda claims, _: _all(wanted, _certain(claims.roles())), "role")

    def any_permission(self, *permissions: str) -> Guard:
        """The token certainly lists at least one of these permissions."""
        wanted = _texts(permissions)
        return self._and(
            lambda claims, _: _any(wanted, _certain(claims.permissions())), "permission"
        )

    def all_permissions(self, *permissions: str) -> Guard:
        """The token certainly lists all of these permissions."""
        wanted = _texts(permissions)
        return self._and(
            lambda claims, _: _all(wanted, _certain(claims.permissions())), "permission"
        )

    def feature(self, name: str) -> Guard:
        """The feature is certainly on, in a set of the form `comma`, `space` or `list`."""
        (wanted,) = _texts((name,))
        return self._and(
            lambda claims, _: claims.features().feature(wanted) is Feature.ON, "feature"
        )

    def feature_in(self, name: str, catalogue: Catalogue) -> Guard:
        """The feature is certainly on, in a set of the form `bits` that this catalogue wrote."""
        (wanted,) = _texts((name,))
        if not isinstance(catalogue, Catalogue):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError("a set of the form `bits` is read with its Catalogue")

        def met(claims: Claims, _: float) -> bool:
            try:
                return claims.features_in(catalogue).feature(wanted) is Feature.ON
            except BitsError:
                return False

        return self._and(met, "feature")

    def issued_within(self, seconds: int) -> Guard:
        """The token was issued at most so many seconds ago, so that its claims are as fresh."""
        most = _seconds(seconds)
        return self._and(
            lambda claims, now: _recent(claims.issued_at(), now, most), "issued_too_long_ago"
        )

    def authenticated_within(self, seconds: int) -> Guard:
        """The user signed in at most so many seconds ago. A refresh doesn't count."""
        most = _seconds(seconds)
        return self._and(
            lambda claims, now: _recent(claims.authenticated_at(), now, most),
            "authenticated_too_long_ago",
            f', max_age="{most}"',
        )

    def authentication(self, *levels: str) -> Guard:
        """The sign-in reached one of these levels of authentication, by the pool's names for them: the needed
        one and all that are better. A token that tells no level is refused, and asked for step-up in the words of
        RFC 9470."""
        wanted = _texts(levels)
        return self._and(
            lambda claims, _: claims.authentication_level() in wanted,
            "authentication",
            parameter("acr_values", wanted),
        )

    def any_method(self, *methods: str) -> Guard:
        """The sign-in used at least one of these methods, such as `mfa`, `swk` or `hwk`."""
        wanted = _texts(methods)
        return self._and(
            lambda claims, _: _any(wanted, claims.authentication_methods()), "authentication"
        )

    def all_methods(self, *methods: str) -> Guard:
        """The sign-in used all of these methods."""
        wanted = _texts(methods)
        return self._and(
            lambda claims, _: _all(wanted, claims.authentication_methods()), "authentication"
        )

    def no_actor(self) -> Guard:
        """Nobody acts for the subject. Tells delegation only: a token that was exchanged without an actor token
        looks like one of a sign-in."""
        return self._and(lambda claims, _: claims.actor() is None, "actor")

    def check(self, claims: Claims, now: float | None = None) -> None:
        """Checks the requirements in their order. `now` is in seconds since 1970, by default the clock's.

        Raises `Refusal` for the first requirement that isn't certainly met.
        """
        if not isinstance(claims, Claims):  # pyright: ignore[reportUnnecessaryIsInstance]
            del claims  # A reporter of errors shows what a frame knows.
            raise TypeError("a guard checks Claims and nothing that is unverified")
        moment = time.time() if now is None else now
        if not isinstance(moment, (int, float)) or isinstance(moment, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError("now is a number of seconds since 1970")
        for requirement in self._requirements:
            refusal = _refusal(requirement, claims, moment)
            if refusal is not None:
                raise refusal

    def _and(
        self, met: Callable[[Claims, float], bool], reason: Reason, challenge: str = ""
    ) -> Guard:
        return Guard(*self._requirements, _Requirement(met, reason, challenge))


def _refusal(requirement: _Requirement, claims: Claims, now: float) -> Refusal | None:
    met, reason, challenge = requirement
    try:
        return None if met(claims, now) else Refusal(reason, challenge)
    except ReadError as error:
        # Fresh: the frames of the one that was raised may hold values.
        cause = error.about(error.claim, error.door) if error.claim and error.door else None
        return Refusal(reason, challenge, cause)


def _token_use(wanted: TokenUse) -> _Requirement:
    def met(claims: Claims, _: float) -> bool:
        return claims.token_use() == wanted

    return _Requirement(met, "token_use")


def _texts(words: tuple[str, ...]) -> tuple[str, ...]:
    for word in words:
        # A list in the place of a word would ask for nothing that can be there.
        if not isinstance(word, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise TypeError("a guard asks for texts: any_scope('a', 'b'), or any_scope(*words)")
    return words


def _seconds(seconds: int) -> int:
    # Both would be noticed at the first request only, or never.
    if not isinstance(seconds, int) or isinstance(seconds, bool):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError("a guard asks for whole seconds")
    if seconds < 0:
        raise ValueError("a guard asks for seconds that have passed")
    return seconds


def _certain(words: Words) -> frozenset[str]:
    return frozenset(words)


def _any(wanted: tuple[str, ...], held: Collection[str]) -> bool:
    return any(word in held for word in wanted)


def _all(wanted: tuple[str, ...], held: Collection[str]) -> bool:
    # An empty list would let every token in; it is a mistake and lets none in.
    return bool(wanted) and all(word in held for word in wanted)


def _recent(moment: int, now: float, seconds: int) -> bool:
    # A moment in the future is no fresh one: no token can have been issued then.
    return moment <= now + CLOCK_LEEWAY and now <= moment + seconds
