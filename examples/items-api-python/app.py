"""The Lambda function: environment and clock around `ItemsApi`.

`ITEMS_TABLE` names the table, `RESOURCE_SERVER` whose scopes are asked for (`items` if it isn't set),
and `CORS_ORIGINS` the pages that may read answers (none); region, credentials and endpoint are where
Lambda puts them.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config

from items_api.api import ItemsApi
from items_api.cors import readable
from items_api.log import Log, timestamp
from items_api.problem import Response

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class Context(Protocol):
    """What Lambda tells of an invocation."""

    aws_request_id: str


def handler(event: object, context: Context) -> Response:
    log = Log(context.aws_request_id, os.environ.get("_X_AMZN_TRACE_ID"), _write)
    return readable(_api.handle(event, int(time.time()), log), event, _pages)


def _client() -> DynamoDBClient:
    # An attempt takes 2 seconds at most, and is repeated once, within a second: a second attempt
    # helps against a lost connection, a third only comes too late.
    config = Config(
        connect_timeout=1,
        read_timeout=1,
        retries={"mode": "standard", "total_max_attempts": 2},
    )
    # The types of other services are not installed.
    return boto3.client("dynamodb", config=config)  # pyright: ignore[reportUnknownMemberType]


def _table() -> str:
    table = os.environ.get("ITEMS_TABLE")
    if table is not None:
        return table
    message = "ITEMS_TABLE is not set"
    # Alarms count the outcome.
    _write(json.dumps({"timestamp": timestamp(), "level": "ERROR", "outcome": "error",
                       "reason": "not_started", "message": message}))
    raise SystemExit(1)


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


_name = _table()
_api = ItemsApi(_client(), _name, os.environ.get("RESOURCE_SERVER", "items"))
_pages = os.environ.get("CORS_ORIGINS", "").split()
