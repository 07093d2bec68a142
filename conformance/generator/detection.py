"""Which front door an event came from, and who left no claims there: never a guess.

An HTTP API with payload format 1.0, a REST API with a Cognito authorizer and one with a JWT authorizer
use the same place. What tells them apart: the payload version, JSON values, and times in Java's form.
"""

from . import doors
from .case import case, method
from .refusals import AMBIGUOUS_DOOR, NO_CLAIMS, UNREADABLE_DOOR

NAME = "detection"

TOKEN = {
    "sub": "s",
    "token_use": "access",
    "iat": 1_611_982_145,
    "exp": 1_611_985_745,
    "org_id": "acme",
    "seats": 5,
    "roles": ["a", "b"],
}
ORG = [method("org_id", "acme"), method("issued_at", 1_611_982_145)]
DATE = "Sat Jan 30 05:49:05 UTC 2021"
DIGITS = "1611985745"


def authorizer(content, **members):
    return {**members, "requestContext": {"authorizer": content}}


def cases():
    yield from found()
    yield from shared_place()
    yield from two_authorizers()
    yield from contexts()


def found():
    """Each door by what it writes."""
    at = {door: doors.shown(door, TOKEN) for door in doors.ALL}
    jwt = {"jwt": {"claims": at[doors.HTTP_API], "scopes": None}}
    lambda_context = at[doors.LAMBDA]
    events = (
        ("HTTP API 2.0", authorizer(jwt, version="2.0"), doors.HTTP_API),
        (
            "HTTP API 2.0 with scopes",
            authorizer({"jwt": {"claims": at[doors.HTTP_API], "scopes": ["openid"]}}, version="2.0"),
            doors.HTTP_API,
        ),
        ("HTTP API without version", authorizer(jwt), doors.HTTP_API),
        ("HTTP API 1.0", authorizer({"claims": at[doors.HTTP_API], "scopes": None}, version="1.0"), doors.HTTP_API),
        ("REST Cognito", authorizer({"claims": at[doors.REST_COGNITO]}), doors.REST_COGNITO),
        ("REST JWT", authorizer({"claims": TOKEN}), doors.REST_JWT),
        ("REST Lambda", authorizer({**lambda_context, "principalId": "ada", "integrationLatency": 12}), doors.LAMBDA),
        ("HTTP Lambda", authorizer({"lambda": lambda_context}, version="2.0"), doors.LAMBDA),
        (
            "HTTP Lambda 1.0",
            authorizer({**lambda_context, "claims": None, "scopes": None}, version="1.0"),
            doors.LAMBDA,
        ),
        (
            "WebSocket Lambda",
            {"requestContext": {"routeKey": "$default", "connectionId": "x=", "authorizer": lambda_context}},
            doors.LAMBDA,
        ),
        ("AppSync", {"arguments": {}, "identity": {"claims": TOKEN, "sub": "s", "groups": None}}, doors.APPSYNC),
        (
            "AppSync Lambda",
            {"arguments": {}, "identity": {"resolverContext": at[doors.APPSYNC_LAMBDA]}},
            doors.APPSYNC_LAMBDA,
        ),
        ("HTTP API beside an empty IAM", authorizer({**jwt, "iam": None}, version="2.0"), doors.HTTP_API),
    )
    for what, event, door in events:
        yield case(f"found/{what}", "event", event, opens=door, reads=ORG)


