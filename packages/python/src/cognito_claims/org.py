"""The organisation and its tier, typed.

Both are open sets of words: the contract fixes their names, not their values. How tiers rank is the
application's business (`Guard.tier_at_least`).
"""

from __future__ import annotations

from typing import Final, TypeVar

from .door import Source
from .errors import unexpected
from .value import TEXT, ClaimType


class _Word(str):
    __slots__ = ()

    def __init__(self, _: str) -> None:
        if not self:
            raise ValueError("text that is not empty expected")


class OrgId(_Word):
    """An organisation's id: text that is not empty."""

    __slots__ = ()


class Tier(_Word):
    """What an organisation has paid for: any word, such as `pro`.

    An application that knows all its tiers reads its own `enum.Enum` or `Literal` instead.
    """

    __slots__ = ()


W = TypeVar("W", bound=_Word)


class WordType(ClaimType[W]):
    """How `OrgId` and `Tier` are read."""

    __slots__ = ("_word",)

    def __init__(self, word: type[W]) -> None:
        self._word = word

    def claim(self, value: object, name: str, source: Source) -> W:
        return self._made(TEXT.claim(value, name, source))

    def plain(self, value: object) -> W:
        return self._made(TEXT.plain(value))

    def _made(self, text: str) -> W:
        if not text:
            raise unexpected("what the asked type accepts")
        return self._word(text)


ORG: Final = WordType(OrgId)
TIER: Final = WordType(Tier)
