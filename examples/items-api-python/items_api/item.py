"""What an item is, how a caller writes one, and what a caller sees of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import NewType, NoReturn

from .caller import Caller
from .problem import Problem
from .request import Request

BODY_LIMIT = 16 * 1024
"""The longest body that is read, in bytes."""

Id = NewType("Id", str)
"""A name for an item that its maker chooses: 1 to 64 letters, digits, `-`, `.` and `_`."""


@dataclass(frozen=True)
class NewItem:
    """What a caller writes."""

    id: Id
    name: str


@dataclass(frozen=True)
class Item:
    """An item as it is kept."""

    id: Id
    name: str
    created_at: int
    """In seconds since 1970."""
    created_by: str
    """`Caller.name` of who made it."""

    def is_as_asked_for(self, other: Item) -> bool:
        """Whether the same caller asked for the same, at whatever time."""
        return (self.id, self.name, self.created_by) == (other.id, other.name, other.created_by)

    def shown_to(self, caller: Caller) -> dict[str, object]:
        shown: dict[str, object] = {
            "id": self.id, "name": self.name, "created_at": self.created_at,
        }
        if caller.sees_authors:
            shown["created_by"] = self.created_by
        return shown


def parse_id(text: str) -> Id | None:
    """The text as an id, if it is one."""
    return Id(text) if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", text) else None


def of_body(request: Request) -> NewItem:
    """Reads a request's body, if it says that it is JSON: a text that merely looks like it may mean
    something else."""
    if not _is_json(request.content_type):
        raise Problem.unsupported_media_type()
    body = request.body()
    if len(body) > BODY_LIMIT:
        raise Problem.too_large(BODY_LIMIT)
    members = _json(body)
    if not isinstance(members, _Members):
        raise _other_form("")
    # A field besides, or one twice, is refused, because ignoring it would lose what the caller meant.
    if len(members.pairs) > 2:
        raise _other_form(" alone")
    by_name = dict(members.pairs)
    item_id, name = by_name.get("id"), by_name.get("name")
    item_id = parse_id(item_id) if isinstance(item_id, str) else None
    if item_id is None:
        raise _other_form(" at `id`")
    if not isinstance(name, str) or not _is_name(name):
        raise _other_form(" at `name`")
    return NewItem(item_id, name)


def _is_json(media_type: str) -> bool:
    """Whatever parameters there are.

    SPEC: RFC 9110, 8.3.1: in any letters, with blanks and tabs before the parameters.
    """
    return media_type.split(";")[0].strip(" \t").lower() == "application/json"


@dataclass(frozen=True)
class _Members:
    """A JSON object as it was sent."""

    pairs: list[tuple[str, object]]


def _json(body: bytes) -> object:
    # Python's own texts quote what was sent.
    try:
        return json.loads(body.decode(), object_pairs_hook=_Members, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        place = f" at line {error.lineno}, column {error.colno}"
    except (ValueError, RecursionError):
        place = ""
    raise Problem.bad_request(f"the body is not JSON{place}")


def _no_number(_: str) -> NoReturn:
    """Python would take `NaN` and `Infinity`, which are no JSON."""
    raise ValueError


def _is_name(text: str) -> bool:
    """1 to 200 characters, and no half of one."""
    return 1 <= len(text) <= 200 and not re.search("[\ud800-\udfff]", text)


def _other_form(place: str) -> Problem:
    return Problem.bad_request(f'the body is not of the form {{"id": …, "name": …}}{place}')
