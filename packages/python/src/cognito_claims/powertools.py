"""Powertools for AWS Lambda (Python), event handler of API Gateway: checked claims, and the answer to a refusal.

    app = APIGatewayHttpResolver()
    refuse(app)
    app.use(middlewares=[guarded(GUARD)])

    @app.get("/orders")
    def orders() -> list[str]:
        org = claims(app).org_id()

Claims come from the event that Lambda was invoked with, never from a header.

`AppSyncResolver` needs no adapter: `Claims.from_appsync(app.current_event.raw_event)` in a resolver, and
`Claims.from_appsync(event.raw_event)` with the event that a batch resolver is given. In a batch
`app.current_event` is that of an earlier request, maybe of somebody else. A `Refusal` that a resolver raises is
an error of the GraphQL answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import ApiGatewayResolver, Response

from .bits import BitsError
from .claims import Claims
from .errors import ReadError
from .guard import Guard
from .refusal import Refusal


def claims(
    app: ApiGatewayResolver, through: Callable[[object], Claims] = Claims.from_event
) -> Claims:
    """The claims of the request that the app is answering. `through` is the constructor of the front door.

    Raises `ReadError`, which `refuse` answers, and `TypeError` for an `AppSyncResolver`.
    """
    _is_http(app)
    return through(app.current_event.raw_event)


def guarded(
    guard: Guard, through: Callable[[object], Claims] = Claims.from_event
) -> Callable[[ApiGatewayResolver, Callable[..., Response[Any]]], Response[Any]]:
    """A middleware, of the app or of one route: lets a request through that the guard does, and answers others."""

    def middleware(
        app: ApiGatewayResolver, next_middleware: Callable[..., Response[Any]]
    ) -> Response[Any]:
        try:
            guard.check(claims(app, through))
        except (ReadError, BitsError, Refusal) as error:
            return _respond(error)
        return next_middleware(app)

    return middleware


def refuse(app: ApiGatewayResolver) -> None:
    """Answers what handlers raise: 401 or 403, `WWW-Authenticate`, `application/problem+json`.

    Raises `TypeError` for an `AppSyncResolver`, where an answer would be taken for data.
    """
    _is_http(app)
    app.exception_handler([Refusal, ReadError, BitsError])(_respond)


def _is_http(app: object) -> None:
    if not isinstance(app, ApiGatewayResolver):
        raise TypeError("for the event handlers of API Gateway only")


def _respond(error: ReadError | BitsError | Refusal) -> Response[Any]:
    refusal = error if isinstance(error, Refusal) else Refusal.of(error)
    headers = refusal.headers()
    content_type = headers.pop("content-type")
    return Response(refusal.status, content_type, refusal.body(), headers)
