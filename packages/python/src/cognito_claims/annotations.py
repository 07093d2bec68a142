"""Which claim type an annotation asks for."""

from __future__ import annotations

import enum
import types
from typing import Annotated, Final, Literal, Union, get_args, get_origin

from .bits import Catalogue
from .features import FEATURES, Features, FeaturesWith
from .org import ORG, TIER, OrgId, Tier
from .organisations import ORGANISATIONS, Organisations
from .value import BOOLEAN, INTEGER, JSON, NUMBER, OBJECT, TEXT, ClaimType, ListOf, OptionalOf, WordOf
from .words import WORDS, Words

# What has been asked for before is here, too.
_TYPES: Final[dict[object, ClaimType[object]]] = {
    str: TEXT,
    int: INTEGER,
    float: NUMBER,
    bool: BOOLEAN,
    object: JSON,
    dict[str, object]: OBJECT,
    OrgId: ORG,
    Tier: TIER,
    Words: WORDS,
    Features: FEATURES,
    Organisations: ORGANISATIONS,
}

_KNOWN: Final = (
    "str, int, float, bool, object, dict[str, object], list[…], … | None, Literal[…] and enums of words, "
    "OrgId, Tier, Words, Organisations, Features, Annotated[Features, CATALOGUE]"
)


class NoClaimType(TypeError):
    """The annotation asks for something that no claim is read as: a mistake in the application."""

    def __init__(self, annotation: object) -> None:
        super().__init__(f"{annotation!r} is no claim type; there are {_KNOWN}")


def claim_type(annotation: object) -> ClaimType[object]:
    """The claim type of an annotation, worked out once. Raises `NoClaimType`."""
    known = _TYPES.get(annotation)
    if known is None:
        known = _TYPES[annotation] = _claim_type(annotation)
    return known


def _claim_type(annotation: object) -> ClaimType[object]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _annotated(annotation, arguments[0], arguments[1:])
    if origin is list:
        return ListOf(claim_type(arguments[0]))
    if origin in (Union, types.UnionType):
        some = [each for each in arguments if each is not type(None)]
        if len(some) == 1 and len(arguments) == 2:
            return OptionalOf(claim_type(some[0]))
    if origin is Literal and all(type(word) is str for word in arguments):
        return WordOf[object]({word: word for word in arguments})
    if isinstance(annotation, enum.EnumMeta):
        return _enum(annotation)
    raise NoClaimType(annotation)


def _enum(annotation: enum.EnumMeta) -> ClaimType[object]:
    words: dict[str, object] = {}
    members: dict[str, object] = dict(annotation.__members__)
    for member in members.values():
        word: object = getattr(member, "value", None)
        if not isinstance(word, str):
            raise NoClaimType(annotation)
        words[str.__str__(word)] = member
    if not words:
        raise NoClaimType(annotation)
    return WordOf(words)


def _annotated(
    annotation: object, inner: object, more: tuple[object, ...]
) -> ClaimType[object]:
    catalogues = [each for each in more if isinstance(each, Catalogue)]
    if not catalogues:
        # Others' annotations are theirs. SPEC: PEP 593.
        return claim_type(inner)
    if inner is not Features or len(catalogues) > 1:
        raise NoClaimType(annotation)
    return FeaturesWith(catalogues[0])
