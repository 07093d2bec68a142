"""The same with Powertools: its event class, its logger."""

import os

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes import event_source
from aws_lambda_powertools.utilities.data_classes.cognito_user_pool_event import (
    PreTokenGenerationV2TriggerEvent,
)

logger = Logger(service="pre-token-generation")
table = boto3.resource("dynamodb").Table(os.environ["CLAIMS_TABLE"])


@event_source(data_class=PreTokenGenerationV2TriggerEvent)
def handler(event, context):
    key = {"pk": "USER#" + event.request.user_attributes["sub"], "sk": "PROFILE"}
    item = table.get_item(Key=key)["Item"]
    claims = {"claimsToAddOrOverride": {"org_id": item["org_id"]}}
    logger.info("customized", reads=1)
    answer = event.raw_event
    answer["response"] = {
        "claimsAndScopeOverrideDetails": {
            "idTokenGeneration": claims,
            "accessTokenGeneration": claims,
        }
    }
    return answer
