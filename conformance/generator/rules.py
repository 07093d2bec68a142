"""What a reader must say of a claim that is no list, from the token's value and what the door shows.

Stated from the truth. A door that keeps a value gives it back; what another token would have shown
alike is `ambiguous`; another type than the token's is `unexpected`. Where a door shows scalars as
text, the reader can't tell `5` from `"5"`, so each counts as the other everywhere.

`None` stands for "not in the corpus": the contract doesn't say, or two readings are defensible.
"""

import json
import math
import re

from .doors import HTTP_API, KEEP_JSON, REST_COGNITO, parsed

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
WHOLE = re.compile(r"-?[0-9]+")
FLAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
UNEXPECTED = {"error": "unexpected"}
AMBIGUOUS = {"error": "ambiguous"}
MISSING = {"error": "missing"}


def good(expected):
    return {"value": expected}


def in_64_bits(number: int) -> bool:
    return -(2**63) <= number < 2**64


def text(door: str, truth, show):
    """Text reads as it stands. Numbers and booleans count as their text, which doors show."""
    if isinstance(truth, str):
        return good(truth)
    if door not in KEEP_JSON:
        return good(show)
    if isinstance(truth, bool) or (type(truth) is int and in_64_bits(truth)):
        return good(json.dumps(truth))
    return UNEXPECTED


def integer(door: str, truth, show):
    if isinstance(truth, str):
        whole = WHOLE.fullmatch(truth) is not None and in_64_bits(int(truth))
        return good(int(truth)) if whole else UNEXPECTED
    if type(truth) is int and in_64_bits(truth):
        return good(truth)
    return looks_like_its_element(door, truth)


def plain(number: float):
    """`5` and not `5.0`: some JSON parsers take a whole number with a fraction for another number."""
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def number(door: str, truth, show):
    if isinstance(truth, str):
        finite = NUMBER.fullmatch(truth) is not None and math.isfinite(float(truth))
        return good(plain(float(truth))) if finite else UNEXPECTED
    if type(truth) in (int, float):
        return good(plain(float(truth)))
    return looks_like_its_element(door, truth)


def boolean(door: str, truth, show):
    """In any ASCII case: mapped attributes have been seen as `True`."""
    if isinstance(truth, bool):
        return good(truth)
    if isinstance(truth, str) and truth.lower() in ("true", "false") and truth.isascii():
        return good(truth.lower() == "true")
    return looks_like_its_element(door, truth)


def looks_like_its_element(door: str, truth):
    """Where a list is joined without brackets, one element looks like no list: nothing is said."""
    joined = isinstance(truth, list) and len(truth) == 1 and door not in (HTTP_API, *KEEP_JSON)
    return None if joined else UNEXPECTED


def as_it_stands(door: str, truth, show):
    """Nothing in particular: JSON where the door keeps it, else the text that it shows."""
    return good(show)


def an_object(door: str, truth, show):
    if isinstance(truth, dict):
        # `map[a:b c:d]`: without quotes, so that a value may hold what looks like a member.
        return AMBIGUOUS if door == HTTP_API else good(truth)
    if isinstance(truth, str) and truth.startswith("{"):
        # Version 1 of the trigger's event carries text only, so that an object is its JSON text.
        try:
            return good(parsed(truth))
        except ValueError:
            return AMBIGUOUS
    if isinstance(truth, str) and door == HTTP_API and truth.startswith("map["):
        return AMBIGUOUS
    if isinstance(truth, list) and truth and isinstance(truth[0], dict) and door == REST_COGNITO:
        # The JSON texts of objects, joined by commas: one looks like an object, several like none.
        return None if len(truth) == 1 else AMBIGUOUS
    # Words that look like an object there: either answer is true.
    return None if isinstance(truth, list) and isinstance(show, str) and show.startswith("{") else UNEXPECTED


def a_word(door: str, truth, show):
    """An organisation or a tier: text that isn't empty."""
    read = text(door, truth, show)
    return UNEXPECTED if read == good("") else read


SCALARS = {
    "text": text,
    "integer": integer,
    "number": number,
    "boolean": boolean,
    "json": as_it_stands,
    "object": an_object,
    "org_id": a_word,
    "tier": a_word,
}
