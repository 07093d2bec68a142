"""Writes the first records of somebody who has just signed up: Cognito's post confirmation trigger.

They are those of the shipped policy: the person, and an organisation of their own, on trial. The
organisation's id is made of `sub`, which Cognito chose. Nothing else of the event is written: its
attributes and its metadata are what the person typed, and whoever could type an organisation's name
would be in it at the next sign-in.

A second call changes nothing, and a person whom somebody has put into an organisation stays there.
An error is shown to the person, whose account is confirmed all the same (AWS, "Post confirmation
Lambda trigger"): they get no token until the records are there. Invoke the function once more with
the same event, or write them with `claimsmith seed`.
"""

import functools
import os
import re
from typing import Any

# SPEC: RFC 9562, section 4. Every `sub` of Cognito is a UUID.
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
# Two calls at once: one waits for the other.
ATTEMPTS = 3


@functools.cache
def _client() -> Any:
    import boto3  # Lambda's runtime has it
    from botocore.config import Config

    # Cognito waits for 5 seconds.
    config = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 2, "mode": "standard"})
    return boto3.client("dynamodb", config=config)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answers with the event as it came, as Cognito demands."""
    attributes = event["request"]["userAttributes"]
    # Also called after a forgotten password, and when people of a provider come for the first time:
    # their organisation is the provider's to say.
    signed_up = event["triggerSource"] == "PostConfirmation_ConfirmSignUp"
    if signed_up and attributes.get("cognito:user_status") != "EXTERNAL_PROVIDER":
        write(_client(), attributes["sub"])
    return event


def write(client: Any, sub: str) -> None:
    """Both records or none."""
    if not UUID.fullmatch(sub):
        raise ValueError("sub is no UUID")
    organisation = f"self-{sub}"
    items = [
        put(f"USER#{sub}", org_id=organisation),
        put(f"ORG#{organisation}", status="trial", tier=os.environ.get("FIRST_TIER", "free")),
    ]
    for left in reversed(range(ATTEMPTS)):
        try:
            client.transact_write_items(TransactItems=items)
            return
        except client.exceptions.TransactionCanceledException as error:
            reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
            # The person has a record already.
            if reasons[:1] == ["ConditionalCheckFailed"]:
                return
            if left == 0 or "TransactionConflict" not in reasons:
                raise


def put(pk: str, **values: str) -> dict[str, Any]:
    """An item that is written only if there is none."""
    item = {"pk": pk, "sk": "PROFILE", **values}
    return {"Put": {
        "TableName": os.environ["CLAIMS_TABLE"],
        "Item": {name: {"S": value} for name, value in item.items()},
        "ConditionExpression": "attribute_not_exists(pk)",
    }}
