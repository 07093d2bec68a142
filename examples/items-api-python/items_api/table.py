"""The items on DynamoDB. The partition is the organisation of the claims and nothing else, so that no
request can reach into another one."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from . import row
from .item import Id, Item
from .page import Page
from .problem import Problem

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import (
        PutTypeDef,
        QueryInputTypeDef,
        TransactWriteItemTypeDef,
        UpdateTypeDef,
    )

MOST_ATTEMPTS = 6
"""How often adding an item is tried: two callers of one organisation may change its counter at the
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
        """Adds an item, and counts it: both or neither, so that no number of callers at once can
        bring an organisation above its limit."""
        latest_start = time.monotonic() + DEADLINE - CALL
        for attempt in range(MOST_ATTEMPTS):
            if attempt > 0:
                time.sleep(0.02 * 2**attempt * random.random())
            if time.monotonic() > latest_start:
                raise Problem.unavailable("no answer before the deadline")
            try:
                return self._try_to_add(org_id, item, limit)
            except Met:
                continue
        raise Problem.unavailable("too many callers add at once")

    def _try_to_add(self, org_id: str, item: Item, limit: int | None) -> Added:
        put: PutTypeDef = {
            "TableName": self._name,
            "Item": row.attributes(org_id, item),
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        count: UpdateTypeDef = {
            "TableName": self._name,
            "Key": row.count_key(org_id),
            "UpdateExpression": "ADD item_count :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
        if limit is not None:
            below = "attribute_not_exists(item_count) OR item_count < :limit"
            count["ConditionExpression"] = below
            count["ExpressionAttributeValues"] = {":one": {"N": "1"}, ":limit": {"N": str(limit)}}
        try:
            both: list[TransactWriteItemTypeDef] = [{"Put": put}, {"Update": count}]
            self._client.transact_write_items(TransactItems=both)
        except self._client.exceptions.TransactionCanceledException as error:
            reasons: list[Any] = error.response.get("CancellationReasons", [])
            kept = _kept(reasons)
            if kept is not None and kept.is_as_asked_for(item):
                return Added(is_new=False, item=kept)
            raise cancelled_by([str(reason.get("Code")) for reason in reasons]) from None
        except (ClientError, BotoCoreError) as error:
            raise _failed(error) from None
        return Added(is_new=True, item=item)


def _kept(reasons: list[Any]) -> Item | None:
    """The item that was in the way of a new one."""
    try:
        return row.item_of(reasons[0]["Item"])
    except (LookupError, row.Odd):
        return None


def cancelled_by(codes: list[str]) -> Problem | Met:
    """Why a transaction was cancelled.

    SPEC: AWS, DynamoDB API reference, TransactWriteItems: one reason per action, in their order.
    """
    match codes:
        case ["ConditionalCheckFailed", _]:
            return Problem.exists()
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
