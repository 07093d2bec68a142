"""Events of every front door from one set of claims, for the tests of those who read them.

    token = Token.access().claim("org_id", "acme").claim("cognito:groups", ["admin"])
    for event in (token.http_api(), token.rest_jwt(), token.appsync()):
        assert Claims.from_event(event).org_id() == "acme"
"""

from __future__ import annotations

import base64
import json
from typing import Final, cast

from . import context, flatten
from .json_text import NoJson, copied

ISSUED_AT: Final = 1_900_000_000
"""When the example tokens were issued, in seconds since 1970."""

CLIENT_ID: Final = "1example23456789"
"""The app client of the example tokens."""

_SUB: Final = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
_ISSUED: Final[dict[str, object]] = {
    "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE",
    "auth_time": ISSUED_AT,
    "iat": ISSUED_AT,
    "exp": ISSUED_AT + 3600,
}

Event = dict[str, object]


class Token:
    """The claims of a token that a user pool could have issued. Not signed. Never changes."""

    __slots__ = ("_payload",)

    def __init__(self, payload: dict[str, object]) -> None:
        """A token of these claims alone. Raises `TypeError` for a claim that is no JSON."""
        try:
            self._payload = cast("dict[str, object]", copied(payload))
        except NoJson:
            raise TypeError("a claim of a token is JSON: no tuples, dates, decimals, …") from None

    @classmethod
    def access(cls) -> Token:
        """A user's access token with the scope `openid`."""
        return cls(
            {
                **_ISSUED,
                "token_use": "access",
                "sub": _SUB,
                "username": "ada",
                "client_id": CLIENT_ID,
                "scope": "openid",
                "version": 2,
            }
        )

    @classmethod
    def id(cls) -> Token:
        """A user's ID token."""
        return cls(
            {
                **_ISSUED,
                "token_use": "id",
                "sub": _SUB,
                "cognito:username": "ada",
                "aud": CLIENT_ID,
                "email_verified": True,
            }
        )

    @classmethod
    def client(cls) -> Token:
        """An access token of client credentials, with the scope `api/read`."""
        return cls(
            {
                **_ISSUED,
                "token_use": "access",
                "sub": CLIENT_ID,
                "client_id": CLIENT_ID,
                "scope": "api/read",
                "version": 2,
            }
        )

    def claim(self, name: str, value: object) -> Token:
        """The same token with one claim more, or another value for it."""
        return Token({**self._payload, name: value})

    def without(self, name: str) -> Token:
        """The same token without this claim."""
        return Token({claim: value for claim, value in self._payload.items() if claim != name})

    @property
    def payload(self) -> dict[str, object]:
        """The claims as they stand in the token."""
        return cast("dict[str, object]", copied(self._payload))

    def unsigned(self) -> str:
        """The token as text with a signature that verifies nowhere."""
        payload = json.dumps(self._payload, separators=(",", ":"), ensure_ascii=False)
        return ".".join((_base64url('{"alg":"RS256"}'), _base64url(payload), "c2ln"))

    def http_api(self) -> Event:
        """HTTP API with a JWT authorizer, payload format 2.0, a route that asks for no scope."""
        return _http({"jwt": {"claims": flatten.http_api(self._payload), "scopes": None}})

    def http_api_1_0(self) -> Event:
        """HTTP API with a JWT authorizer, payload format 1.0."""
        claims = flatten.http_api(self._payload)
        return {**_rest({"claims": claims, "scopes": None}), "version": "1.0"}

    def rest_cognito(self) -> Event:
        """REST API with a Cognito authorizer."""
        return _rest({"claims": flatten.rest_cognito(self._payload)})

    def rest_jwt(self) -> Event:
        """REST API with a JWT authorizer."""
        return _rest({"claims": self.payload})

    def rest_lambda_authorizer(self) -> Event:
        """REST API with a Lambda authorizer that puts the claims into its context."""
        return _rest(self._context())

    def http_lambda_authorizer(self) -> Event:
        """HTTP API with a Lambda authorizer, payload format 2.0."""
        return _http({"lambda": context.encode(self._payload)})

    def websocket(self) -> Event:
        """WebSocket API with a Lambda authorizer."""
        return {
            "requestContext": {
                "routeKey": "$default",
                "eventType": "MESSAGE",
                "messageDirection": "IN",
                "connectionId": "example=",
                "apiId": "api1example",
                "stage": "live",
                "requestId": "request1example",
                "connectedAt": 1_900_000_000_000,
                "requestTimeEpoch": 1_900_000_001_000,
                "domainName": "api.example.com",
                "identity": {"sourceIp": "192.0.2.1"},
                "authorizer": self._context(),
            },
            "body": "{}",
            "isBase64Encoded": False,
        }

    def appsync(self) -> Event:
        """AppSync with a Cognito user pool, as the whole resolver context."""
        payload = self.payload
        return {
            "arguments": {},
            "identity": {
                "claims": payload,
                "sub": payload.get("sub"),
                "username": payload.get("username"),
                "groups": payload.get("cognito:groups"),
                "issuer": payload.get("iss"),
                "sourceIp": ["192.0.2.1"],
                "defaultAuthStrategy": "ALLOW",
            },
        }

    def appsync_lambda(self) -> Event:
        """AppSync with a Lambda authorizer."""
        return {"arguments": {}, "identity": {"resolverContext": context.encode(self._payload)}}

    def alb(self) -> Event:
        """Application Load Balancer: the access token in a header, unverified."""
        group = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/example/0123456789abcdef"
        return {
            "requestContext": {"elb": {"targetGroupArn": group}},
            "httpMethod": "GET",
            "path": "/items",
            "queryStringParameters": {},
            "headers": {"x-amzn-oidc-accesstoken": self.unsigned()},
            "body": "",
            "isBase64Encoded": False,
        }

    def _context(self) -> Event:
        encoded = context.encode(self._payload)
        return {**encoded, "principalId": "ada", "integrationLatency": 12}


def _base64url(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _http(authorizer: Event) -> Event:
    return {
        "version": "2.0",
        "routeKey": "GET /items",
        "rawPath": "/items",
        "rawQueryString": "",
        "headers": {"host": "api.example.com"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api1example",
            "domainName": "api.example.com",
            "domainPrefix": "api",
            "http": {
                "method": "GET",
                "path": "/items",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "example",
            },
            "requestId": "request1example",
            "routeKey": "GET /items",
            "stage": "$default",
            "time": "17/Mar/2030:17:46:40 +0000",
            "timeEpoch": 1_900_000_000_000,
            "authorizer": authorizer,
        },
        "isBase64Encoded": False,
    }


def _rest(authorizer: Event) -> Event:
    return {
        "resource": "/items",
        "path": "/items",
        "httpMethod": "GET",
        "headers": {"Host": "api.example.com"},
        "multiValueHeaders": {"Host": ["api.example.com"]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "resourceId": "abc123",
            "resourcePath": "/items",
            "httpMethod": "GET",
            "path": "/live/items",
            "accountId": "123456789012",
            "apiId": "api1example",
            "protocol": "HTTP/1.1",
            "stage": "live",
            "requestId": "request1example",
            "identity": {"sourceIp": "192.0.2.1", "userAgent": "example"},
            "authorizer": authorizer,
        },
        "body": None,
        "isBase64Encoded": False,
    }
