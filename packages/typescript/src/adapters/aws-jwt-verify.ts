// Tokens verified by `aws-jwt-verify`, where no gateway has.

import { Claims } from "../claims.js";
import { type Answer, Refusal, refusal } from "../refusal.js";

/**
 * What `CognitoJwtVerifier` of `aws-jwt-verify` gives for a token that it has verified. The payload
 * of its `decomposeUnverifiedJwt` is of another type, and refused by the compiler.
 */
export interface VerifiedPayload {
  readonly token_use: "access" | "id";
  readonly sub: string;
  readonly iss: string;
  readonly exp: number;
  readonly iat: number;
}

/** A `CognitoJwtVerifier`, with all that `create` was told. */
interface Verifier {
  verify(token: string): Promise<VerifiedPayload>;
}

const BEARER = /^bearer /i;

/**
 * Verifies the token of a header `Authorization`, and gives its claims.
 *
 * @throws {@link Refusal}: there is no token (`no_claims`), it is not valid (`invalid_token`,
 * `expired`, `token_use`, `client`), or the keys can't be had at the moment (`keys_unavailable`).
 */
export async function verified(
  verifier: Verifier,
  authorization: string | null | undefined,
): Promise<Claims> {
  if (typeof authorization !== "string" || !BEARER.test(authorization)) {
    throw refusal("no_claims");
  }
  try {
    return Claims.fromVerified(await verifier.verify(authorization.replace(BEARER, "")));
  } catch (error) {
    throw refusalOf(error);
  }
}

/** The claims of a payload that `aws-jwt-verify` has verified. */
export function claimsOf(payload: VerifiedPayload): Claims {
  return Claims.fromVerified(payload);
}

const INVALID: Answer = [401, "the token is not valid here", "invalid_token"];
const EXPIRED: Answer = [401, "the token has expired", "invalid_token"];
const UNAVAILABLE: Answer = [503, "tokens can't be verified at the moment"];

const NO_KEYS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "FetchError",
  "NonRetryableFetchError",
  "JwksNotAvailableInCacheError",
  "JwksValidationError",
  "JwkValidationError",
  "WaitPeriodNotYetEndedJwkError",
]);

/**
 * Why a token wasn't verified, by the names of the package's errors: it is not imported here. Where
 * a bundler has shortened those names, every reason is `invalid_token`. The errors themselves quote
 * the token, so none of them becomes a cause.
 */
function refusalOf(error: unknown): Refusal {
  const name = error instanceof Error ? error.constructor.name : "";
  if (NO_KEYS.has(name)) return new Refusal("keys_unavailable", UNAVAILABLE);
  if (name === "JwtExpiredError") return new Refusal("expired", EXPIRED);
  if (name === "CognitoJwtInvalidTokenUseError") return refusal("token_use");
  if (name === "CognitoJwtInvalidClientIdError") return refusal("client");
  return new Refusal("invalid_token", INVALID);
}
