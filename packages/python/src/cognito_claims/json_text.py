"""JSON, as strictly as the other readers take it.

Python's parser takes `NaN` and halves of characters, its numbers have no end, and its errors hold
the whole text; and what reaches a handler as an event need not have been parsed by it at all.
"""

from __future__ import annotations

import json
import re
from typing import Final, TypeGuard

from .encoding import is_unicode

DEPTH_LIMIT: Final = 127
"""How deep arrays and objects may stand in each other. SPEC: `serde_json` stops there."""

_JSON: Final = frozenset({str, int, float, bool, list, dict, type(None)})
_MARK: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')


class NoJson(Exception):
    """The value is no JSON. Knows nothing about it."""


def parse(text: str) -> object:
    """The value of a JSON text. Raises `NoJson`, which has neither a cause nor a context."""
    try:
        value: object = json.loads(
            text, parse_constant=_refuse, parse_float=_float, parse_int=_int
        )
        written = json.dumps(value, ensure_ascii=False)
        if is_unicode(written) and _depth(written) <= DEPTH_LIMIT:
            return value
    except (ValueError, RecursionError):
        pass
    # Outside of the handler: the parser's error holds the text.
    raise NoJson


def exact(value: object) -> object:
    """A value as `json.loads` would give it: text, numbers, lists and objects of the plain types.

    Anything else (`Decimal`, bytes, dates) stays what it is, and no claim type takes it.
    """
    if type(value) in _JSON:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__index__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if is_list(value):
        return [*value]
    if is_object(value):
        return {**value}
    return value


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Whether a value is an object; whether its names are texts is not looked at."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[object]]:
    """Whether a value is an array."""
    return isinstance(value, list)


def copied(value: object, depth: int = 0) -> object:
    """A JSON value that shares nothing with the event. Raises `NoJson` for anything else."""
    value = exact(value)
    if depth == DEPTH_LIMIT and isinstance(value, (dict, list)):
        raise NoJson
    if is_list(value):
        return [copied(element, depth + 1) for element in value]
    if is_object(value):
        return {_name(name): copied(member, depth + 1) for name, member in value.items()}
    if isinstance(value, float) and value - value != 0.0:
        raise NoJson  # An infinity, or no number.
    if type(value) not in _JSON or (isinstance(value, str) and not is_unicode(value)):
        raise NoJson
    return value


def _name(name: object) -> str:
    if not isinstance(name, str) or not is_unicode(name):
        raise NoJson
    return str.__str__(name)


def _depth(written: str) -> int:
    """How deep a JSON text nests, at most: brackets in texts count, too, but only if there are many."""
    if written.count("[") + written.count("{") <= DEPTH_LIMIT:
        return 0
    deepest = depth = 0
    for mark in _MARK.findall(written):
        depth += 1 if mark in "[{" else -1 if mark in "]}" else 0
        deepest = max(deepest, depth)
    return deepest


def _refuse(_: str) -> object:
    raise NoJson


def _float(text: str) -> float:
    number = float(text)
    if number - number != 0.0:
        raise NoJson
    return number


def _int(text: str) -> int | float:
    # Beyond 64 bits a number is a float to the others; `int` of thousands of digits is slow, too.
    return int(text) if len(text) <= 20 else _float(text)
