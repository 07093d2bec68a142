"""Each door of the stack with V3_0: the status for good and bad tokens, and what the handler gets."""

import time

from cloud import http
from sign_ins import payload

DOORS = {
    "HTTP API, JWT authorizer": ("http_api", "/items"),
    "REST API, COGNITO_USER_POOLS": ("rest_api", "/items"),
    "HTTP API, Lambda authorizer": ("http_api", "/authorized/items"),
    "REST API, Lambda authorizer": ("rest_api", "/authorized/items"),
    "HTTP API, JWT authorizer without scopes": ("http_api", "/kit/any"),
    "HTTP API, no authorizer": ("http_api", "/kit/open"),
}
# The longest that an access token of the stacks lives, and a little more.
PATIENCE = 5 * 60 + 30


def ask(cloud, made, door, token):
    """Status, and what the handler got of the caller."""
    name, path = DOORS[door]
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    status, body, _ = http("GET", cloud.door(made, name, path), None, headers)
    return status, body if status == 200 and isinstance(body, dict) else {}


def tokens(person, other):
    """`person` may have what `other`, of a pool that no door knows, may not."""
    form, password = person.by_form(), person.by_password()
    return {
        "good": form["AccessToken"],
        "ID": form["IdToken"],
        "wrong scope": password["AccessToken"],
        "of another pool": other.by_password()["AccessToken"],
        "none": None,
    }


def wait(cloud, expiring):
    left = payload(expiring)["exp"] - time.time()
    if left > PATIENCE:
        return False
    # API Gateway's clock may be another than this one's, and it may have patience of its own.
    time.sleep(max(left, 0) + (2 if cloud.emulated else 60))
    return True


def statuses(cloud, made, by_name):
    return {door: {name: ask(cloud, made, door, token)[0] for name, token in by_name.items()}
            for door in DOORS}


def brief(cloud, person):
    """The emulator alone gives out tokens of seconds; a run on AWS waits for five minutes."""
    if not cloud.emulated:
        return person.by_form()["AccessToken"]
    client = {"UserPoolId": person.pool["id"], "ClientId": person.pool["client"]}
    kept = person.cognito.describe_user_pool_client(**client)["UserPoolClient"]
    kept = {key: value for key, value in kept.items()
            if value != "" and key not in ("CreationDate", "LastModifiedDate")}
    units = {**kept["TokenValidityUnits"], "AccessToken": "seconds"}
    person.cognito.update_user_pool_client(
        **{**kept, "AccessTokenValidity": 2, "TokenValidityUnits": units})
    try:
        return person.by_form()["AccessToken"]
    finally:
        person.cognito.update_user_pool_client(**kept)


def unlisted(person):
    """A token of an app client that no door lists."""
    client = person.cognito.create_user_pool_client(
        UserPoolId=person.pool["id"], ClientName="unlisted",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    client = client["UserPoolClient"]["ClientId"]
    person.private.add(client)
    return person.cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH", ClientId=client, AuthParameters={
            "USERNAME": person.name, "PASSWORD": person.password},
    )["AuthenticationResult"]["AccessToken"]
