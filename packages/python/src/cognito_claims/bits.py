"""The encoding `bits`: many flags in few bytes.

    1.40.9f3c2a1b.5
    │ │  │        └ a hexadecimal number; bit i is flag i of the catalogue (here flags 0 and 2)
    │ │  └ FNV-1a (32 bits, 8 hex digits) of the first 40 names, each followed by a line feed
    │ └ how many flags the writer knew, decimal
    └ version of this format

The number is lower case without leading zeros; the empty set is `0`. The catalogue is a list to which
names are only ever appended. A reader takes the first `count` names of its own list and compares the
fingerprint, so that a reordered list is noticed instead of misread. A flag at or beyond `count` is
unknown: it is not off, the writer just didn't know it. `crates/claims/src/bits.rs` is the model.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final, Literal

from .encoding import is_flag
from .errors import ClaimsError

CATALOGUE_LIMIT: Final = 1024
"""Most flags in one catalogue."""

_VERSION: Final = "1"
_COUNT: Final = re.compile(r"0|[1-9][0-9]*")
_PRINT: Final = re.compile(r"[0-9a-f]{8}")
_NUMBER: Final = re.compile(r"0|[1-9a-f][0-9a-f]*")

CatalogueErrorCode = Literal["not_plain", "duplicate", "too_many"]
BitsErrorCode = Literal["form", "version", "longer_catalogue", "other_catalogue"]

_BITS_TEXTS: Final[dict[str, str]] = {
    "form": "not a flag set of the form version.count.fingerprint.number",
    "version": "unknown version of the flag set",
    "longer_catalogue": "the flag set was written with a longer catalogue",
    "other_catalogue": "the flag set was written with another catalogue",
}


class CatalogueError(ValueError):
    """Why a list of names is no catalogue."""

    def __init__(self, code: CatalogueErrorCode, position: int | None = None) -> None:
        """`position` counts from 0."""
        texts = {
            "not_plain": f"flag {position} is not a plain name",
            "duplicate": f"flag {position} is in the list already",
            "too_many": f"more than {CATALOGUE_LIMIT} flags",
        }
        super().__init__(texts[code])
        self.code: CatalogueErrorCode = code
        self.position = position

    def __reduce__(self) -> tuple[type[CatalogueError], tuple[str, int | None]]:
        return CatalogueError, (self.code, self.position)


class BitsError(ClaimsError):
    """Why a text can't be decoded. The text itself is never part of the error.

    In every case all flags are unknown, which a careful reader treats as off.
    """

    def __init__(self, code: BitsErrorCode) -> None:
        """`form`: not of the form; `version`: unknown; `longer_catalogue`: the writer knew more flags;
        `other_catalogue`: the first names differ between writer and reader."""
        super().__init__(_BITS_TEXTS[code])
        self.code: BitsErrorCode = code

    def __reduce__(self) -> tuple[type[BitsError], tuple[str]]:
        return BitsError, (self.code,)


class Catalogue:
    """The ordered, append-only list of flags that writer and reader share."""

    __slots__ = ("_names", "_prints")

    def __init__(self, names: Sequence[str]) -> None:
        """Takes the names in their fixed order.

        Raises `CatalogueError`: a name that isn't plain or stands there twice, or too many names.
        """
        if isinstance(names, str):
            raise TypeError("a catalogue is a list of names, not one text")
        if len(names) > CATALOGUE_LIMIT:
            raise CatalogueError("too_many")
        seen: set[str] = set()
        for position, name in enumerate(names):
            if not is_flag(name):
                raise CatalogueError("not_plain", position)
            if name in seen:
                raise CatalogueError("duplicate", position)
            seen.add(name)
        self._names = tuple(names)
        self._prints: dict[int, str] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names in their order."""
        return self._names

    def encode(self, on: Collection[str]) -> str:
        """Encodes the flags that are on. One that isn't in the catalogue can't be written and stays out."""
        number = sum(1 << bit for bit, name in enumerate(self._names) if name in on)
        count = len(self._names)
        return f"{_VERSION}.{count}.{self._print(count)}.{number:x}"

    def decode(self, text: str) -> tuple[frozenset[str], frozenset[str]]:
        """The flags that are on, and those that the writer knew: any of these that isn't on is off.

        Raises `BitsError`.
        """
        decoded = self._decoded(text)
        del text  # A reporter of errors shows what a frame knows.
        if isinstance(decoded, BitsError):
            raise decoded
        return decoded

    def _decoded(self, text: object) -> tuple[frozenset[str], frozenset[str]] | BitsError:
        """As `decode`, for a value of any type; the error is returned, because this frame knows the text."""
        parts = text.split(".") if isinstance(text, str) else []
        if len(parts) != 4:
            return BitsError("form")
        version, count, fingerprint, number = parts
        if version != _VERSION:
            return BitsError("version")
        # A number of 64 bits; `int` is slow with thousands of digits.
        if not _COUNT.fullmatch(count) or len(count) > 20 or int(count) >= 1 << 64:
            return BitsError("form")
        if int(count) > len(self._names):
            return BitsError("longer_catalogue")
        known = self._names[: int(count)]
        if not _PRINT.fullmatch(fingerprint):
            return BitsError("form")
        if fingerprint != self._print(len(known)):
            return BitsError("other_catalogue")
        # Four flags a digit. A bit beyond the count names no flag: the text isn't ours.
        if not _NUMBER.fullmatch(number) or len(number) > CATALOGUE_LIMIT // 4:
            return BitsError("form")
        bits = int(number, 16)
        if bits >> len(known):
            return BitsError("form")
        on = frozenset(name for bit, name in enumerate(known) if bits >> bit & 1)
        return on, frozenset(known)

    def _print(self, count: int) -> str:
        """FNV-1a, 32 bits: a checksum against mistakes, not against attackers. The token's signature
        guards the claim; this guards the list. Remembered for each count that a writer had."""
        known = self._prints.get(count)
        if known is None:
            hashed = 0x811C_9DC5
            for byte in "".join(f"{name}\n" for name in self._names[:count]).encode("ascii"):
                hashed = (hashed ^ byte) * 0x0100_0193 & 0xFFFF_FFFF
            known = self._prints[count] = f"{hashed:08x}"
        return known

    def __eq__(self, other: object) -> bool:
        return self._names == other._names if isinstance(other, Catalogue) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._names)

    def __repr__(self) -> str:
        return f"Catalogue({list(self._names)!r})"
