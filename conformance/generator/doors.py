"""The front doors: where each puts a token's claims, and as what it shows them.

A model of AWS after recorded events (crates/claims/tests/contexts/README.md), not of any reader.
"""

import json
import re
from datetime import datetime, timezone

HTTP_API = "http_api"
REST_COGNITO = "rest_cognito"
REST_JWT = "rest_jwt"
LAMBDA = "lambda_authorizer"
APPSYNC = "appsync"
APPSYNC_LAMBDA = "appsync_lambda"
VERIFIED = "verified"

ALL = (HTTP_API, REST_COGNITO, REST_JWT, LAMBDA, APPSYNC, APPSYNC_LAMBDA, VERIFIED)
# How a door writes what is no text: Go's `%v`, the text of the REST authorizer's Java, the text of
# the Lambda authorizer's context, or not at all.
KEEP_JSON = (REST_JWT, APPSYNC, VERIFIED)
CONTEXT = (LAMBDA, APPSYNC_LAMBDA)

# White space and control characters of Unicode, written out: no two languages mean the same by
# "white space".
BLANKS = frozenset(
    [*range(0x00, 0x21), *range(0x7F, 0xA1), 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
)
# The marks with which doors part and wrap elements.
MARKS = frozenset(',[]{}"\\')


def is_plain_word(word: str) -> bool:
    """Whether a list may hold it: whole behind every front door."""
    return word != "" and not any(ord(letter) in BLANKS or letter in MARKS for letter in word)


def json_text(value) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


# What a reader's stack bears, and serde_json's own limit.
DEEPEST = 127


def parsed(text: str):
    """Strict JSON (RFC 8259), or a ValueError. Of a member that stands there twice the last one wins.

    Refused as well is what would not come out as it went in: a number that no double holds, half of a
    letter, and more arrays and objects in each other than `DEEPEST`.
    """

    def no(constant):
        raise ValueError(constant)

    def finite(digits):
        number = float(digits)
        return number if abs(number) != float("inf") else no(digits)

    depth = deepest = 0
    for mark in re.findall(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text, re.S):
        depth += (mark in "[{") - (mark in "]}")
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise ValueError("too deep")
    value = json.loads(text, parse_constant=no, parse_float=finite)
    json.dumps(value, ensure_ascii=False).encode()
    return value


def go(value) -> str:
    """Go's `%v`, as an HTTP API with a JWT authorizer shows a value."""
    if isinstance(value, str):
        return value
    if value is None:
        return "<nil>"
    if isinstance(value, list):
        return "[" + " ".join(go(element) for element in value) + "]"
    if isinstance(value, dict):
        return "map[" + " ".join(f"{name}:{go(value[name])}" for name in sorted(value)) + "]"
    return json_text(value)


def java_date(seconds: int) -> str:
    """`java.util.Date.toString`, for `exp` and `iat`."""
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return (
        f"{day} {months[moment.month - 1]} {moment.day:02} "
        f"{moment.hour:02}:{moment.minute:02}:{moment.second:02} UTC {moment.year:04}"
    )


def java(value) -> str:
    """A REST API with a Cognito authorizer: elements parted by commas, objects as JSON text."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(java(element) for element in value)
    return json_text(value)


def in_context(value) -> str:
    """The form in which a Lambda authorizer writes claims: crates/claims/src/context.rs."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(word, str) and is_plain_word(word) for word in value):
        return ",".join(value)
    return json_text(value)


def shown(door: str, token: dict) -> dict:
    """The claims as the handler gets them."""
    if door in KEEP_JSON:
        return dict(token)
    there = {name: value for name, value in token.items() if value is not None}
    if door == HTTP_API:
        return {name: go(value) for name, value in there.items()}
    if door == REST_COGNITO:
        times = ("exp", "iat")
        return {
            name: java_date(value) if name in times and type(value) is int else java(value)
            for name, value in there.items()
        }
    # API Gateway keeps the name for itself.
    return {name: in_context(value) for name, value in there.items() if name != "claims"}


def at(door: str, claims: dict, form: int = 0) -> object:
    """An event with these claims as they stand, and little else. `form` varies the carrier."""
    if door == VERIFIED:
        return claims
    if door == APPSYNC:
        return {"identity": {"claims": claims}}
    if door == APPSYNC_LAMBDA:
        return {"identity": {"resolverContext": claims}}
    if door == HTTP_API and form % 2 == 0:
        authorizer = {"jwt": {"claims": claims}}
    elif door == LAMBDA and form % 2 == 0:
        authorizer = {"lambda": claims}
    elif door == LAMBDA:
        authorizer = claims
    else:
        authorizer = {"claims": claims}
    return {"requestContext": {"authorizer": authorizer}}


def event(door: str, token: dict, form: int = 0) -> object:
    """The event of a token behind a door."""
    return at(door, shown(door, token), form)


def forms(door: str) -> int:
    """How many carriers a door has."""
    return 2 if door in (HTTP_API, LAMBDA) else 1


def each_form(place: int) -> tuple:
    """A door of each of the four forms. Doors of one form take turns."""
    return HTTP_API, REST_COGNITO, CONTEXT[place % 2], KEEP_JSON[place % 3]
