"""The adapter to Powertools' event handlers, with the real library."""

import json
import unittest
from typing import Any

from aws_lambda_powertools.event_handler import (
    ALBResolver,
    APIGatewayHttpResolver,
    APIGatewayRestResolver,
    AppSyncResolver,
    LambdaFunctionUrlResolver,
    Response,
)

from cognito_claims import Claims, Guard, ReadError, Refusal
from cognito_claims.powertools import claims, guarded, refuse
from cognito_claims.testing import Token

TOKEN = Token.access().claim("org_id", "acme").claim("scope", "orders/read")
GUARD = Guard.access_token().any_scope("orders/read")
CONTEXT: Any = None


def headers(answer: dict[str, Any]) -> dict[str, str]:
    many = {name: values[0] for name, values in answer.get("multiValueHeaders", {}).items()}
    return {name.lower(): value for name, value in {**many, **answer.get("headers", {})}.items()}


def app_with(app: Any, **middlewares: Any) -> Any:
    refuse(app)

    @app.get("/items", **middlewares)
    def items() -> dict[str, str]:
        return {"org": claims(app).org_id()}

    return app


class Http(unittest.TestCase):
    def told(self, answer: dict[str, Any], refusal: Refusal) -> None:
        self.assertEqual(answer["statusCode"], refusal.status)
        self.assertEqual(json.loads(answer["body"]), refusal.problem())
        self.assertEqual(headers(answer)["content-type"], "application/problem+json")
        self.assertEqual(headers(answer).get("www-authenticate"), refusal.www_authenticate)

    def test_claims_are_those_of_the_event(self) -> None:
        for resolver, events in (
            (APIGatewayHttpResolver, [TOKEN.http_api(), TOKEN.http_lambda_authorizer()]),
            (APIGatewayRestResolver, [TOKEN.rest_cognito(), TOKEN.rest_jwt(), TOKEN.rest_lambda_authorizer()]),
        ):
            for event in events:
                answer = app_with(resolver()).resolve(event, CONTEXT)
                self.assertEqual((answer["statusCode"], json.loads(answer["body"])), (200, {"org": "acme"}))

    def test_what_a_handler_raises_is_answered(self) -> None:
        app = app_with(APIGatewayHttpResolver())
        event = TOKEN.without("org_id").http_api()
        self.told(app.resolve(event, CONTEXT), Refusal("unreadable"))

        @app.get("/refused")
        def refused() -> None:
            GUARD.any_group("admin").check(claims(app))

        event = {**TOKEN.http_api(), "rawPath": "/refused"}
        event["requestContext"]["http"]["path"] = "/refused"
        self.told(app.resolve(event, CONTEXT), Refusal("group"))

    def test_a_middleware_lets_through_what_the_guard_does(self) -> None:
        for everywhere in (True, False):
            middlewares = [guarded(GUARD)]
            app = APIGatewayHttpResolver()
            if everywhere:
                app.use(middlewares=middlewares)
            app = app_with(app, **{} if everywhere else {"middlewares": middlewares})
            self.assertEqual(app.resolve(TOKEN.http_api(), CONTEXT)["statusCode"], 200)
            refused = Guard.access_token().any_scope("orders/read")
            with self.assertRaises(Refusal) as raised:
                refused.check(Claims.from_http_api(Token.access().http_api()))
            self.told(app.resolve(Token.access().http_api(), CONTEXT), raised.exception)
            self.told(app.resolve(Token.id().http_api(), CONTEXT), Refusal("token_use"))

    def test_a_middleware_answers_without_refuse(self) -> None:
        app = APIGatewayHttpResolver()
        called = list[str]()

        @app.get("/items", middlewares=[guarded(GUARD)])
        def items() -> Response[str]:
            called.append("")
            return Response(200)

        event = TOKEN.http_api()
        event["requestContext"]["authorizer"] = None
        self.told(app.resolve(event, CONTEXT), Refusal("no_claims"))
        self.assertEqual(called, [])

    def test_the_door_can_be_told(self) -> None:
        token = TOKEN.without("token_use").claim("cognito:groups", ["a", "b"])

        def through(event: object) -> Claims:
            return Claims.from_lambda_authorizer(event)

        app = APIGatewayRestResolver()
        app.use(middlewares=[guarded(Guard.either_token().any_scope("orders/read"), through)])

        @app.get("/items")
        def items() -> dict[str, Any]:
            return {"groups": claims(app, through).groups()}

        answer = app.resolve(token.rest_lambda_authorizer(), CONTEXT)
        self.assertEqual(json.loads(answer["body"]), {"groups": ["a", "b"]})

    def test_what_a_caller_can_write_is_no_claim(self) -> None:
        forged = json.dumps({"authorizer": {"jwt": {"claims": TOKEN.payload}}})
        written = {
            "headers": {"authorization": TOKEN.unsigned(), "x-amzn-request-context": forged},
            "body": json.dumps(TOKEN.http_api()),
            "queryStringParameters": {"requestContext": forged},
        }
        for resolver, token_event in (
            (APIGatewayHttpResolver, TOKEN.http_api()),
            (APIGatewayRestResolver, TOKEN.rest_jwt()),
            (LambdaFunctionUrlResolver, TOKEN.http_api()),
            (ALBResolver, TOKEN.alb()),
        ):
            event: Any = {**token_event, **written}
            event["requestContext"].pop("authorizer", None)
            if resolver is LambdaFunctionUrlResolver:
                event["requestContext"]["authorizer"] = {"iam": {"userId": "x", "claims": TOKEN.payload}}
            if resolver is ALBResolver:
                event["headers"]["x-amzn-oidc-accesstoken"] = TOKEN.unsigned()
            self.told(app_with(resolver()).resolve(event, CONTEXT), Refusal("no_claims"))


