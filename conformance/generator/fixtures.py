"""The recorded events of crates/claims/tests/contexts, whole: one handler reads all doors alike."""

import json
from pathlib import Path

from . import doors
from .case import case, error, failing, features, method, value, words
from .refusals import NO_CLAIMS, NO_TOKEN, UNREADABLE_DOOR, refusal

NAME = "fixtures"
FOLDER = Path(__file__).resolve().parents[2] / "crates/claims/tests/contexts/1"

# What 1/token.json says, which each of these events has flattened in its own way.
DOORS = {
    "http-api": doors.HTTP_API,
    "http-api-payload-1.0": doors.HTTP_API,
    "rest-cognito": doors.REST_COGNITO,
    "rest-jwt": doors.REST_JWT,
    "rest-lambda-authorizer": doors.LAMBDA,
    "http-api-lambda-authorizer": doors.LAMBDA,
    "websocket": doors.LAMBDA,
    "http-api-payload-1.0-lambda-authorizer": doors.LAMBDA,
    "appsync": doors.APPSYNC,
    "appsync-lambda": doors.APPSYNC_LAMBDA,
    "rest-jwt-exchanged": doors.REST_JWT,
}
NOT_FOUND = {
    "http-api-payload-1.0-no-authorizer": NO_TOKEN,
    "http-api-lambda-null": NO_TOKEN,
    "http-api-lambda-authorizer-claims": NO_CLAIMS,
    "http-api-authorizer-empty": NO_CLAIMS,
    "http-api-jwt-and-lambda": UNREADABLE_DOOR,
    "rest-lambda-authorizer-other": NO_CLAIMS,
    "appsync-batch": NO_CLAIMS,
    "alb": NO_CLAIMS,
}
FLAGS = features(["audit-log", "export"], {"export": "on", "beta": "off"})
PERMISSIONS = words(["orders:read", "orders:write"], True, {"orders:read": "yes", "orders": "no"})
CLAIMS = [
    value("sub", "text", "91ad6a3e-5c1b-4d0a-9c1f-2b7e0f0c4a11"),
    value("cognito:groups", "list of text", ["admin", "editor"]),
    value("org_id", "org_id", "acme-corp"),
    value("org_tier", "tier", "enterprise"),
    value("feature_flags", "features", FLAGS),
    value("permissions", "words", PERMISSIONS),
    value("seats", "integer", 25),
    value("trial", "boolean", False),
    value("iat", "integer", 1_611_982_145),
    value("exp", "integer", 1_611_985_745),
    value("scope", "list of text", ["openid", "orders/read"]),
    value("nickname", "optional text", None),
    value("version", "integer", 2),
    error("nickname", "text", "missing"),
]
METHODS = [
    method("groups", ["admin", "editor"]),
    method("scopes", ["openid", "orders/read"]),
    method("token_use", "access"),
    method("client_id", "1example23456789"),
    method("issued_at", 1_611_982_145),
    method("authenticated_at", 1_611_978_545),
    method("identity", {"user": {"sub": "91ad6a3e-5c1b-4d0a-9c1f-2b7e0f0c4a11", "username": "ada"}}),
    method("org_id", "acme-corp"),
    method("tier", "enterprise"),
    method("features", FLAGS),
    method("permissions", PERMISSIONS),
    method("feature", "on", of="export"),
    method("permission", "yes", of="orders:write"),
    method("role", "unknown", of="admin"),
    method("omitted", False, of="org_id"),
    method("is_cut", False, of="permissions"),
]
GUARDS = [
    {
        "guard": [
            ["access_token"],
            ["all_scopes", ["orders/read"]],
            ["any_group", ["admin"]],
            ["org", "acme-corp"],
            ["tier_at_least", "pro", ["free", "pro", "enterprise"]],
            ["any_permission", ["orders:write"]],
            ["feature", "export"],
            ["issued_within", 300],
        ],
        "now": 1_611_982_445,
        "passes": True,
    },
    {"guard": [["id_token"]], "now": 0, "refusal": refusal("token_use")},
]


def recorded(file: str):
    return json.loads((FOLDER / f"{file}.json").read_text(encoding="utf-8"))


def cases():
    for file, door in DOORS.items():
        acts = file == "rest-jwt-exchanged"
        actor = {"sub": "2example23456789", "issuer": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE"}
        more = [
            method("actor", actor if acts else None),
            method("authentication_level", "urn:cognito:loa:2" if acts else None),
        ]
        yield case(file, door, recorded(file), comma_free_groups=True, reads=CLAIMS + METHODS + more, guards=GUARDS)
        if file in ("http-api-payload-1.0", "rest-cognito", "rest-jwt", "websocket"):
            yield case(f"found/{file}", "event", recorded(file), opens=door, reads=METHODS[6:9])
    yield case("token", doors.VERIFIED, recorded("token"), reads=CLAIMS + METHODS, guards=GUARDS)
    yield case("alb", "alb", recorded("alb"), reads=CLAIMS)
    for file, opens in NOT_FOUND.items():
        yield case(f"not found/{file}", "event", recorded(file), opens=opens)
    for place, invocation in enumerate(recorded("appsync-batch")):
        yield case(f"appsync-batch/{place}", doors.APPSYNC, invocation, reads=METHODS[:4])
    event = recorded("rest-cognito")
    yield case(
        "rest-cognito without the promise",
        doors.REST_COGNITO,
        event,
        reads=[failing("groups", "ambiguous", "cognito:groups"), method("org_id", "acme-corp")],
    )
    yield case(
        "another Lambda authorizer, asked for",
        doors.LAMBDA,
        recorded("rest-lambda-authorizer-other"),
        reads=[method("org_id", "globex")],
    )
    yield case(
        "an object",
        doors.HTTP_API,
        recorded("http-api-object"),
        reads=[
            error("obj", "object", "ambiguous"),
            value("empty", "list of text", []),
            value("roles", "words", words(["a", "b", "c"], True, {"a": "yes", "d": "no"})),
        ],
    )
    identities = recorded("rest-cognito-identities")
    linked = json.loads(f"[{identities['requestContext']['authorizer']['claims']['identities']}]")
    yield case(
        "identities",
        doors.REST_COGNITO,
        identities,
        reads=[
            value("identities", "list of object", linked),
            method("groups", ["eu-west-1_EXAMPLE_Google"]),
            method("client_id", "1example23456789"),
            method("token_use", "id"),
        ],
    )
    for file in ("rest-cognito-federated", "rest-cognito-without-token-ids"):
        yield case(
            file,
            "event",
            recorded(file),
            opens=doors.REST_COGNITO,
            reads=[method("token_use", "id"), method("client_id", "1example23456789")],
        )
