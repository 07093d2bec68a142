// A handler that answers what the reader reads of the claims, as `lambda_echo_claims` in Rust does.

import { Claims, integer } from "cognito-claims";

export async function handler(event) {
  const claims = Claims.fromEvent(event);
  const identity = claims.identity();
  const read = {
    kind: identity.kind,
    id: identity.kind === "user" ? identity.sub : identity.clientId,
    exp: claims.claim("exp", integer),
    org_id: claims.orgId(),
    org_tier: claims.tier(),
    feature_flags: [...claims.features().on],
    groups: claims.groups(),
    scopes: [...claims.scopes()],
  };
  // AppSync asks a resolver, not an HTTP server.
  if (event.identity) return read;
  return {
    statusCode: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(read),
  };
}
