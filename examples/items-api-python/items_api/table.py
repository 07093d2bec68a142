"""The items on DynamoDB. The partition is the organisation of the claims and nothing else, so that no
request can reach into another one."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from . import row
from .item import Id, Item
from .page import Page
from .problem import Problem

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        DeleteTypeDef,
        PutTypeDef,
        QueryInputTypeDef,
        TransactWriteItemTypeDef,
        UpdateTypeDef,
    )

T = TypeVar("T")

MOST_ATTEMPTS = 6
"""How often writing an item is tried: two callers of one organisation may change its counter at the
same time, and then one of them has to try again."""
DEADLINE = 8.0
"""How long all attempts may take together, in seconds, so that there is an answer before Lambda ends
the function (after 10 seconds in `infra/`)."""
CALL = 5.0
"""How long one call takes at most with its repetition: what `app.py` asks of the client."""


@dataclass(frozen=True)
class Listed:
    """A page of items."""

    items: list[Item]
    last: Id | None
    """The last item, unless it is the last page."""
    left_out: row.LeftOut
    """For the log."""


@dataclass(frozen=True)
class Added:
    """An item that is in the table now.

    If it isn't new, the same caller has added the same item before, and this is how it is kept.
    Asking again is no mistake: the first answer may have been lost after everything was written.
    """

    is_new: bool
    item: Item


@dataclass(frozen=True)
class Cancelled:
    """A transaction that wrote nothing."""

    codes: list[str]
    """Why, for each of its parts."""
    item: row.Row | None
    """The one that a condition was asked of."""


class Met(Exception):
    """Another caller was at the same counter; trying again helps."""


class Table:
    """The table with everybody's items."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def items(self, org_id: str, page: Page) -> Listed:
        """A page of an organisation's items.

        An item that somebody else wrote in another form is left out, so that it doesn't hide the
        organisation's other items.
        """
        query: QueryInputTypeDef = {
            "TableName": self._name,
            "KeyConditionExpression": "pk = :org AND begins_with(sk, :item)",
            "ExpressionAttributeValues": {
                ":org": row.partition(org_id), ":item": {"S": row.ITEM},
            },
            "Limit": page.limit,
        }
        if page.after is not None:
            query["ExclusiveStartKey"] = row.item_key(org_id, page.after)
        try:
            output = self._client.query(**query)
        except (ClientError, BotoCoreError) as error:
            raise _failed(error) from None
        # The SDK takes half an answer for one that says nothing, which would be an empty list.
        if "Items" not in output:
            raise Problem.unavailable("no answer")
        last_key = output.get("LastEvaluatedKey")
        last = None if last_key is None else row.id_of(last_key)
        # Without the last item's id there is no token for the next page, and an answer without a
        # token would mean that the list ends here.
        if last_key is not None and last is None:
            raise Problem.unavailable("an item's `sk` is of another form")
        items, left_out = row.readable(output["Items"])
        return Listed(items, last, left_out)

    def add(self, org_id: str, item: Item, limit: int | None) -> Added:
        """Adds an item, and counts it, so that no number of callers at once can bring an organisation
        above its limit."""
        put: PutTypeDef = {
            "TableName": self._name,
            "Item": row.attributes(org_id, item),
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        count = self._count(org_id, "1")
        if limit is not None:
            below = "attribute_not_exists(item_count) OR item_count < :limit"
            count["ConditionExpression"] = below
            count["ExpressionAttributeValues"] = {":change": {"N": "1"}, ":limit": {"N": str(limit)}}

        def otherwise(cancelled: Cancelled) -> Added:
            kept = _kept(cancelled)
            if kept is not None and kept.is_as_asked_for(item):
                return Added(is_new=False, item=kept)
            raise cancelled_by(cancelled.codes, Problem.exists)

        before = self._write([{"Put": put}, {"Update": count}], otherwise)
        return Added(is_new=True, item=item) if before is None else before

    def delete(self, org_id: str, item_id: Id, maker: str | None) -> None:
        """Deletes an item that the maker made, or whoever, and counts it no more.

        The table itself compares the maker, when it deletes: looked at before, the item could be
        another one by then.
        """
        delete: DeleteTypeDef = {
            "TableName": self._name,
            "Key": row.item_key(org_id, item_id),
            "ConditionExpression": "attribute_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if maker is not None:
            delete["ConditionExpression"] = "created_by = :maker"
            delete["ExpressionAttributeValues"] = {":maker": {"S": maker}}

        def otherwise(cancelled: Cancelled) -> None:
            is_there = cancelled.item is not None
            raise cancelled_by(cancelled.codes, Problem.not_owner if is_there else Problem.no_item)

        self._write([{"Delete": delete}, {"Update": self._count(org_id, "-1")}], otherwise)

    def _count(self, org_id: str, change: str) -> UpdateTypeDef:
        return {
            "TableName": self._name,
            "Key": row.count_key(org_id),
            "UpdateExpression": "ADD item_count :change",
            "ExpressionAttributeValues": {":change": {"N": change}},
        }

    def _write(self, both: list[TransactWriteItemTypeDef],
               otherwise: Callable[[Cancelled], T]) -> T | None:
        """Writes an item and the counter: both or neither. `otherwise` says what it means if the
        table wrote nothing."""
        latest_start = time.monotonic() + DEADLINE - CALL
        for attempt in range(MOST_ATTEMPTS):
            if attempt > 0:
                time.sleep(0.02 * 2**attempt * random.random())
            if time.monotonic() > latest_start:
                raise Problem.unavailable("no answer before the deadline")
            try:
                cancelled = self._try_to_write(both)
                return None if cancelled is None else otherwise(cancelled)
            except Met:
                continue
        raise Problem.unavailable("too many callers write at once")

    def _try_to_write(self, both: list[TransactWriteItemTypeDef]) -> Cancelled | None:
        try:
            self._client.transact_write_items(TransactItems=both)
        except self._client.exceptions.TransactionCanceledException as error:
            reasons: list[Any] = error.response.get("CancellationReasons", [])
            item = reasons[0].get("Item") if reasons else None
            return Cancelled([str(reason.get("Code")) for reason in reasons], item)
        except (ClientError, BotoCoreError) as error:
            raise _failed(error) from None
        return None


def _kept(cancelled: Cancelled) -> Item | None:
    """The item that was in the way of a new one."""
    try:
        return None if cancelled.item is None else row.item_of(cancelled.item)
    except row.Odd:
        return None


def cancelled_by(codes: list[str], refused: Callable[[], Problem]) -> Problem | Met:
    """Why a transaction was cancelled. `refused` is what it means if the item's condition didn't
    hold.

    SPEC: AWS, DynamoDB API reference, TransactWriteItems: one reason per action, in their order.
    """
    match codes:
        case ["ConditionalCheckFailed", _]:
            return refused()
        case [_, "ConditionalCheckFailed"]:
            return Problem.tier_limit()
        case _ if "TransactionConflict" in codes:
            return Met()
        case _:
            return Problem.unavailable(", ".join(codes))


def _failed(error: ClientError | BotoCoreError) -> Problem:
    """The error's name, without texts of the table's."""
    if isinstance(error, BotoCoreError):
        return Problem.unavailable("no answer")
    return Problem.unavailable(str(error.response.get("Error", {}).get("Code")))