def shared_place():
    """`requestContext.authorizer.claims`: where signs are missing or disagree, the answer is an error."""
    typed = {"sub": "s", "exp": 1_611_985_745}
    rows = (
        ("digits and version 1.0", {"exp": DIGITS, "iat": DIGITS}, "1.0", doors.HTTP_API),
        ("one time and version 1.0", {"exp": DIGITS}, "1.0", doors.HTTP_API),
        ("only iat and version 1.0", {"iat": DIGITS}, "1.0", doors.HTTP_API),
        ("dates", {"exp": DATE, "iat": DATE}, None, doors.REST_COGNITO),
        ("one date", {"exp": DATE}, None, doors.REST_COGNITO),
        ("only a date of iat", {"iat": DATE}, None, doors.REST_COGNITO),
        ("a number", typed, None, doors.REST_JWT),
        ("a list", {"roles": ["a"]}, None, doors.REST_JWT),
        ("true", {"email_verified": True}, None, doors.REST_JWT),
        ("null", {"sub": None}, None, doors.REST_JWT),
        ("an object", {"act": {"sub": "b"}}, None, doors.REST_JWT),
        ("digits without version", {"exp": DIGITS, "iat": DIGITS}, None, None),
        ("no times", {"sub": "s"}, None, None),
        ("nothing", {}, None, None),
        ("no times and version 1.0", {"sub": "s"}, "1.0", None),
        ("nothing and version 1.0", {}, "1.0", None),
        ("dates and version 1.0", {"exp": DATE, "iat": DATE}, "1.0", None),
        ("dates and version 2.0", {"exp": DATE}, "2.0", None),
        ("digits and version 2.0", {"exp": DIGITS}, "2.0", None),
        ("numbers and version 1.0", typed, "1.0", None),
        ("numbers and version 2.0", typed, "2.0", None),
        ("a date and digits", {"exp": DATE, "iat": DIGITS}, None, None),
        ("digits and a date", {"exp": DIGITS, "iat": DATE}, "1.0", None),
        ("a date and a number", {"exp": DATE, "seats": 5}, None, None),
        ("digits and a number", {"exp": DIGITS, "seats": 5}, "1.0", None),
        ("digits, a number and no version", {"exp": DIGITS, "seats": 5}, None, None),
        ("no time at all", {"exp": "soon", "iat": "now"}, None, None),
        ("a date of nowhere", {"exp": "Sat Jan 30 05:49:05 CET 2021"}, None, None),
        ("a sign before digits", {"exp": "+1611985745"}, "1.0", None),
        ("a negative time", {"exp": "-5"}, "1.0", None),
        ("a fraction", {"exp": "1.5"}, "1.0", None),
        ("an empty time and digits", {"exp": "x", "iat": DIGITS}, "1.0", None),
        ("other digits", {"exp": "١٦١"}, "1.0", None),
        ("a date of auth_time alone", {"auth_time": DATE}, None, None),
        ("an empty version", {"exp": DIGITS}, "", None),
    )
    for what, claims, version, door in rows:
        event = authorizer({"claims": claims}, **({} if version is None else {"version": version}))
        claim = next(iter(claims), "sub")
        reads = [method("contains", claims.get(claim) is not None, of=claim)]
        yield case(
            f"shared place/{what}", "event", event, opens=door or AMBIGUOUS_DOOR, **({"reads": reads} if door else {})
        )
    # A version that is no text is none.
    yield case(
        "shared place/a version that is a number",
        "event",
        authorizer({"claims": {"exp": DATE}}, version=2),
        opens=doors.REST_COGNITO,
        reads=[method("contains", True, of="exp")],
    )


def two_authorizers():
    """Marks of more than one: no gateway sends it, and whoever does means to be read as the stronger."""
    claims, context = {"sub": "s", "exp": DIGITS, "token_use": "access"}, {"token_use": "access", "org_id": "evil"}
    jwt = {"claims": claims, "scopes": None}
    rows = {
        "jwt and lambda": {"jwt": jwt, "lambda": context},
        "jwt and another lambda": {"jwt": jwt, "lambda": {"a": 1}},
        "jwt and claims": {"jwt": jwt, "claims": claims},
        "claims and lambda": {"claims": {"exp": DATE}, "lambda": context},
        "all three": {"jwt": jwt, "claims": claims, "lambda": context},
        "typed claims and lambda": {"claims": {"exp": 5}, "lambda": context},
    }
    for what, content in rows.items():
        for version in ("1.0", "2.0", None):
            yield case(
                f"two authorizers/{what} {version}",
                "event",
                authorizer(content, **({} if version is None else {"version": version})),
                opens=AMBIGUOUS_DOOR,
            )
    jwt = {"claims": {"sub": "s"}}
    for what, other in (
        ("lambda", {"lambda": None}),
        ("claims", {"claims": None}),
        ("an empty lambda", {"lambda": {}}),
        ("a lambda of nulls", {"lambda": {"a": None}}),
        ("a text for claims", {"claims": "x"}),
    ):
        yield case(
            f"two authorizers/jwt and no {what}",
            "event",
            authorizer({"jwt": jwt, **other}),
            opens=doors.HTTP_API,
            reads=[method("contains", True, of="sub")],
        )
    both = {"requestContext": {"authorizer": {"jwt": jwt}}, "identity": {"claims": {"sub": "s"}}}
    yield case("two authorizers/gateway and AppSync", "event", both, opens=UNREADABLE_DOOR)
    for what, request, identity in (
        ("empty ones", {}, {}),
        ("nulls", None, None),
        ("a gateway without authorizer", {}, {"claims": {"sub": "s"}}),
        ("no identity", {"authorizer": {"jwt": jwt}}, None),
    ):
        yield case(
            f"two authorizers/both members, {what}",
            "event",
            {"requestContext": request, "identity": identity},
            opens=AMBIGUOUS_DOOR,
        )
    event = {"identity": {"claims": {"sub": "s"}, "resolverContext": context}}
    yield case("two authorizers/AppSync with both", "event", event, opens=AMBIGUOUS_DOOR)
    yield case(
        "two authorizers/AppSync with both, empty",
        "event",
        {"identity": {"claims": {}, "resolverContext": {}}},
        opens=AMBIGUOUS_DOOR,
    )


