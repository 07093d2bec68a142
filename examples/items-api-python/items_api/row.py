"""How an item stands in the table.

| `pk` | `sk` | |
|---|---|---|
| `ORG#acme-corp` | `ITEM#a-1` | one item |
| `ORG#acme-corp` | `COUNT` | how many there are |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .item import Id, Item, parse_id

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import AttributeValueTypeDef

    Row = Mapping[str, AttributeValueTypeDef]

ITEM = "ITEM#"
"""How the sort key of an item begins."""


@dataclass(frozen=True)
class LeftOut:
    """How many items are left out, and the names of what is missing in them or of another form."""

    items: int
    attributes: tuple[str, ...]


class Odd(Exception):
    """An item is of another form: the name of an attribute."""


def partition(org_id: str) -> AttributeValueTypeDef:
    return {"S": f"ORG#{org_id}"}


def item_key(org_id: str, item_id: Id) -> Row:
    return {"pk": partition(org_id), "sk": {"S": f"{ITEM}{item_id}"}}


def count_key(org_id: str) -> Row:
    return {"pk": partition(org_id), "sk": {"S": "COUNT"}}


def attributes(org_id: str, item: Item) -> Row:
    return {
        **item_key(org_id, item.id),
        "name": {"S": item.name},
        "created_at": {"N": str(item.created_at)},
        "created_by": {"S": item.created_by},
    }


def readable(rows: Iterable[Row]) -> tuple[list[Item], LeftOut]:
    """The items that can be read, and what the log says of the others."""
    items: list[Item] = []
    odd: list[str] = []
    for row in rows:
        try:
            items.append(item_of(row))
        except Odd as error:
            odd.append(str(error))
    return items, LeftOut(len(odd), tuple(sorted(set(odd))))


def item_of(row: Row) -> Item:
    """Reads an item, or names the attribute that is missing or of another form."""
    item_id = id_of(row)
    if item_id is None:
        raise Odd("sk")
    return Item(item_id, _text(row, "name"), _whole_number(row, "created_at"),
                _text(row, "created_by"))


def id_of(key: Row) -> Id | None:
    sort = key.get("sk", {}).get("S", "")
    return parse_id(sort.removeprefix(ITEM)) if sort.startswith(ITEM) else None


def _text(row: Row, name: str) -> str:
    text = row.get(name, {}).get("S")
    if text is None:
        raise Odd(name)
    return text


def _whole_number(row: Row, name: str) -> int:
    """What every language reads exactly."""
    digits = row.get(name, {}).get("N", "")
    if not re.fullmatch("[0-9]{1,15}", digits):
        raise Odd(name)
    return int(digits)
