// Tokens verified by `aws-jwt-verify`, where no gateway has.

import { Claims } from "../claims.js";
import { type Reason, Refusal } from "../refusal.js";

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
    throw new Refusal("no_claims");
  }
  try {
    return Claims.fromVerified(await verifier.verify(authorization.replace(BEARER, "")));
  } catch (error) {
    throw new Refusal(reasonOf(error));
  }
}

/** The claims of a payload that `aws-jwt-verify` has verified. */
export function claimsOf(payload: VerifiedPayload): Claims {
  return Claims.fromVerified(payload);
}

/**
 * Why a token wasn't verified, by the names of the package's errors: it is not imported here. Where
 * a bundler has shortened those names, every reason is `invalid_token`. The errors themselves quote
 * the token, so none of them becomes a cause.
 */
const REASONS: Readonly<Record<string, Reason>> = {
  JwtExpiredError: "expired",
  CognitoJwtInvalidTokenUseError: "token_use",
  CognitoJwtInvalidClientIdError: "client",
  FetchError: "keys_unavailable",
  NonRetryableFetchError: "keys_unavailable",
  JwksNotAvailableInCacheError: "keys_unavailable",
  JwksValidationError: "keys_unavailable",
  JwkValidationError: "keys_unavailable",
  WaitPeriodNotYetEndedJwkError: "keys_unavailable",
};

function reasonOf(error: unknown): Reason {
  const name = error instanceof Error ? error.constructor.name : "";
  return (Object.hasOwn(REASONS, name) ? REASONS[name] : undefined) ?? "invalid_token";
}