def contexts():
    """A Lambda authorizer's context counts if it says of which token it is; its own words are no claims."""
    odd = {
        "refresh": "refresh",
        "Access": "Access",
        "a blank": "access ",
        "a list": ["access"],
        "true": True,
        "null": None,
        "an object": {"access": 1},
        "empty": "",
    }
    for what, word in odd.items():
        context = {"org_id": "evil", "token_use": word}
        yield case(f"contexts/REST, token_use {what}", "event", authorizer(context), opens=NO_CLAIMS)
        yield case(
            f"contexts/HTTP, token_use {what}", "event", authorizer({"lambda": context}, version="2.0"), opens=NO_CLAIMS
        )
        yield case(
            f"contexts/AppSync, token_use {what}", "event", {"identity": {"resolverContext": context}}, opens=NO_CLAIMS
        )
    for what, context in (
        ("nothing", {}),
        ("no token_use", {"org_id": "evil"}),
        ("nulls", {"claims": None, "scopes": None}),
        ("the principal alone", {"principalId": "ada", "integrationLatency": 5}),
    ):
        yield case(f"contexts/REST, {what}", "event", authorizer(context), opens=NO_CLAIMS)
        yield case(f"contexts/HTTP, {what}", "event", authorizer({"lambda": context}, version="2.0"), opens=NO_CLAIMS)
        yield case(f"contexts/HTTP 1.0, {what}", "event", authorizer(context, version="1.0"), opens=NO_CLAIMS)
        yield case(f"contexts/AppSync, {what}", "event", {"identity": {"resolverContext": context}}, opens=NO_CLAIMS)
    for word in ("access", "id"):
        context = {"token_use": word, "org_id": "acme"}
        for what, event, door in (
            ("REST", authorizer(context), doors.LAMBDA),
            ("HTTP", authorizer({"lambda": context}), doors.LAMBDA),
            ("AppSync", {"identity": {"resolverContext": context}}, doors.APPSYNC_LAMBDA),
        ):
            yield case(
                f"contexts/{what}, token_use {word}", "event", event, opens=door, reads=[method("org_id", "acme")]
            )
    # `claims` in a context is the authorizer's word and no place of a gateway, and so are the other names.
    claims = {"token_use": "access", "org_id": "evil", "exp": DIGITS}
    yield case(
        "contexts/HTTP, claims of its own",
        "event",
        authorizer({"lambda": {"claims": claims}}, version="2.0"),
        opens=NO_CLAIMS,
    )
    for name in ("jwt", "iam"):
        event = authorizer({name: {"sub": "s"}, "token_use": "access", "org_id": "evil"})
        yield case(f"contexts/REST, beside {name}", "event", event, opens=NO_CLAIMS)
        yield case(f"contexts/REST, beside {name}, asked for", doors.LAMBDA, event, opens=NO_CLAIMS)
        text = authorizer({name: "x", "token_use": "access", "org_id": "acme"})
        yield case(
            f"contexts/REST, {name} is a text", "event", text, opens=doors.LAMBDA, reads=[method("org_id", "acme")]
        )
    yield case(
        "contexts/REST, beside claims, asked for",
        doors.LAMBDA,
        authorizer({"claims": {"sub": "s"}, "token_use": "access"}),
        opens=NO_CLAIMS,
    )
    yield case(
        "contexts/a lambda that is no object",
        "event",
        authorizer({"lambda": "x", "token_use": "access", "org_id": "acme"}),
        opens=doors.LAMBDA,
        reads=[method("org_id", "acme")],
    )
