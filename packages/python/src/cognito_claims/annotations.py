"""Which claim type an annotation asks for."""

from __future__ import annotations

import enum
import types
from functools import cache
from typing import Annotated, Final, Literal, Union, cast, get_args, get_origin

from .bits import Catalogue
from .features import FEATURES, Features, FeaturesWith
from .org import ORG, TIER, OrgId, Tier
from .organisations import ORGANISATIONS, Organisations
from .value import BOOLEAN, INTEGER, JSON, NUMBER, OBJECT, TEXT, ClaimType, ListOf, OptionalOf, WordOf
from .words import WORDS, Words

_TYPES: Final[dict[object, ClaimType[object]]] = cast(
    "dict[object, ClaimType[object]]",
    {
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
    },
)

_KNOWN: Final = (
    "str, int, float, bool, object, dict[str, object], list[…], … | None, Literal[…] and enums of words, "
    "OrgId, Tier, Words, Organisations, Features, Annotated[Features, CATALOGUE]"
)


class NoClaimType(TypeError):
    """The annotation asks for something that no claim is read as: a mistake in the application."""

    def __init__(self, annotation: object) -> None:
        super().__init__(f"{annotation!r} is no claim type; there are {_KNOWN}")


@cache
def claim_type(annotation: object) -> ClaimType[object]:
    """The claim type of an annotation, worked out once. Raises `NoClaimType`."""
    simple = _TYPES.get(annotation)
    if simple is not None:
        return simple
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
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        members = list(annotation)
        if members and all(isinstance(member.value, str) for member in members):
            return WordOf[object]({str.__str__(member.value): member for member in members})
    raise NoClaimType(annotation)


def _annotated(
    annotation: object, inner: object, more: tuple[object, ...]
) -> ClaimType[object]:
    catalogues = [each for each in more if isinstance(each, Catalogue)]
    if not catalogues:
        # Others' annotations are theirs. SPEC: PEP 593.
        return claim_type(inner)
    if inner is not Features or len(catalogues) > 1:
        raise NoClaimType(annotation)
    return cast("ClaimType[object]", FeaturesWith(catalogues[0]))
