"""The kit's own trigger: stores each event, and returns it unchanged.

The person's `name` may ask for a change, to see what Cognito makes of it: `try CLAIM` adds that
claim to the tokens, `groups` puts one group in the place of all.
"""

import json
import os
import time

import boto3

table = boto3.resource("dynamodb").Table(os.environ["EVENTS_TABLE"])


def handler(event, context):
    table.put_item(Item={"pk": f"{time.time_ns()} {context.aws_request_id}",
                         "event": json.dumps(event)})
    word, _, claim = event["request"].get("userAttributes", {}).get("name", "").partition(" ")
    if word == "try":
        change = {"claimsToAddOrOverride": {claim: "kit"}}
        event["response"] = answer(event, change, change)
    elif word == "groups":
        event["response"] = answer(event, {}, {}, {"groupsToOverride": ["kit"]})
    return event


def answer(event, id_token, access_token, groups=None):
    groups = {"groupOverrideDetails": groups} if groups else {}
    if event["version"] == "1":
        return {"claimsOverrideDetails": {**id_token, **groups}}
    return {"claimsAndScopeOverrideDetails": {
        "idTokenGeneration": id_token, "accessTokenGeneration": access_token, **groups}}
