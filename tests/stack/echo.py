"""A handler that answers what the reader reads of the claims, as `lambda_echo_claims` in Rust does."""

import json

from cognito_claims import Claims, User


def handler(event, _context):
    claims = Claims.from_event(event)
    identity = claims.identity()
    is_person = isinstance(identity, User)
    read = {
        "kind": "user" if is_person else "client",
        "id": identity.sub if is_person else identity.client_id,
        "exp": claims.claim("exp", int),
        "org_id": claims.org_id(),
        "org_tier": claims.tier(),
        "feature_flags": claims.features().on(),
        "groups": claims.groups(),
        "scopes": sorted(claims.scopes()),
    }
    # AppSync asks a resolver, not an HTTP server.
    if "identity" in event:
        return read
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(read),
    }
