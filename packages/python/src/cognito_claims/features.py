"""A set of feature flags, as a reader may know it: on, off, or unknown.

Off is an answer only if the writer knew the flag and the claim is there. Everything else is unknown, and
a careful application treats unknown as off.
"""

from __future__ import annotations

import enum
import re
from typing import Final

from .bits import BitsError, Catalogue
from .door import Source
from .encoding import is_flag
from .errors import unexpected
from .value import TEXTS, ClaimType

_LOOKS_LIKE_BITS: Final = re.compile(r"[0-9]+\.[0-9]+\.([^.]{2,8})\.[^.]*")


class Feature(enum.Enum):
    """What is known of one feature."""

    ON = "on"
    """The token says that it is on."""
    OFF = "off"
    """The token has the set, and the feature is not in it."""
    UNKNOWN = "unknown"
    """The token doesn't say: deny, or ask elsewhere."""

    def is_on(self) -> bool:
        """Whether it is certainly on."""
        return self is Feature.ON

    def __bool__(self) -> bool:
        # Every member would be true, off as well.
        raise TypeError("compare with Feature.ON, or ask is_on()")


class Features:
    """The features of a token.

    As the annotation of a field it reads the forms `comma`, `space` and `list` at every front door. A claim
    that is missing gives a set in which every feature is unknown, and in a set that was cut those that
    aren't on are. A set in the form `bits` needs its catalogue: `Annotated[Features, CATALOGUE]`, or
    `with_catalogue`.
    """

    __slots__ = ("_bits", "_known", "_on", "_whole")

    def __init__(
        self,
        on: frozenset[str],
        *,
        whole: bool,
        known: frozenset[str] | None = None,
        bits: str | None = None,
    ) -> None:
        """`known` are those of which "not on" means "off", or `None` for all; `bits` is a text that waits
        for its catalogue."""
        self._on, self._whole, self._known, self._bits = on, whole, known, bits

    @classmethod
    def unknown(cls) -> Features:
        """The set of a token that doesn't say: every feature is unknown."""
        return cls(frozenset(), whole=False)

    @classmethod
    def from_bits(cls, text: str, catalogue: Catalogue, *, whole: bool = True) -> Features:
        """Decodes a text in the form `bits`. `whole` says whether the claim is there with all of it.

        Raises `BitsError`: another form, or another catalogue.
        """
        features = features_in(text, catalogue, whole)
        del text  # A reporter of errors shows what a frame knows.
        if isinstance(features, BitsError):
            raise features
        return features

    def with_catalogue(self, catalogue: Catalogue) -> Features:
        """Decodes a set that was written in the form `bits`, with the writer's catalogue. A set in another
        form needs none and stays as it is.

        Raises `BitsError`: another catalogue wrote the set.
        """
        if self._bits is None:
            return self
        features = features_in(self._bits, catalogue, self._whole)
        del self
        if isinstance(features, BitsError):
            raise features
        return features

    def feature(self, name: str) -> Feature:
        """What is known of one feature."""
        if name in self._on:
            return Feature.ON
        if not self._whole or self._bits is not None:
            return Feature.UNKNOWN
        return Feature.OFF if self._known is None or name in self._known else Feature.UNKNOWN

    def on(self) -> list[str]:
        """The features that are certainly on, sorted."""
        return sorted(self._on)

    def _all(self) -> tuple[object, ...]:
        return self._on, self._whole, self._known, self._bits

    def __eq__(self, other: object) -> bool:
        return self._all() == other._all() if isinstance(other, Features) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return f"Features(on={self.on()!r}, whole={self._whole})"


def features_in(text: object, catalogue: Catalogue, whole: bool) -> Features | BitsError:
    """As `Features.from_bits`, for a value of any type; the error is returned, because this frame knows the text."""
    decoded = catalogue._decoded(text)  # pyright: ignore[reportPrivateUsage]
    if isinstance(decoded, BitsError):
        return decoded
    on, known = decoded
    return Features(on, whole=whole, known=known)


class FeaturesType(ClaimType[Features]):
    """How `Features` are read."""

    __slots__ = ()

    def absent(self) -> Features:
        return Features.unknown()

    def claim(self, value: object, name: str, source: Source) -> Features:
        return _features(TEXTS.claim(value, name, source), not source.is_cut(name))

    def element(self, value: object, name: str, source: Source) -> Features:
        if value is None:
            return Features.unknown()
        return _features(TEXTS.element(value, name, source), not source.is_cut(name))

    def plain(self, value: object) -> Features:
        return Features.unknown() if value is None else _features(TEXTS.plain(value), False)


class FeaturesWith(FeaturesType):
    """How `Features` are read with the writer's catalogue at hand."""

    __slots__ = ("_catalogue",)

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def claim(self, value: object, name: str, source: Source) -> Features:
        return super().claim(value, name, source).with_catalogue(self._catalogue)

    def element(self, value: object, name: str, source: Source) -> Features:
        return super().element(value, name, source).with_catalogue(self._catalogue)

    def plain(self, value: object) -> Features:
        return super().plain(value).with_catalogue(self._catalogue)


def _features(names: list[str], whole: bool) -> Features:
    # Such a name is a legal flag, but hardly one that is meant: better unknown than misread.
    if len(names) == 1 and _looks_like_bits(names[0]):
        return Features(frozenset(), whole=whole, bits=names[0])
    if not all(map(is_flag, names)):
        raise unexpected("what the asked type accepts")
    return Features(frozenset(names), whole=whole)


def _looks_like_bits(text: str) -> bool:
    """Whether a text has the four parts of `cognito_claims.bits`, of whatever version."""
    parts = _LOOKS_LIKE_BITS.fullmatch(text)
    return parts is not None and len(parts[1].encode()) == 8


FEATURES: Final = FeaturesType()
