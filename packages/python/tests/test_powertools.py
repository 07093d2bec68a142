"""The adapter to Powertools' event handlers, with the real library."""

import asyncio
import json
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools.event_handler import (
    ALBResolver,
    APIGatewayHttpResolver,
    APIGatewayRestResolver,
    AppSyncResolver,
    LambdaFunctionUrlResolver,
    Response,
)
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.appsync import Router as AppSyncRouter

from cognito_claims import Claims, Guard, ReadError, Refusal
from cognito_claims.powertools import claims, guarded, refuse, resolve
from cognito_claims.testing import Token

TOKEN = Token.access().claim("org_id", "acme").claim("scope", "orders/read")
GUARD = Guard.access_token().any_scope("orders/read")
CONTEXT: Any = None


def headers(answer: dict[str, Any]) -> dict[str, str]:
    many = {name: values[0] for name, values in answer.get("multiValueHeaders", {}).items()}
    return {name.lower(): value for name, value in {**many, **answer.get("headers", {})}.items()}


def app_with(app: Any, guard: Guard = Guard.either_token()) -> Any:
    refuse(app)

    @app.get("/items", middlewares=[guarded(guard)])
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
                answer = resolve(app_with(resolver()), event, CONTEXT)
                self.assertEqual((answer["statusCode"], json.loads(answer["body"])), (200, {"org": "acme"}))

    def test_what_a_handler_raises_is_answered(self) -> None:
        app = app_with(APIGatewayHttpResolver())
        event = TOKEN.without("org_id").http_api()
        self.told(resolve(app, event, CONTEXT), Refusal("unreadable"))

        @app.get("/refused", middlewares=[guarded(Guard.either_token())])
        def refused() -> None:
            GUARD.any_group("admin").check(claims(app))

        event = {**TOKEN.http_api(), "rawPath": "/refused"}
        event["requestContext"]["http"]["path"] = "/refused"
        self.told(resolve(app, event, CONTEXT), Refusal("group"))

    def test_a_middleware_lets_through_what_the_guard_does(self) -> None:
        for everywhere in (True, False):
            app = APIGatewayHttpResolver()
            if everywhere:
                app.use(middlewares=[guarded(GUARD)])
            app = app_with(app, Guard.either_token() if everywhere else GUARD)
            self.assertEqual(resolve(app, TOKEN.http_api(), CONTEXT)["statusCode"], 200)
            refused = Guard.access_token().any_scope("orders/read")
            with self.assertRaises(Refusal) as raised:
                refused.check(Claims.from_http_api(Token.access().http_api()))
            self.told(resolve(app, Token.access().http_api(), CONTEXT), raised.exception)
            self.told(resolve(app, Token.id().http_api(), CONTEXT), Refusal("token_use"))

    def test_a_middleware_answers_without_refuse(self) -> None:
        app = APIGatewayHttpResolver()
        called = list[str]()

        @app.get("/items", middlewares=[guarded(GUARD)])
        def items() -> Response[str]:
            called.append("")
            return Response(200)

        event = TOKEN.http_api()
        event["requestContext"]["authorizer"] = None
        self.told(resolve(app, event, CONTEXT), Refusal("no_claims"))
        self.assertEqual(called, [])

    def test_a_router_reads_the_event_of_its_app(self) -> None:
        app, router = APIGatewayHttpResolver(), Router()
        refuse(router)

        @router.get("/items", middlewares=[guarded(GUARD)])
        def items() -> dict[str, str]:
            return {"org": claims(router).org_id()}

        app.include_router(router)
        self.assertEqual(json.loads(resolve(app, TOKEN.http_api(), CONTEXT)["body"]), {"org": "acme"})
        self.told(resolve(app, Token.id().http_api(), CONTEXT), Refusal("token_use"))

    def test_the_door_can_be_told(self) -> None:
        token = TOKEN.without("token_use").claim("cognito:groups", ["a", "b"])

        def through(event: object) -> Claims:
            return Claims.from_lambda_authorizer(event)

        app = APIGatewayRestResolver()
        app.use(middlewares=[guarded(Guard.either_token().any_scope("orders/read"), through)])

        @app.get("/items")
        def items() -> dict[str, Any]:
            return {"groups": claims(app).groups()}

        answer = resolve(app, token.rest_lambda_authorizer(), CONTEXT)
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
            self.told(resolve(app_with(resolver()), event, CONTEXT), Refusal("no_claims"))


