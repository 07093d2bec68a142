"""How a dataclass is read: worked out once from its annotations, and kept."""

from __future__ import annotations

import dataclasses
from typing import Any, Final, TypeVar, get_type_hints

from .annotations import NoClaimType, claim_type
from .bits import BitsError
from .door import Source
from .errors import ReadError
from .json_text import exact
from .value import ClaimType

T = TypeVar("T")

_NAME: Final = "cognito_claims.name"


def named(claim: str) -> Any:
    """A field of a dataclass that is read from a claim of another name than the field's.

        groups: list[str] = named("cognito:groups")

    It has no default, which type checkers can't see: put such fields last, or make the dataclass
    `kw_only=True`.
    """
    return dataclasses.field(metadata={_NAME: claim})


@dataclasses.dataclass(frozen=True)
class _Field:
    attribute: str
    claim: str
    type: ClaimType[object]
    has_default: bool


_PLANS: Final[dict[object, tuple[_Field, ...]]] = {}


def _plan(kind: type[object]) -> tuple[_Field, ...]:
    known = _PLANS.get(kind)
    if known is None:
        known = _PLANS[kind] = _planned(kind)
    return known


def _planned(kind: type[object]) -> tuple[_Field, ...]:
    if not isinstance(kind, type) or not dataclasses.is_dataclass(kind):  # pyright: ignore[reportUnnecessaryIsInstance]
        name = getattr(kind, "__qualname__", "this")
        raise TypeError(f"{name} is no dataclass, so there is nothing to read it by")
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        _field(kind, field, hints[field.name]) for field in dataclasses.fields(kind) if field.init
    )


def _field(kind: type[object], field: dataclasses.Field[object], hint: object) -> _Field:
    claim = field.metadata.get(_NAME, field.name)
    try:
        type_ = claim_type(hint)
    except (NoClaimType, TypeError) as mistake:
        # An annotation that can't be hashed is none of ours, either.
        raise TypeError(f"field `{field.name}` of {kind.__qualname__}: {mistake}") from None
    missing = dataclasses.MISSING
    has_default = field.default is not missing or field.default_factory is not missing
    return _Field(field.name, claim, type_, has_default)


def read(kind: type[T], source: Source) -> T:
    """A dataclass of claims. A field with a default has that default if its claim is missing.

    Raises `ReadError` and `BitsError`, and `TypeError` for a class that can't be read.
    """
    # The values are in no variable: what the class itself raises shows them in its own frames alone.
    return kind(**_all_fields(_plan(kind), source))


def read_claim(type_: ClaimType[T], name: str, source: Source) -> T:
    """One claim. Raises `ReadError` and `BitsError`."""
    read = _claim(type_, name, source)
    if isinstance(read, (ReadError, BitsError)):
        raise read
    return read


def _all_fields(fields: tuple[_Field, ...], source: Source) -> dict[str, Any]:
    read = _fields(fields, source)
    if isinstance(read, (ReadError, BitsError)):
        raise read
    return read


def _fields(fields: tuple[_Field, ...], source: Source) -> dict[str, Any] | ReadError | BitsError:
    entries, read, name = source.entries, dict[str, Any](), ""
    try:
        for field in fields:
            name = field.claim
            value = entries.get(name)
            if value is not None:
                read[field.attribute] = field.type.claim(exact(value), name, source)
            elif not field.has_default:
                read[field.attribute] = field.type.absent()
    except (ReadError, BitsError) as error:
        return _fresh(error, name, source)
    return read


def _claim(type_: ClaimType[T], name: str, source: Source) -> T | ReadError | BitsError:
    value = source.entries.get(name)
    try:
        return type_.absent() if value is None else type_.claim(exact(value), name, source)
    except (ReadError, BitsError) as error:
        return _fresh(error, name, source)


def _fresh(error: ReadError | BitsError, name: str, source: Source) -> ReadError | BitsError:
    """The same error with nothing around it: the frames of the one that was raised hold the value."""
    if isinstance(error, BitsError):
        return BitsError(error.code)
    return error.about(name, source.door)
