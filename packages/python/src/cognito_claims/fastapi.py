"""FastAPI on Lambda, behind Mangum: dependencies that give checked claims, and the answer to a refusal.

    app = FastAPI()
    refuse(app)

    @app.get("/orders")
    async def orders(claims: Annotated[OrderClaims, Depends(reading(OrderClaims, GUARD))]) -> list[str]: ...

    handler = Mangum(app, text_mime_types=[*DEFAULT_TEXT_MIME_TYPES, "application/problem+json"])

Without that list Mangum takes a problem document for binary, and a REST API that knows no binary types would pass
it on as base64.

Claims come from the event that Mangum keeps in the ASGI scope and from nowhere else: what a caller can
write, such as the header in which the Lambda Web Adapter passes an event on, is never looked at. Under another
server there is no event, and every request is refused.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from fastapi import FastAPI, Request, Response
from starlette.requests import HTTPConnection

from .claims import Claims
from .errors import ClaimsError
from .guard import Guard
from .refusal import Refusal

T = TypeVar("T")

_EVENT: Final = "aws.event"
"""SPEC: Mangum's documentation, "Lambda events and context": the key of the ASGI scope."""


def claims(
    guard: Guard, through: Callable[[object], Claims] = Claims.from_event
) -> Callable[[HTTPConnection], Awaitable[Claims]]:
    """A dependency: the claims of the request, checked. `through` is the constructor of the front door.

    It raises `ClaimsError`, which `refuse` answers.
    """

    async def dependency(connection: HTTPConnection) -> Claims:
        opened = through(connection.scope.get(_EVENT))
        guard.check(opened)
        return opened

    return dependency


def reading(
    kind: type[T], guard: Guard, through: Callable[[object], Claims] = Claims.from_event
) -> Callable[[HTTPConnection], Awaitable[T]]:
    """A dependency: a dataclass of claims, as `Claims.read` gives it, from checked claims."""
    checked = claims(guard, through)

    async def dependency(connection: HTTPConnection) -> T:
        return (await checked(connection)).read(kind)

    return dependency


def refuse(app: FastAPI) -> None:
    """Answers what the dependencies raise: 401 or 403, `WWW-Authenticate`, `application/problem+json`."""
    app.add_exception_handler(ClaimsError, _respond)


async def _respond(_: Request, error: Exception) -> Response:
    if not isinstance(error, ClaimsError):
        raise error
    refusal = Refusal.of(error)
    return Response(refusal.body(), refusal.status, refusal.headers())