class OneRequest(unittest.TestCase):
    """`current_event` is one place for all apps and threads."""

    def told(self, answer: dict[str, Any]) -> Any:
        self.assertEqual(answer["statusCode"], 200)
        return json.loads(answer["body"])

    def test_threads_have_their_own_claims(self) -> None:
        app, entered, answered = APIGatewayHttpResolver(), threading.Event(), threading.Event()

        @app.get("/items", middlewares=[guarded(GUARD)])
        def items() -> list[str]:
            first = claims(app).org_id()
            if first == "acme":
                entered.set()
                answered.wait(10)
            return [first, claims(app).org_id()]

        with ThreadPoolExecutor() as threads:
            acme = threads.submit(resolve, app, TOKEN.http_api(), CONTEXT)
            entered.wait(10)
            globex = threads.submit(resolve, app, TOKEN.claim("org_id", "globex").http_api(), CONTEXT)
            self.assertEqual(self.told(globex.result()), ["globex", "globex"])
            answered.set()
            self.assertEqual(self.told(acme.result()), ["acme", "acme"])

    def test_a_guard_does_not_read_the_event_of_another_thread(self) -> None:
        app, entered, replaced = APIGatewayHttpResolver(), threading.Event(), threading.Event()
        called = list[str]()

        def slow(app: Any, next_middleware: Any) -> Any:
            if app.current_event.raw_event["requestContext"]["authorizer"]["jwt"]["claims"]["org_id"] == "acme":
                entered.set()
                replaced.wait(10)
            return next_middleware(app)

        app.use(middlewares=[slow, guarded(GUARD)])

        @app.get("/items")
        def items() -> str:
            called.append(claims(app).org_id())
            return ""

        with ThreadPoolExecutor() as threads:
            acme = threads.submit(resolve, app, TOKEN.http_api(), CONTEXT)
            entered.wait(10)
            resolve(app, TOKEN.claim("org_id", "globex").http_api(), CONTEXT)
            replaced.set()
            with self.assertRaises(RuntimeError):
                acme.result()
        self.assertEqual(called, ["globex"])

    def test_a_request_within_a_request_has_its_own_claims(self) -> None:
        outer, inner = APIGatewayHttpResolver(), APIGatewayHttpResolver()
        globex = TOKEN.claim("org_id", "globex").http_api()

        @outer.get("/items", middlewares=[guarded(GUARD)])
        def outer_items() -> list[Any]:
            before = claims(outer).org_id()
            within = json.loads(resolve(inner, globex, CONTEXT)["body"])
            return [before, within, claims(outer).org_id()]

        @inner.get("/items", middlewares=[guarded(GUARD)])
        def inner_items() -> list[str]:
            with self.assertRaises(RuntimeError):
                claims(outer)
            return [claims(inner).org_id()]

        self.assertEqual(self.told(resolve(outer, TOKEN.http_api(), CONTEXT)), ["acme", ["globex"], "acme"])

    def test_a_route_without_guard_has_no_claims(self) -> None:
        outer, app, router = APIGatewayHttpResolver(), APIGatewayHttpResolver(), Router()

        @router.get("/items")
        def items() -> list[str]:
            for asked in (app, router):
                with self.assertRaises(RuntimeError):
                    claims(asked)
            return ["none"]

        app.include_router(router)

        @outer.get("/items", middlewares=[guarded(GUARD)])
        def within() -> list[str]:
            # Neither by `resolve` nor without it do the outer request's claims get into the inner one.
            return [app.resolve(TOKEN.http_api(), CONTEXT)["body"], resolve(app, TOKEN.http_api(), CONTEXT)["body"]]

        for call in (app.resolve, lambda event, context: resolve(app, event, context)):
            self.assertEqual(self.told(call(TOKEN.http_api(), CONTEXT)), ["none"])
        self.assertEqual(self.told(resolve(outer, TOKEN.http_api(), CONTEXT)), ['["none"]', '["none"]'])
        with self.assertRaises(RuntimeError):
            claims(outer)

    def test_without_resolve_there_is_no_event_to_guard(self) -> None:
        app, inner = app_with(APIGatewayHttpResolver(), GUARD), app_with(APIGatewayHttpResolver(), GUARD)
        with self.assertRaises(RuntimeError):
            app.resolve(TOKEN.http_api(), CONTEXT)
        with self.assertRaises(RuntimeError):
            asyncio.run(app.resolve_async(TOKEN.http_api(), CONTEXT))

        passed = list[str]()

        @app.get("/within", middlewares=[guarded(GUARD)])
        def within() -> Any:
            # Not even the outer request's own event.
            return inner.resolve(event, CONTEXT)

        @inner.get("/within", middlewares=[guarded(GUARD)])
        def inner_within() -> None:
            passed.append("")

        event = {**TOKEN.http_api(), "rawPath": "/within"}
        event["requestContext"]["http"]["path"] = "/within"
        with self.assertRaises(RuntimeError):
            resolve(app, event, CONTEXT)
        self.assertEqual(passed, [])

    def test_the_claims_are_those_of_the_guards_door(self) -> None:
        app = APIGatewayRestResolver()
        app.use(middlewares=[guarded(Guard.either_token(), Claims.from_rest_cognito)])

        @app.get("/items", middlewares=[guarded(GUARD, Claims.from_rest_cognito)])
        def items() -> list[str]:
            return [claims(app).door.value, claims(app).org_id()]

        # Beside a mark of another authorizer the event leaves the door in doubt.
        event = TOKEN.rest_cognito()
        event["requestContext"]["authorizer"]["jwt"] = {"claims": TOKEN.claim("org_id", "globex").payload}
        self.assertEqual(self.told(resolve(app, event, CONTEXT)), ["rest_cognito", "acme"])


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
        apps: list[Any] = [AppSyncResolver(), AppSyncRouter()]
        for app in apps:
            for call in (claims, refuse, lambda app: resolve(app, TOKEN.appsync(), CONTEXT)):
                with self.assertRaises(TypeError):
                    call(app)


if __name__ == "__main__":
    unittest.main()
