"""DynamoDB Local at `AWS_ENDPOINT_URL_DYNAMODB`, and what may go wrong on the way to it."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

ENDPOINT = os.environ["AWS_ENDPOINT_URL_DYNAMODB"]
_numbers = itertools.count()


def client(endpoint: str, timeout: float = 60) -> DynamoDBClient:
    """A client as `app.py` makes it, but for its patience: a busy machine is slow."""
    return boto3.client(  # pyright: ignore[reportUnknownMemberType]
        "dynamodb", endpoint_url=endpoint, region_name="eu-west-1",
        aws_access_key_id="test", aws_secret_access_key="test",
        config=Config(connect_timeout=timeout, read_timeout=timeout,
                      retries={"mode": "standard", "total_max_attempts": 2}),
    )


_direct = client(ENDPOINT)


def create_table() -> str:
    """Creates a table of items under a name that nobody else has."""
    name = f"python-{os.getpid()}-{next(_numbers)}"
    _direct.create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def put(table: str, row: dict[str, Any]) -> None:
    _direct.put_item(TableName=table, Item=row)


def rows(table: str) -> list[dict[str, Any]]:
    """All that a table holds, by its keys."""
    items: list[dict[str, Any]] = [*_direct.scan(TableName=table)["Items"]]
    return sorted(items, key=lambda row: (row["pk"]["S"], row["sk"]["S"]))


class Proxy(ThreadingHTTPServer):
    """Stands between a client and DynamoDB Local."""

    daemon_threads = True
    fault: str | None = None
    """What happens to requests: `lost_answers`, `half_answers`, `access_denied`, `hang`, or nothing."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.stopped = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def stop(self) -> None:
        self.stopped.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that waits no longer is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        proxy = cast(Proxy, self.server)
        body = self.rfile.read(int(self.headers["content-length"]))
        if proxy.fault == "hang":
            proxy.stopped.wait()
            self.close_connection = True
        elif proxy.fault == "access_denied":
            name = "com.amazon.coral.service#AccessDeniedException"
            self._answer(400, {}, json.dumps({"__type": name, "message": "hidden"}).encode())
        else:
            self._pass_on(body, proxy.fault)

    def _pass_on(self, body: bytes, fault: str | None) -> None:
        connection = http.client.HTTPConnection(urlsplit(ENDPOINT).netloc)
        connection.request("POST", "/", body, dict(self.headers.items()))
        answer = connection.getresponse()
        content = answer.read()
        checksum = {name: value for name, value in answer.getheaders()
                    if name.lower() == "x-amz-crc32"}
        connection.close()
        # In both faults all is written.
        self.close_connection = fault is not None
        if fault == "half_answers":
            length = {"content-length": str(len(content))}
            self._answer(answer.status, {**checksum, **length}, content[:len(content) // 2])
        elif fault is None:
            self._answer(answer.status, checksum, content)

    def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in {"content-length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests say what is wrong."""
