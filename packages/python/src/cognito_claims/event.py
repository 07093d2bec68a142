"""Where each front door puts claims in a Lambda event.

Looks at structure only and reads no claim, except to tell apart authorizers that use the same place.
Nothing here checks a token: the gateway has, or the event is worthless. Errors are returned, not raised:
a frame of this module knows the event.
"""

from __future__ import annotations

import re
from typing import Final

from . import date
from .door import Door, Source
from .errors import ReadError
from .json_text import is_object

Object = dict[str, object]

_PLACES: Final = {
    Door.HTTP_API: "an object at `requestContext.authorizer.jwt.claims` or "
    "`requestContext.authorizer.claims`",
    Door.REST_COGNITO: "an object at `requestContext.authorizer.claims`",
    Door.REST_JWT: "an object at `requestContext.authorizer.claims`",
    Door.LAMBDA_AUTHORIZER: "a Lambda authorizer's context at `requestContext.authorizer`",
    Door.APPSYNC: "an object at `identity.claims`",
    Door.APPSYNC_LAMBDA: "an object at `identity.resolverContext`",
}
_BATCH: Final = "one invocation of AppSync's batch: read each element of the array"
_ANY: Final = "an event of a known front door whose authorizer has checked the token"
_DIGITS: Final = re.compile(r"[0-9]*")


def through(door: Door, event: object) -> Source | ReadError:
    """The claims that a door has put into an event."""
    claims = _claims(door, event)
    if claims is None:
        appsync = door in (Door.APPSYNC, Door.APPSYNC_LAMBDA)
        place = _BATCH if appsync and isinstance(event, list) else _PLACES[door]
        return ReadError("no_claims", place, None, door)
    return Source(door, claims)


def _claims(door: Door, event: object) -> Object | None:
    """Where a door puts claims.

    SPEC: AWS, "Control access to HTTP APIs with JWT authorizers", "Integrate a REST API with a user pool",
    "Control access to REST APIs with JWT authorizers", "Output from an API Gateway Lambda authorizer",
    "Control access to HTTP APIs with Lambda authorizers", "AppSync resolver mapping template context
    reference".
    """
    if door is Door.APPSYNC:
        return _object(_object(event, "identity"), "claims")
    if door is Door.APPSYNC_LAMBDA:
        return _object(_object(event, "identity"), "resolverContext")
    authorizer = _authorizer(event)
    if authorizer is None:
        return None
    if door is Door.LAMBDA_AUTHORIZER:
        return _lambda_context(authorizer)
    claims = _object(_object(authorizer, "jwt"), "claims") if door is Door.HTTP_API else None
    return _object(authorizer, "claims") if claims is None else claims


def found(event: object) -> Source | ReadError:
    """The claims of whatever door the event's structure tells, without a doubt.

    Three authorizers share the place `requestContext.authorizer.claims`. They are told apart by the payload
    version, by values that are not text and by times in Java's form. The context of a Lambda authorizer
    counts only if its `token_use` is that of a token.
    """
    if not is_object(event):
        return ReadError("no_claims", _BATCH if isinstance(event, list) else _ANY)
    if "requestContext" in event and "identity" in event:
        return _doubt("both `requestContext` and `identity` are there")
    authorizer = _authorizer(event)
    if authorizer is not None:
        return _of_authorizer(authorizer, event.get("version"))
    identity = _object(event, "identity")
    claims, context = _object(identity, "claims"), _object(identity, "resolverContext")
    if claims is not None and context is not None:
        return _doubt("both `identity.claims` and `identity.resolverContext` are there")
    if claims is not None:
        return Source(Door.APPSYNC, claims)
    if context is not None and _is_of_a_token(context):
        return Source(Door.APPSYNC_LAMBDA, context)
    return ReadError("no_claims", _ANY)


def _of_authorizer(authorizer: Object, version: object) -> Source | ReadError:
    jwt = _object(_object(authorizer, "jwt"), "claims")
    shared, context = _object(authorizer, "claims"), _lambda_context(authorizer)
    marks = bool(jwt), shared is not None, context is not None
    if sum(marks) > 1:
        return _doubt("more than one authorizer has left its mark")
    if jwt:
        return Source(Door.HTTP_API, jwt)
    if shared is not None:
        door = _tell_apart(shared, version)
        return door if isinstance(door, ReadError) else Source(door, shared)
    if context is not None and _is_of_a_token(context):
        return Source(Door.LAMBDA_AUTHORIZER, context)
    return ReadError("no_claims", _ANY)


def _tell_apart(claims: Object, version: object) -> Door | ReadError:
    """Which of the three authorizers wrote `requestContext.authorizer.claims`."""
    values = [claims.get("exp"), claims.get("iat")]
    times = [time for time in values if isinstance(time, str)]
    typed = any(not isinstance(value, str) for value in claims.values())
    java = bool(times) and all(date.seconds(time) is not None for time in times)
    digits = bool(times) and all(_DIGITS.fullmatch(time) for time in times)
    signs = version if isinstance(version, str) else None, typed, java, digits
    if signs == ("1.0", False, False, True):
        return Door.HTTP_API
    if signs == (None, False, True, False):
        return Door.REST_COGNITO
    if signs == (None, True, False, False):
        return Door.REST_JWT
    return _doubt(
        "`requestContext.authorizer.claims` fits no authorizer exactly; use the constructor of the "
        "right one"
    )


def _lambda_context(authorizer: Object) -> Object | None:
    """The context of a Lambda authorizer: under `lambda` in format 2.0, the authorizer object itself
    elsewhere, unless another authorizer has written there."""
    context = _object(authorizer, "lambda")
    if context is None:
        # One that is no Lambda leaves an object of its own.
        if any(_object(authorizer, name) is not None for name in ("jwt", "claims", "iam")):
            return None
        context = authorizer
    # An HTTP API with payload format 1.0 sends two nulls on a route without authorizer, and beside the
    # context of a Lambda authorizer.
    return None if all(value is None for value in context.values()) else context


def _is_of_a_token(context: Object) -> bool:
    """Whether a context is made of a token's claims: it says of which token."""
    return context.get("token_use") in ("access", "id")


def _doubt(reason: str) -> ReadError:
    return ReadError("ambiguous_door", reason)


def _authorizer(event: object) -> Object | None:
    return _object(_object(event, "requestContext"), "authorizer")


def _object(parent: object, name: str) -> Object | None:
    """A member that is an object, of a value that may be one."""
    member = parent.get(name) if is_object(parent) else None
    return member if is_object(member) else None
