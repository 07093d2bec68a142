"""Events in which nobody has left claims, or not where they are looked for."""

from . import doors
from .case import case, method
from .detection import authorizer
from .refusals import NO_CLAIMS, NO_TOKEN

NAME = "nobody"


def cases():
    yield from nobody()
    yield from appsync()
    yield from wrong_constructors()


def nobody():
    """No authorizer has checked a token: not at all, or not where claims are."""
    claims = {"sub": "s", "token_use": "access"}
    events = {
        "an empty object": {},
        "null": None,
        "text": "x",
        "a number": 5,
        "true": True,
        "an empty list": [],
        "a batch of AppSync": [{"identity": {"claims": claims}}],
        "a batch of a gateway": [authorizer({"jwt": {"claims": claims}})],
        "no authorizer": {"requestContext": {}},
        "a null authorizer": authorizer(None),
        "a text for an authorizer": authorizer("x"),
        "a list for an authorizer": authorizer([{"claims": claims}]),
        "an empty authorizer": authorizer({}),
        "IAM": authorizer({"iam": {"userId": "x", "cognitoIdentity": None}}),
        "jwt without claims": authorizer({"jwt": {"scopes": ["openid"]}}),
        "jwt with null claims": authorizer({"jwt": {"claims": None}}),
        "jwt with empty claims": authorizer({"jwt": {"claims": {}}}),
        "jwt that is null": authorizer({"jwt": None}),
        "jwt with a list": authorizer({"jwt": {"claims": [claims]}}),
        "null claims": authorizer({"claims": None}),
        "claims that are text": authorizer({"claims": "{}"}),
        "null lambda": authorizer({"lambda": None}),
        "a load balancer": {
            "requestContext": {"elb": {"targetGroupArn": "x"}},
            "headers": {"x-amzn-oidc-accesstoken": "e30.e30.x"},
        },
        "a bearer token": {"headers": {"authorization": "Bearer e30.e30.x"}},
        "claims at the top": {"claims": claims},
        "claims in the context": {"requestContext": {"claims": claims}},
        "an authorizer at the top": {"authorizer": {"claims": claims}},
        "null identity": {"identity": None},
        "identity of IAM": {"identity": {"accountId": "1", "cognitoIdentityId": None}},
        "identity of an API key": {"identity": {}},
        "null claims of AppSync": {"identity": {"claims": None}},
        "a list of claims": {"identity": {"claims": [claims]}},
        "a null resolver context": {"identity": {"resolverContext": None}},
        "requestContext that is text": {"requestContext": "x"},
        "requestContext that is a list": {"requestContext": [{"authorizer": {"claims": claims}}]},
        "other letters": {"requestContext": {"Authorizer": {"jwt": {"claims": claims}}}},
        "a member of the prototype": {"__proto__": {"requestContext": {"authorizer": {"jwt": {"claims": claims}}}}},
    }
    for what, event in events.items():
        yield case(
            f"nobody/{what}", "event", event, opens=NO_TOKEN if what in ("an empty object", "IAM") else NO_CLAIMS
        )


def appsync():
    token = {"sub": "s", "org_id": "acme"}
    yield case(
        "AppSync/empty claims",
        "event",
        {"identity": {"claims": {}}},
        opens=doors.APPSYNC,
        reads=[method("contains", False, of="sub")],
    )
    yield case(
        "AppSync/OpenID Connect",
        "event",
        {"identity": {"claims": token, "issuer": "https://id.example", "sub": "s"}},
        opens=doors.APPSYNC,
        reads=[method("org_id", "acme")],
    )
    yield case(
        "AppSync/claims beside a null context",
        "event",
        {"identity": {"claims": token, "resolverContext": None}},
        opens=doors.APPSYNC,
        reads=[method("org_id", "acme")],
    )
    # Beside the claims stand some of them again: those are not read.
    yield case(
        "AppSync/groups beside the claims",
        "event",
        {"identity": {"claims": token, "groups": ["admin"], "username": "ada"}},
        opens=doors.APPSYNC,
        reads=[method("groups", []), method("contains", False, of="username")],
    )


def wrong_constructors():
    """A constructor looks in its own place and nowhere else."""
    claims = {"sub": "s", "token_use": "access"}
    for here in doors.ALL:
        for there in doors.ALL:
            if doors.VERIFIED in (here, there) or here == there:
                continue
            event = doors.at(there, claims)
            shared = (doors.REST_COGNITO, doors.REST_JWT)
            if there in shared and here in (*shared, doors.HTTP_API):
                continue
            yield case(f"asked for {here}/at {there}", here, event, opens=NO_CLAIMS)
        if here != doors.VERIFIED:
            for what, event in (
                ("null", None),
                ("a list", [doors.at(here, claims)]),
                ("text", "x"),
                ("an empty object", {}),
            ):
                yield case(f"asked for {here}/{what}", here, event, opens=NO_TOKEN if event == {} else NO_CLAIMS)
            content = [claims] if here != doors.LAMBDA else None
            yield case(f"asked for {here}/a list for claims", here, doors.at(here, content, 1), opens=NO_CLAIMS)
    # Whoever asks for a context gets it, whatever it says; a context of nulls says nothing.
    for form in (0, 1):
        event = doors.at(doors.LAMBDA, {"org_id": "acme"}, form)
        yield case(
            f"asked for lambda_authorizer/no token_use {form}", doors.LAMBDA, event, reads=[method("org_id", "acme")]
        )
        yield case(
            f"asked for lambda_authorizer/nulls {form}",
            doors.LAMBDA,
            doors.at(doors.LAMBDA, {"claims": None, "scopes": None}, form),
            opens=NO_CLAIMS,
        )
        yield case(
            f"asked for lambda_authorizer/nothing {form}",
            doors.LAMBDA,
            doors.at(doors.LAMBDA, {}, form),
            opens=NO_CLAIMS,
        )
    event = {"requestContext": {"authorizer": {"jwt": {"claims": {"org_id": "right"}}, "claims": {"org_id": "wrong"}}}}
    yield case("asked for http_api/both places", doors.HTTP_API, event, reads=[method("org_id", "right")])
    yield case(
        "asked for appsync/both",
        doors.APPSYNC,
        {"identity": {"claims": {"org_id": "a"}, "resolverContext": {"org_id": "b"}}},
        reads=[method("org_id", "a")],
    )
    yield case(
        "asked for appsync_lambda/both",
        doors.APPSYNC_LAMBDA,
        {"identity": {"claims": {"org_id": "a"}, "resolverContext": {"org_id": "b"}}},
        reads=[method("org_id", "b")],
    )
    for door in (doors.HTTP_API, doors.REST_COGNITO, doors.REST_JWT, doors.APPSYNC, doors.APPSYNC_LAMBDA):
        yield case(
            f"asked for {door}/empty claims", door, doors.at(door, {}), reads=[method("contains", False, of="sub")]
        )
