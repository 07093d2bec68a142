"""Powertools for AWS Lambda (Python), event handler of API Gateway: checked claims, and the answer to a refusal.

    app = APIGatewayHttpResolver()
    refuse(app)
    app.use(middlewares=[guarded(GUARD)])

    @app.get("/orders")
    def orders() -> list[str]:
        org = claims(app).org_id()

    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        return resolve(app, event, context)

Claims come from the event that Lambda was invoked with, never from a header.

Powertools keeps the event in one place for all apps and threads, `current_event`, so that beside another request
a handler would find that one's caller. That is why `resolve` stands for `app.resolve` here: a guard reads the event
that it was given, and raises `RuntimeError` without one, or if Powertools is already at another. Answer one
request at a time: paths and bodies are in that place as well. For the same reason `app.resolve_async` has no guards.

`AppSyncResolver` needs no adapter: `Claims.from_appsync(app.current_event.raw_event)` in a resolver, and
`Claims.from_appsync(event.raw_event)` with the event that a batch resolver is given. In a batch
`app.current_event` is that of an earlier request, maybe of somebody else. A `Refusal` that a resolver raises is
an error of the GraphQL answer.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from aws_lambda_powertools.event_handler import ApiGatewayResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Router

from .claims import Claims
from .errors import ClaimsError
from .guard import Guard
from .refusal import Refusal


class _Request:
    """One request: its event, and the claims that a guard has let through."""

    __slots__ = ("app", "claims", "event")

    def __init__(self, app: ApiGatewayResolver, event: dict[str, Any]) -> None:
        self.app, self.event = app, event
        self.claims: Claims | None = None


# Of this thread, and within it of the innermost `resolve`.
_REQUEST: Final[ContextVar[_Request | None]] = ContextVar("cognito_claims.powertools", default=None)


def resolve(app: ApiGatewayResolver, event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answers a request as `app.resolve` does, and keeps its event for the guards.

    Raises `TypeError` for an `AppSyncResolver`.
    """
    _is_http(app)
    request = _Request(app, event)
    del event  # A reporter of errors shows what a frame knows.
    token = _REQUEST.set(request)
    try:
        return app.resolve(request.event, context)
    finally:
        _REQUEST.reset(token)


def claims(app: ApiGatewayResolver | Router) -> Claims:
    """The claims that `guarded` has let through, of the request that the app, or the app of a router, is answering.

    Raises `RuntimeError` on a route without guard, and `TypeError` for an `AppSyncResolver`.
    """
    _is_http(app)
    request = _REQUEST.get()
    owner = app.api_resolver if isinstance(app, Router) else app
    if request is None or request.app is not owner or request.claims is None:
        raise RuntimeError("no claims: this route of the app has no middleware `guarded`")
    return request.claims


def guarded(
    guard: Guard, through: Callable[[object], Claims] = Claims.from_event
) -> Callable[[ApiGatewayResolver, Callable[..., Response[Any]]], Response[Any]]:
    """A middleware, of the app or of one route: lets a request through that the guard does, and answers others.
    `through` is the constructor of the front door.

    It raises `RuntimeError` where `resolve` was not called, or Powertools is already at another request.
    """

    def middleware(
        app: ApiGatewayResolver, next_middleware: Callable[..., Response[Any]]
    ) -> Response[Any]:
        request = _request(app)
        try:
            opened = through(request.event)
            guard.check(opened)
        except ClaimsError as error:
            return _respond(error)
        before, request.claims = request.claims, opened
        try:
            return next_middleware(app)
        finally:
            request.claims = before

    return middleware


def refuse(app: ApiGatewayResolver | Router) -> None:
    """Answers what handlers raise: 401 or 403, `WWW-Authenticate`, `application/problem+json`.

    Raises `TypeError` for an `AppSyncResolver`, where an answer would be taken for data.
    """
    _is_http(app)
    app.exception_handler(ClaimsError)(_respond)


def _request(app: ApiGatewayResolver) -> _Request:
    request = _REQUEST.get()
    if request is None or request.app is not app:
        raise RuntimeError("no event to guard: call cognito_claims.powertools.resolve(app, event, context)")
    if app.current_event.raw_event is not request.event:
        raise RuntimeError("Powertools is at another request: let it answer one at a time")
    return request


def _is_http(app: object) -> None:
    if not isinstance(app, (ApiGatewayResolver, Router)):
        raise TypeError("for the event handlers of API Gateway only")


def _respond(error: ClaimsError) -> Response[Any]:
    refusal = Refusal.of(error)
    headers = refusal.headers()
    content_type = headers.pop("content-type")
    return Response(refusal.status, content_type, refusal.body(), headers)