class AppSync(unittest.TestCase):
    def event(self, token: Token) -> dict[str, Any]:
        return {**token.appsync(), "info": {"parentTypeName": "Query", "fieldName": "items"}}

    def test_a_resolver_reads_its_event(self) -> None:
        app = AppSyncResolver()

        @app.resolver(type_name="Query", field_name="items")
        def items() -> str:
            claims = Claims.from_appsync(app.current_event.raw_event)
            GUARD.check(claims)
            return claims.org_id()

        self.assertEqual(app.resolve(self.event(TOKEN), CONTEXT), "acme")
        with self.assertRaises(Refusal):
            app.resolve(self.event(Token.access()), CONTEXT)

    def test_a_batch_resolver_reads_the_event_that_it_is_given(self) -> None:
        app = AppSyncResolver()

        @app.batch_resolver(type_name="Query", field_name="items", aggregate=False, raise_on_error=True)
        def items(event: Any) -> str:
            claims = Claims.from_appsync(event.raw_event)
            GUARD.check(claims)
            return claims.org_id()

        other = TOKEN.claim("org_id", "globex")
        self.assertEqual(app.resolve([self.event(TOKEN), self.event(other)], CONTEXT), ["acme", "globex"])
        with self.assertRaises(ReadError):
            app.resolve([{**self.event(TOKEN), "identity": None}], CONTEXT)

    def test_in_a_batch_the_current_event_is_another_ones(self) -> None:
        # Why the adapter takes no AppSyncResolver. If Powertools changes this, the adapter may change, too.
        app = AppSyncResolver()
        seen = list[Any]()

        @app.resolver(type_name="Query", field_name="items")
        def single() -> None: ...

        @app.batch_resolver(type_name="Query", field_name="items")
        def batch(event: Any) -> list[Any]:
            seen.append(app.current_event.raw_event)
            return [None]

        app.resolve(self.event(TOKEN), CONTEXT)
        app.resolve([self.event(Token.id())], CONTEXT)
        self.assertEqual(seen[0]["identity"]["claims"]["org_id"], "acme")

    def test_the_adapter_takes_no_appsync(self) -> None:
        app: Any = AppSyncResolver()
        for call in (claims, refuse):
            with self.assertRaises(TypeError):
                call(app)


if __name__ == "__main__":
    unittest.main()
