"""The role by which REST APIs write logs: one for the whole account and region, and not the kit's."""

import botocore.exceptions

from cloud import Failed


def check(cloud, wanted):
    """The stacks need one. The kit sets it only where there is none, and only when told to."""
    there = cloud.service("apigateway").get_account().get("cloudwatchRoleArn")
    if wanted and there:
        raise Failed("REST APIs of this account and region have a role for their logs already: "
                     "leave --rest-api-account-role out")
    if not (wanted or there or cloud.emulated):
        raise Failed("REST APIs of this account and region have no role for their logs: say "
                     "--rest-api-account-role, which sets one and takes it away again")


def reset(cloud):
    """The role is gone with the stacks; the account's setting still names it. What went wrong."""
    try:
        cloud.service("apigateway").update_account(patchOperations=[
            {"op": "replace", "path": "/cloudwatchRoleArn", "value": ""}])
    except botocore.exceptions.ClientError as error:
        return ("the account's setting for logs of REST APIs still names a role that is gone "
                f"({error.response['Error']['Code']})")
    return None
