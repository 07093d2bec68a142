"""JSON, as strictly as the other readers take it.

Python's parser takes `NaN` and halves of characters, its numbers have no end, its errors hold the whole
text, and how deep it gets depends on how deep its caller stands. And what reaches a handler as an event
need not have been parsed by it at all. So nothing in here calls itself.
"""

from __future__ import annotations

import json
import re
from typing import Final, TypeGuard

from .encoding import is_unicode

DEPTH_LIMIT: Final = 127
"""How deep arrays and objects may stand in each other. SPEC: `serde_json` stops there."""

LEAST: Final = -(1 << 63)
"""The least whole number that is one to all readers."""
MOST: Final = (1 << 64) - 1
"""The greatest."""

_JSON: Final = frozenset({str, int, float, bool, list, dict, type(None)})
# SPEC: RFC 8259. Each character can be taken in one way only.
_TOKEN: Final = re.compile(
    r"""[ \t\n\r]*(?:
    (?P<open>[\[{]) | (?P<close>[\]}]) | (?P<comma>,) | (?P<colon>:) |
    (?P<text>"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*)*") |
    (?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?) |
    (?P<word>true|false|null) |
    (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_WORDS: Final[dict[str, object]] = {"true": True, "false": False, "null": None}

# Which tokens may be next.
_VALUE: Final = frozenset({"open", "text", "number", "word"})
_FIRST: Final = _VALUE | {"close"}
_NAME: Final = frozenset({"text"})
_FIRST_NAME: Final = _NAME | {"close"}
_COLON: Final = frozenset({"colon"})
_NEXT: Final = frozenset({"comma", "close"})
_END: Final = frozenset({"end"})


class NoJson(Exception):
    """The value is no JSON. Knows nothing about it."""


def parse(text: str) -> object:
    """The value of a JSON text. Raises `NoJson`."""
    root: list[object] = []
    opened: list[list[object] | dict[str, object]] = [root]
    name, end, allowed = "", 0, _VALUE
    while True:
        token = _TOKEN.match(text, end)
        kind = None if token is None else token.lastgroup
        if token is None or kind is None or kind not in allowed:
            raise NoJson
        end, written, inner = token.end(), token[kind], opened[-1]
        if kind == "end":
            return root[0]
        if kind == "comma":
            allowed = _VALUE if is_list(inner) else _NAME
        elif kind == "colon":
            allowed = _VALUE
        elif kind == "close":
            if is_list(inner) != (written == "]"):
                raise NoJson
            opened.pop()
            allowed = _NEXT if len(opened) > 1 else _END
        elif allowed in (_NAME, _FIRST_NAME):
            name, allowed = _text(written), _COLON
        else:
            value = _new(written) if kind == "open" else _scalar(kind, written)
            if is_list(inner):
                inner.append(value)
            elif is_object(inner):
                inner[name] = value
            if is_list(value) or is_object(value):
                if len(opened) > DEPTH_LIMIT:
                    raise NoJson
                opened.append(value)
                allowed = _FIRST if is_list(value) else _FIRST_NAME
            else:
                allowed = _NEXT if len(opened) > 1 else _END


def _new(mark: str) -> list[object] | dict[str, object]:
    return [] if mark == "[" else {}


def _scalar(kind: str, written: str) -> object:
    if kind == "text":
        return _text(written)
    return _number(written) if kind == "number" else _WORDS[written]


def _text(written: str) -> str:
    text: str = json.loads(written) if "\\" in written else written[1:-1]
    if not is_unicode(text):
        raise NoJson
    return text


def _number(written: str) -> int | float:
    # Beyond 64 bits a number is a float to the others, and so is `-0`; `int` of thousands of digits is slow, too.
    if len(written) <= 20 and written != "-0" and written.lstrip("-").isdigit():
        whole = int(written)
        if LEAST <= whole <= MOST:
            return whole
    number = float(written)
    if number - number != 0.0:
        raise NoJson
    return number


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


def copied(value: object) -> object:
    """A JSON value that shares nothing with the event. Raises `NoJson` for anything else."""
    root: list[object] = []
    # What is to be copied, where to, and how deep that is.
    pending: list[tuple[object, object, int]] = [([value], root, 0)]
    while pending:
        source, target, depth = pending.pop()
        if is_list(source) and is_list(target):
            target += [_copied(element, depth, pending) for element in source]
        elif is_object(source) and is_object(target):
            for name, member in source.items():
                target[_name(name)] = _copied(member, depth, pending)
    return root[0]


def _copied(value: object, depth: int, pending: list[tuple[object, object, int]]) -> object:
    """A scalar, or a new array or object that is pending."""
    value = exact(value)
    if is_list(value) or is_object(value):
        if depth == DEPTH_LIMIT:
            raise NoJson
        new: object = [] if is_list(value) else {}
        pending.append((value, new, depth + 1))
        return new
    if isinstance(value, float) and value - value != 0.0:
        raise NoJson  # An infinity, or no number.
    if type(value) not in _JSON or (isinstance(value, str) and not is_unicode(value)):
        raise NoJson
    return value


def _name(name: object) -> str:
    if not isinstance(name, str) or not is_unicode(name):
        raise NoJson
    return str.__str__(name)
