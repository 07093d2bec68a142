"""Behind every door of the kit: answers what API Gateway says of the caller."""

import json


def handler(event, _context):
    context = event["requestContext"]
    seen = {"there": "authorizer" in context, "authorizer": context.get("authorizer")}
    return {"statusCode": 200, "headers": {"content-type": "application/json"},
            "body": json.dumps(seen)}
