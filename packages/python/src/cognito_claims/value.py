"""One claim, undone by the type asked for.

Never by looks: asked for text, `[a b]` is that text; asked for a list, it is two words. What can't be
undone is an error and never a guess. `crates/claims/src/value.rs` is the model.

A claim type reads in two places: `claim` a claim or an element of a list claim, where the front door
may have flattened it; and `plain` what stands in a JSON text, where JSON is plain JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Generic, TypeVar

from . import date
from .door import Form, Source
from .encoding import is_unicode
from .errors import ReadError, ambiguous, missing, unexpected
from .json_text import LEAST, MOST, NoJson, copied, exact, is_list, is_object, parse
from .lists import LIST, json_list, words

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_WHOLE_TEXT: Final = re.compile(r"-?[0-9]+")
# Each character can be taken in one way only, so that no text takes long to refuse.
_NUMBER_TEXT: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


class ClaimType(Generic[T_co]):
    """How one type is read. Values come in the plain types of `json.loads`, or in none of them."""

    __slots__ = ()

    def absent(self) -> T_co:
        """What a claim that is not there gives."""
        raise missing()

    def claim(self, value: object, name: str, source: Source) -> T_co:
        """A claim that is not null."""
        raise NotImplementedError

    def element(self, value: object, name: str, source: Source) -> T_co:
        """An element of a list claim, which may be null."""
        return self.claim(value, name, source)

    def plain(self, value: object) -> T_co:
        """A value in a JSON text."""
        raise NotImplementedError


def _not_plain() -> ReadError:
    return unexpected("a list of the asked type")


def _in_range(number: int) -> bool:
    return LEAST <= number <= MOST


class Text(ClaimType[str]):
    """Text. Whole numbers and booleans count as their text, because the doors that flatten show them
    so, and the difference can't be told there."""

    __slots__ = ()

    def claim(self, value: object, name: str, source: Source) -> str:
        if isinstance(value, str):
            if is_unicode(value):
                return value
        elif isinstance(value, bool):
            return "true" if value else "false"
        elif isinstance(value, int) and _in_range(value):
            return str(value)
        raise unexpected("text")

    def plain(self, value: object) -> str:
        if isinstance(value, str):
            return value
        raise _not_plain()


class Integer(ClaimType[int]):
    """A whole number of 64 bits, with a sign or without. Times are seconds since 1970."""

    __slots__ = ()

    def claim(self, value: object, name: str, source: Source) -> int:
        number = None
        if isinstance(value, str):
            number = _whole(value, source.form)
        elif isinstance(value, int) and not isinstance(value, bool):
            number = value
        if number is None or not _in_range(number):
            raise unexpected("a whole number")
        return number

    def plain(self, value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and _in_range(value):
            return value
        raise _not_plain()


def _whole(text: str, form: Form) -> int | None:
    if _WHOLE_TEXT.fullmatch(text):
        sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text)
        digits = digits.lstrip("0")
        # `int` refuses thousands of digits by an error of its own.
        return int(f"{sign}{digits or '0'}") if len(digits) <= 20 else None
    return date.seconds(text) if form is Form.JAVA else None


class Moment(Integer):
    """Seconds since 1970."""

    __slots__ = ()

    def claim(self, value: object, name: str, source: Source) -> int:
        number = super().claim(value, name, source)
        if number < 0:
            raise unexpected("in the range of the asked type")
        return number


class Number(ClaimType[float]):
    """A finite number."""

    __slots__ = ()

    def claim(self, value: object, name: str, source: Source) -> float:
        number = None
        if isinstance(value, str):
            number = _number(value, source.form)
        else:
            number = _float(value)
        # Neither an infinity nor `NaN` less itself is nothing.
        if number is None or number - number != 0.0:
            raise unexpected("a number")
        return number

    def plain(self, value: object) -> float:
        number = _float(value)
        if number is None or number - number != 0.0:
            raise _not_plain()
        return number


def _number(text: str, form: Form) -> float | None:
    if _NUMBER_TEXT.fullmatch(text):
        return float(text)
    return _float(date.seconds(text)) if form is Form.JAVA else None


def _float(value: object) -> float | None:
    if isinstance(value, float):
        return value
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


