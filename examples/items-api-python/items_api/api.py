"""An API of items that belong to organisations, top-down: what a request asks for, who asks, and the
answer. Who asks is read from the token's claims; no database knows the callers.

One code for four front doors: an HTTP API with a JWT authorizer, a REST API with a Cognito authorizer,
and both with a Lambda authorizer. Which paths lead here is their business.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from . import item as items
from . import page as pages
from .caller import Caller
from .log import Log
from .problem import Problem, Response, no_content, response
from .request import Request
from .table import Table

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class ItemsApi:
    """The API on its table."""

    def __init__(self, client: DynamoDBClient, table: str, resource_server: str) -> None:
        """The API on a table with the text keys `pk` and `sk`. Its scopes are `read` and `write` of
        the resource server.

        SPEC: AWS, "Scopes, M2M, and resource servers": `<identifier>/<scope>`.
        """
        self._table = Table(client, table)
        self._read = f"{resource_server}/read"
        self._write = f"{resource_server}/write"

    def handle(self, event: object, now: int, log: Log) -> Response:
        """Answers one event whatever happens, and logs it. `now` is in seconds since 1970."""
        began = time.perf_counter()
        request = Request(event)
        problem = None
        try:
            answer = self._answer(request, now, log)
        except Exception as error:
            problem = Problem.of(error)
            answer = problem.response(log.request_id)
        took = (time.perf_counter() - began) * 1000
        log.answered(request, answer["statusCode"], problem, took)
        return answer

    def _answer(self, request: Request, now: int, log: Log) -> Response:
        match request.method, *request.path.split("/"):
            case "GET", _, *_, "items":
                return self._list(request, now, log)
            case "POST", _, *_, "items":
                return self._create(request, now)
            case "DELETE", _, *_, "items", item_id:
                return self._delete(item_id, request, now)
            case _:
                raise Problem.no_route()

    def _list(self, request: Request, now: int, log: Log) -> Response:
        """`GET /items?limit=…&next=…`: the organisation's items by id, a page at a time."""
        caller = Caller.with_scope(self._read, request, now)
        page = pages.parse(request.parameter("limit"), request.parameter("next"))
        listed = self._table.items(caller.org_id, page)
        if listed.left_out.items > 0:
            log.left_out(listed.left_out)
        return response(200, {
            "items": [item.shown_to(caller) for item in listed.items],
            "next": None if listed.last is None else pages.token(listed.last),
        })

    def _create(self, request: Request, now: int) -> Response:
        """`POST /items` with `{"id": …, "name": …}`: a new item of the organisation."""
        caller = Caller.with_scope(self._write, request, now)
        limit = caller.item_limit()
        new = items.of_body(request)
        asked = items.Item(new.id, new.name, created_at=now, created_by=caller.name)
        added = self._table.add(caller.org_id, asked, limit)
        return response(201 if added.is_new else 200, added.item.shown_to(caller))

    def _delete(self, text: str, request: Request, now: int) -> Response:
        """`DELETE /items/{id}`: by who made the item, or by an admin of the organisation."""
        caller = Caller.with_scope(self._write, request, now)
        item_id = items.parse_id(text)
        if item_id is None:
            raise Problem.no_item()
        self._table.delete(caller.org_id, item_id, None if caller.is_admin else caller.name)
        return no_content()
