// The claims that a middleware has let through, kept beside the request of a framework.
//
// Not on it: whatever a caller sends can become a member of a request, but never a key in here.

import type { Claims } from "../claims.js";
import { ReadError } from "../error.js";

const kept = new WeakMap<object, Claims>();

/** Keeps the claims of a request. */
export function keep(request: object, claims: Claims): void {
  kept.set(request, claims);
}

/**
 * The claims that the middleware before has let through.
 *
 * @throws {@link ReadError} `no_claims`: there was no such middleware.
 */
export function claimsOf(request: object): Claims {
  const claims = kept.get(request);
  if (claims !== undefined) return claims;
  throw new ReadError("no_claims", "a guard's middleware before the handler");
}
