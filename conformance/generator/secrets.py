"""No text of an error, of a refusal or of claims that are printed holds a value of a token."""

from . import doors, reading
from .case import case, error, failing, method
from .guards import refuses
from .refusals import NO_CLAIMS
from .unverified import HEADER, token

NAME = "secrets"
SECRET = "s3cret value"
KINDS = ("integer", "number", "boolean", "object", "list of integer", "list of list of text")


def cases():
    values = {
        "text": SECRET,
        "a word": "s3cret",
        "a list": ["s3cret", "s3cret2"],
        "a list in a list": [[SECRET]],
        "an object": {"k": SECRET},
        "a number": 987654321,
        "a fraction": 9876.54321,
        "half an object": '{"k":"s3cret',
        "half a list": '["s3cret',
        "a list of objects": [{"id": SECRET, "name": 5}],
        "a date": "Sat Jan 30 04:49:05 s3cret 2021",
    }
    for place, (what, secret) in enumerate(values.items()):
        for door in doors.each_form(place):
            yield from unread(what, secret, door)
    yield from refused()
    yield from unopened()


def unread(what, secret, door):
    """Asked as everything that it isn't. Which error it is stands in other cases."""
    texts = ["s3cret", "987654321", "9876.54321"]
    token = {"sub": "s", "x": secret, "feature_flags": secret, "roles": secret, "organisations": secret}
    asked = [one for one in reading.reads(door, token, "x", (*KINDS, "text")) if "error" in one]
    for claim, kind in (("feature_flags", "features"), ("roles", "words"), ("organisations", "organisations")):
        asked += [one for one in reading.reads(door, token, claim, (kind,)) if "error" in one]
    if asked:
        yield case(f"{door}/{what}", door, doors.event(door, token), reads=asked, secrets=texts)


def refused():
    claims = {
        "token_use": "access",
        "client_id": "s3cret",
        "scope": "s3cret",
        "org_id": "s3cret",
        "org_tier": "s3cret",
        "feature_flags": "s3cret",
        "roles": "s3cret",
        "permissions": ["s3cret"],
        "cognito:groups": ["s3cret"],
        "iat": 1234,
        "auth_time": 1234,
        "acr": "s3cret",
        "amr": ["s3cret"],
        "act": {"sub": "s3cret"},
        "sub": "s3cret",
    }
    any_of = ("either_token",)
    guards = [
        refuses("token_use", ("id_token",)),
        refuses("client", any_of, ("client", ["web"])),
        refuses("scope", any_of, ("all_scopes", ["orders/read", "orders/write"]), scope="orders/read orders/write"),
        refuses("group", any_of, ("any_group", ["admin"])),
        refuses("group", any_of, ("all_groups", ["s3cr", "admin"])),
        refuses("org", any_of, ("org", "acme")),
        refuses("tier", any_of, ("tier_at_least", "pro", ["free", "pro"])),
        refuses("role", any_of, ("any_role", ["admin"])),
        refuses("permission", any_of, ("all_permissions", ["write"])),
        refuses("feature", any_of, ("feature", "export")),
        refuses("issued_too_long_ago", any_of, ("issued_within", 60)),
        refuses("authenticated_too_long_ago", any_of, ("authenticated_within", 60), max_age="60"),
        refuses("authentication", any_of, ("authentication", ["urn:cognito:loa:3"]), acr_values="urn:cognito:loa:3"),
        refuses("authentication", any_of, ("any_method", ["mfa"])),
        refuses("actor", any_of, ("no_actor",)),
    ]
    for door in (doors.HTTP_API, doors.VERIFIED):
        yield case(f"{door}/refused", door, doors.event(door, claims), guards=guards, secrets=["s3cret", "1234"])
    unreadable = {name: {"k": ["s3cret"]} for name in claims}
    yield case("verified/refused and unreadable", doors.VERIFIED, unreadable, guards=guards, secrets=["s3cret"])
    yield case(
        "verified/methods",
        doors.VERIFIED,
        unreadable,
        secrets=["s3cret"],
        reads=[
            failing("identity", "unexpected", "token_use"),
            failing("client_id", "unexpected", "token_use"),
            failing("org_id", "unexpected", "org_id"),
            failing("tier", "unexpected", "org_tier"),
            failing("scopes", "unexpected", "scope"),
            failing("issued_at", "unexpected", "iat"),
            failing("authentication_level", "unexpected", "acr"),
            failing("actor", "unexpected", "act"),
            failing("features_in", "bits_form", catalogue=["a"]),
            method("feature", "unknown", of="s3"),
            method("role", "unknown", of="s3"),
            method("omitted", False, of="s3"),
        ],
    )
    for text in ("1.5.3a4fcd2a.s3cret", "9.5.s3cret00.5", "1.1.s3cret00.0", "s3cret"):
        yield case(
            f"verified/bits {text}",
            doors.VERIFIED,
            {"feature_flags": text},
            secrets=["s3cret"],
            guards=[refuses("feature", any_of, ("feature_in", "a", ["a"]))],
        )
    neither = {"token_use": "access", "sub": "s3cret1", "client_id": "s3cret2"}
    yield case(
        "verified/neither user nor client",
        doors.VERIFIED,
        neither,
        reads=[failing("identity", "ambiguous", "sub")],
        secrets=["s3cret"],
    )


def unopened():
    """An event without claims, and a token that is none, aren't repeated either."""
    yield case(
        "event/no claims",
        "event",
        {"requestContext": {"authorizer": {"org_id": "s3cret", "token_use": "s3cret"}}, "body": "s3cret"},
        opens=NO_CLAIMS,
        secrets=["s3cret"],
    )
    for place, text in enumerate(
        (
            "s3cret",
            "Bearer s3cret",
            "s3cret.s3cret.s3cret",
            token(b'"s3cret"'),
            token(b'{"a":"s3cret"'),
            token(b'{"s3cret":s3cret}'),
        )
    ):
        yield case(f"decode/no token {place}", "decode", text, opens=NO_CLAIMS, secrets=["s3cret", text])
        yield case(
            f"alb/no token {place}", "alb", {"headers": {HEADER: text}}, opens=NO_CLAIMS, secrets=["s3cret", text]
        )
    yield case(
        "decode/claims that are printed",
        "decode",
        token({"org_id": "s3cret", "seats": 5}),
        secrets=["s3cret", "czNjcmV0"],
        reads=[error("org_id", "integer", "unexpected")],
    )
