"""All organisations of a person, for the menu in which an app lets choose one.

Which organisation a token acts in is the claim `org_id` and nothing else: to be in this list gives no
right to anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .door import Source
from .encoding import is_list_word, is_unicode
from .errors import unexpected
from .json_text import exact, is_object
from .org import OrgId
from .value import ClaimType, ListOf
from .words import Listed, listed


@dataclass(frozen=True)
class Organisation:
    """One organisation of a list."""

    id: OrgId
    """Its id, as it would stand in the claim `org_id`."""
    name: str | None = None
    """Its name for people, if the list has names."""


class Organisations:
    """The organisations of a token: objects `{ "id": …, "name": … }`, or ids alone.

    As the annotation of a field it reads either at every front door, but for objects at an HTTP API with a
    JWT authorizer, which flattens them beyond repair: `ambiguous`. Of a claim that is missing or cut, an
    organisation that isn't listed is unknown.
    """

    __slots__ = ("_organisations", "_whole")

    def __init__(self, organisations: list[Organisation], *, whole: bool) -> None:
        self._organisations, self._whole = tuple(organisations), whole

    @classmethod
    def unknown(cls) -> Organisations:
        """The list of a token that doesn't say: every organisation is unknown."""
        return cls([], whole=False)

    def contains(self, id: str) -> Listed:
        """What is known of one organisation."""
        return listed(any(each.id == id for each in self._organisations), self._whole)

    def is_whole(self) -> bool:
        """Whether these are all: the claim is there, and the trigger has cut nothing off."""
        return self._whole

    def __iter__(self) -> Iterator[Organisation]:
        """The organisations that are certainly there, in the token's order."""
        return iter(self._organisations)

    # `in` would answer no for what is unknown.
    __contains__ = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Organisations):
            return NotImplemented
        return (self._organisations, self._whole) == (other._organisations, other._whole)

    def __hash__(self) -> int:
        return hash((self._organisations, self._whole))

    def __repr__(self) -> str:
        return f"Organisations({list(self._organisations)!r}, whole={self._whole})"


class _Element(ClaimType[Organisation]):
    """One of them: the element's own JSON type says which of the two it is."""

    __slots__ = ()

    def claim(self, value: object, name: str, source: Source) -> Organisation:
        return self.plain(value)

    def plain(self, value: object) -> Organisation:
        if not is_object(value):
            id = _id(value)
            # Another text would be two at a front door that flattens.
            if not is_list_word(id):
                raise unexpected("what the asked type accepts")
            return Organisation(id)
        name = exact(value.get("name"))
        if name is not None and not (isinstance(name, str) and is_unicode(name)):
            raise unexpected("of the asked type")
        return Organisation(_id(exact(value.get("id"))), name)


def _id(value: object) -> OrgId:
    """A text that isn't empty, or a whole number: it counts as its text, because front doors that flatten
    show it so."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 64:
        value = str(value)
    if isinstance(value, str) and value and is_unicode(value):
        return OrgId(value)
    raise unexpected("of the asked type")


_ELEMENTS: Final = ListOf(_Element())


class OrganisationsType(ClaimType[Organisations]):
    """How `Organisations` are read."""

    __slots__ = ()

    def absent(self) -> Organisations:
        return Organisations.unknown()

    def claim(self, value: object, name: str, source: Source) -> Organisations:
        return Organisations(_ELEMENTS.claim(value, name, source), whole=not source.is_cut(name))

    def element(self, value: object, name: str, source: Source) -> Organisations:
        if value is None:
            return Organisations.unknown()
        return Organisations(_ELEMENTS.element(value, name, source), whole=not source.is_cut(name))

    def plain(self, value: object) -> Organisations:
        if value is None:
            return Organisations.unknown()
        return Organisations(_ELEMENTS.plain(value), whole=False)


ORGANISATIONS: Final = OrganisationsType()