class Boolean(ClaimType[bool]):
    """True or false, in letters of either case: mapped attributes have been seen as `True`."""

    __slots__ = ()

    def claim(self, value: object, name: str, source: Source) -> bool:
        if isinstance(value, str) and value.isascii():
            value = {"true": True, "false": False}.get(value.lower())
        if isinstance(value, bool):
            return value
        raise unexpected("true or false")

    def plain(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        raise _not_plain()


class Json(ClaimType[object]):
    """Asked for nothing in particular: the value as it stands, text as text."""

    __slots__ = ()

    def claim(self, value: object, name: str, source: Source) -> object:
        try:
            return copied(value)
        except NoJson:
            pass
        raise unexpected("of the asked type")

    def plain(self, value: object) -> object:
        return value


class Object(ClaimType[dict[str, object]]):
    """An object: below the top level JSON is plain JSON."""

    __slots__ = ()

    def claim(self, value: object, name: str, source: Source) -> dict[str, object]:
        if isinstance(value, str) and value[:1] == "{":
            # An emulator, or a JSON claim of a version 1 trigger event.
            value = _parsed_object(value)
        elif isinstance(value, str) and value[:4] == "map[" and source.form is Form.GO:
            raise ambiguous("an object is flattened without quotes here and can't be restored")
        if not is_object(value):
            raise unexpected("an object")
        members = JSON.claim(value, name, source)
        return members if is_object(members) else {}

    def plain(self, value: object) -> dict[str, object]:
        if is_object(value):
            return value
        raise _not_plain()


def _parsed_object(text: str) -> object:
    try:
        return parse(text)
    except NoJson:
        pass
    raise ambiguous("the object is not JSON text")


class ListOf(ClaimType[list[T]]):
    """A list, in the token's order."""

    __slots__ = ("_of",)

    def __init__(self, of: ClaimType[T]) -> None:
        self._of = of

    def claim(self, value: object, name: str, source: Source) -> list[T]:
        if is_list(value):
            return [self._of.element(exact(element), name, source) for element in value]
        if not isinstance(value, str):
            raise unexpected(LIST)
        parsed = json_list(name, value, source.form)
        if parsed is not None:
            return self.plain(parsed)
        return [self._of.element(word, name, source) for word in words(name, value, source)]

    def element(self, value: object, name: str, source: Source) -> list[T]:
        if isinstance(value, str):
            if source.form is Form.JSON:
                raise unexpected(LIST)
            raise ambiguous("a list in a list is flattened here and can't be restored")
        return self.claim(value, name, source)

    def plain(self, value: object) -> list[T]:
        if is_list(value):
            return [self._of.plain(element) for element in value]
        raise _not_plain()


class OptionalOf(ClaimType["T | None"]):
    """A claim that may be missing."""

    __slots__ = ("_of",)

    def __init__(self, of: ClaimType[T]) -> None:
        self._of = of

    def absent(self) -> T | None:
        return None

    def claim(self, value: object, name: str, source: Source) -> T | None:
        return self._of.claim(value, name, source)

    def element(self, value: object, name: str, source: Source) -> T | None:
        return None if value is None else self._of.element(value, name, source)

    def plain(self, value: object) -> T | None:
        return None if value is None else self._of.plain(value)


class WordOf(ClaimType[T]):
    """One of the words that the application knows."""

    __slots__ = ("_expected", "_words")

    def __init__(self, known: Mapping[str, T]) -> None:
        self._words = dict(known)
        self._expected = "one of the words " + ", ".join(f"`{word}`" for word in known)

    def claim(self, value: object, name: str, source: Source) -> T:
        if not isinstance(value, str):
            raise unexpected("a word")
        if value not in self._words:
            raise unexpected(self._expected)
        return self._words[value]

    def plain(self, value: object) -> T:
        if isinstance(value, str) and value in self._words:
            return self._words[value]
        raise _not_plain()


TEXT: Final = Text()
INTEGER: Final = Integer()
MOMENT: Final = Moment()
NUMBER: Final = Number()
BOOLEAN: Final = Boolean()
JSON: Final = Json()
OBJECT: Final = Object()
TEXTS: Final = ListOf(TEXT)
