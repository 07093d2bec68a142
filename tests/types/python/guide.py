from cognito_claims import Claims, ClaimsError, Feature, Guard, Refusal

from claims import AccessClaims

GUARD = Guard.access_token().any_scope("orders/read")


def handler(event: object, _context: object) -> dict[str, object]:
    try:
        claims = Claims.from_http_api(event)
        GUARD.check(claims)
        read = claims.read(AccessClaims)
    except ClaimsError as error:
        return Refusal.of(error).proxy_response()
    return {"org_id": read.org_id, "exports": read.feature_flags.feature("export") is Feature.ON}
