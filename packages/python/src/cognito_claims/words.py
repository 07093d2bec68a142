"""A list of plain words, such as roles or permissions, and whether the token has all of it.

The trigger may write only the beginning of a list and name it in the marker `claims_cut`; then what is
not in the beginning is unknown.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Final

from .door import Source
from .encoding import is_list_word
from .errors import unexpected
from .value import TEXTS, ClaimType


class Listed(enum.Enum):
    """What is known of one word of a list claim."""

    YES = "yes"
    """The token lists it."""
    NO = "no"
    """The token has the whole list, and it is not in it."""
    UNKNOWN = "unknown"
    """The token doesn't say: the list is missing or cut. Deny, or ask elsewhere."""

    def is_listed(self) -> bool:
        """Whether the token certainly lists it."""
        return self is Listed.YES

    def __bool__(self) -> bool:
        # Every member would be true, unknown as well.
        raise TypeError("compare with Listed.YES, or ask is_listed()")


def listed(there: bool, whole: bool) -> Listed:
    """What is known of an element of a list that is whole or not."""
    return Listed.YES if there else Listed.NO if whole else Listed.UNKNOWN


class Words:
    """The words of a list claim.

    As the annotation of a field it reads the forms `comma`, `space` and `list` at every front door. Of a
    claim that is missing or cut, a word that isn't listed is unknown.
    """

    __slots__ = ("_whole", "_words")

    def __init__(self, words: list[str], *, whole: bool) -> None:
        self._words, self._whole = tuple(words), whole

    @classmethod
    def unknown(cls) -> Words:
        """The list of a token that doesn't say: every word is unknown."""
        return cls([], whole=False)

    def contains(self, word: str) -> Listed:
        """What is known of one word."""
        return listed(word in self._words, self._whole)

    def is_whole(self) -> bool:
        """Whether these are all: the claim is there, and the trigger has cut nothing off."""
        return self._whole

    def __iter__(self) -> Iterator[str]:
        """The words that are certainly there, in the token's order."""
        return iter(self._words)

    # `in` would answer no for what is unknown.
    __contains__ = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Words):
            return NotImplemented
        return (self._words, self._whole) == (other._words, other._whole)

    def __hash__(self) -> int:
        return hash((self._words, self._whole))

    def __repr__(self) -> str:
        return f"Words({list(self._words)!r}, whole={self._whole})"


class WordsType(ClaimType[Words]):
    """How `Words` are read."""

    __slots__ = ()

    def absent(self) -> Words:
        return Words.unknown()

    def claim(self, value: object, name: str, source: Source) -> Words:
        return _plain_words(TEXTS.claim(value, name, source), not source.is_cut(name))

    def element(self, value: object, name: str, source: Source) -> Words:
        if value is None:
            return Words.unknown()
        return _plain_words(TEXTS.element(value, name, source), not source.is_cut(name))

    def plain(self, value: object) -> Words:
        return Words.unknown() if value is None else _plain_words(TEXTS.plain(value), False)


def _plain_words(words: list[str], whole: bool) -> Words:
    # Another word would be two at a front door that flattens.
    if not all(map(is_list_word, words)):
        raise unexpected("what the asked type accepts")
    return Words(words, whole=whole)


WORDS: Final = WordsType()
