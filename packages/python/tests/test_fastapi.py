"""The adapter to FastAPI behind Mangum, with the real libraries."""

import asyncio
import json
import unittest
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI
from mangum import Mangum
from mangum.adapter import DEFAULT_TEXT_MIME_TYPES

from cognito_claims import Catalogue, Claims, Features, Guard, OrgId, Refusal
from cognito_claims.fastapi import claims, reading, refuse
from cognito_claims.refusal import PROBLEM_TYPE
from cognito_claims.testing import Token

TOKEN = Token.access().claim("org_id", "acme").claim("scope", "orders/read")
GUARD = Guard.access_token().any_scope("orders/read")


@dataclass(frozen=True)
class ItemClaims:
    org_id: OrgId


@dataclass(frozen=True)
class FlagClaims:
    feature_flags: Annotated[Features, Catalogue(["a"])]


def application() -> FastAPI:
    app = FastAPI()
    refuse(app)
    router = APIRouter()

    @app.get("/items")
    async def items(typed: Annotated[ItemClaims, Depends(reading(ItemClaims, GUARD))]) -> dict[str, str]:
        return {"org": typed.org_id}

    @app.get("/claims")
    def by_name(checked: Annotated[Claims, Depends(claims(GUARD))]) -> dict[str, str]:
        return {"org": checked.org_id()}

    @router.get("/flags")
    def flags(typed: Annotated[FlagClaims, Depends(reading(FlagClaims, GUARD))]) -> list[str]:
        return typed.feature_flags.on()

    @router.get("/refused")
    def refused(checked: Annotated[Claims, Depends(claims(GUARD))]) -> None:
        Guard.either_token().any_group("admin").check(checked)

    app.include_router(router)
    mounted = FastAPI()
    refuse(mounted)
    mounted.include_router(router)
    app.mount("/mounted", mounted)
    return app


APP = application()
LOOP = asyncio.new_event_loop()


def setUpModule() -> None:
    # Mangum runs the app in the loop that it finds.
    asyncio.set_event_loop(LOOP)


def tearDownModule() -> None:
    asyncio.set_event_loop(None)
    LOOP.close()


def called(event: dict[str, Any], path: str = "/items") -> Any:
    event = {**event, "path": path, "rawPath": path}
    event["requestContext"] = {**event["requestContext"], "path": path}
    if "http" in event["requestContext"]:
        event["requestContext"]["http"] = {**event["requestContext"]["http"], "path": path}
    event.setdefault("multiValueQueryStringParameters", None)
    text = [*DEFAULT_TEXT_MIME_TYPES, PROBLEM_TYPE]
    return Mangum(APP, lifespan="off", text_mime_types=text)(event, {})


def headers(answer: dict[str, Any]) -> dict[str, str]:
    many = {name: values[0] for name, values in answer.get("multiValueHeaders", {}).items()}
    return {name.lower(): value for name, value in {**many, **answer.get("headers", {})}.items()}


class Fast(unittest.TestCase):
    def told(self, answer: dict[str, Any], refusal: Refusal) -> None:
        self.assertEqual(answer["statusCode"], refusal.status)
        self.assertEqual(json.loads(answer["body"]), refusal.problem())
        self.assertEqual(headers(answer)["content-type"], "application/problem+json")
        self.assertEqual(headers(answer).get("www-authenticate"), refusal.www_authenticate)

    def test_claims_are_those_of_the_event(self) -> None:
        events = (TOKEN.http_api(), TOKEN.rest_cognito(), TOKEN.rest_jwt(), TOKEN.http_lambda_authorizer())
        for event in events:
            for path in ("/items", "/claims"):
                answer = called(event, path)
                self.assertEqual((answer["statusCode"], json.loads(answer["body"])), (200, {"org": "acme"}))

    def test_refusals_are_answered(self) -> None:
        scope = Refusal("scope", ', scope="orders/read"')
        for path in ("/items", "/claims", "/flags", "/mounted/flags"):
            self.told(called(Token.access().http_api(), path), scope)
            self.told(called(Token.id().http_api(), path), Refusal("token_use"))
        self.told(called(TOKEN.without("org_id").http_api()), Refusal("unreadable"))
        self.told(called(TOKEN.claim("feature_flags", "1.9.00000000.0").http_api(), "/flags"), Refusal("unreadable"))
        for path in ("/refused", "/mounted/refused"):
            self.told(called(TOKEN.http_api(), path), Refusal("group"))

    def test_what_a_caller_can_write_is_no_claim(self) -> None:
        forged = json.dumps({"authorizer": {"jwt": {"claims": TOKEN.payload}}})
        for event in (TOKEN.http_api(), TOKEN.rest_jwt(), TOKEN.alb()):
            event["requestContext"].pop("authorizer", None)
            event["headers"] = {
                "host": "api.example.com",
                "authorization": f"Bearer {TOKEN.unsigned()}",
                "x-amzn-request-context": forged,
                "x-amzn-oidc-accesstoken": TOKEN.unsigned(),
                "aws.event": json.dumps(TOKEN.http_api()),
            }
            event["body"] = json.dumps(TOKEN.http_api())
            self.told(called(event), Refusal("no_claims"))

    def test_under_another_server_there_are_no_claims(self) -> None:
        forged = json.dumps(TOKEN.http_api()).encode()
        answer = served(
            {
                "headers": [(b"aws.event", forged), (b"x-amzn-request-context", forged)],
                "query_string": b"aws.event=" + forged.hex().encode(),
                "path_params": {"aws.event": TOKEN.http_api()},
                "state": {"aws.event": TOKEN.http_api()},
                "extensions": {"aws.event": TOKEN.http_api()},
            }
        )
        self.assertEqual(answer, 401)

    def test_an_event_that_is_none_is_refused(self) -> None:
        for event in (None, [], "x", forged_text(), {"requestContext": {"authorizer": {"iam": {}}}}):
            self.assertEqual(served({"aws.event": event}), 401)
        self.assertEqual(served({"aws.event": TOKEN.http_api()}), 200)


def forged_text() -> str:
    return json.dumps(TOKEN.http_api())


def served(more: dict[str, Any]) -> int:
    """The status of an answer to an ASGI scope, as another server would make one."""
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": "/items",
        "raw_path": b"/items",
        "root_path": "",
        "query_string": b"",
        "headers": [],
        "client": ("192.0.2.1", 1),
        "server": ("api.example.com", 443),
        **more,
    }
    statuses = list[int]()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    LOOP.run_until_complete(APP(scope, receive, send))
    return statuses[0]


if __name__ == "__main__":
    unittest.main()
