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

type ErrorClass = abstract new (...args: never[]) => Error;

/** The classes of errors in the module `aws-jwt-verify/error` that are told apart here. */
export type VerifyErrors = Readonly<Record<ErrorName, ErrorClass>>;

type ErrorName =
  | "CognitoJwtInvalidClientIdError"
  | "CognitoJwtInvalidGroupError"
  | "CognitoJwtInvalidTokenUseError"
  | "JwtExpiredError"
  | "JwtInvalidScopeError"
  | (typeof NO_KEYS)[number]
  | (typeof OF_THE_TOKEN)[number];

const BEARER = /^bearer /i;

/**
 * Verifies the token of a header `Authorization`, and gives its claims.
 *
 * ```ts
 * import * as errors from "aws-jwt-verify/error";
 * const claims = await verified(verifier, errors, request.headers.authorization);
 * ```
 *
 * @param errors - The module `aws-jwt-verify/error`, which says what has gone wrong: the names of
 * its classes don't, once a bundler has shortened them.
 * @throws {@link Refusal}: there is no token (`no_claims`), it is not valid (`invalid_token`,
 * `expired`, `token_use`, `client`, and `scope` or `group` if the verifier asks for such), or the
 * keys can't be had at the moment (`keys_unavailable`). Every other error is thrown as it is: the
 * verifier lacks something, or a check of its own has thrown it.
 */
export async function verified(
  verifier: Verifier,
  errors: VerifyErrors,
  authorization: string | null | undefined,
): Promise<Claims> {
  if (typeof authorization !== "string" || !BEARER.test(authorization)) {
    throw refusal("no_claims");
  }
  try {
    return Claims.fromVerified(await verifier.verify(authorization.replace(BEARER, "")));
  } catch (error) {
    throw refusalOf(error, errors);
  }
}

/** The claims of a payload that `aws-jwt-verify` has verified. */
export function claimsOf(payload: VerifiedPayload): Claims {
  return Claims.fromVerified(payload);
}

const INVALID: Answer = [401, "the token is not valid here", "invalid_token"];
const EXPIRED: Answer = [401, "the token has expired", "invalid_token"];
const UNAVAILABLE: Answer = [503, "tokens can't be verified at the moment"];

/** The pool's keys aren't at hand, or are not such as this pool has. */
const NO_KEYS = [
  "FetchError",
  "JwkInvalidKtyError",
  "JwkInvalidUseError",
  "JwkValidationError",
  "JwksNotAvailableInCacheError",
  "JwksValidationError",
  "WaitPeriodNotYetEndedJwkError",
] as const;

/** What only a token can be the reason of. The first is that of all other claims. */
const OF_THE_TOKEN = [
  "JwtInvalidClaimError",
  "JwtInvalidSignatureAlgorithmError",
  "JwtInvalidSignatureError",
  "JwtParseError",
  "JwtWithoutValidKidError",
  "KidNotFoundInJwksError",
] as const;

// How a verifier of many pools says that the token is of none. The class is the one of mistakes in
// the verifier, whose texts begin otherwise.
const NO_POOL = /^issuer (?:not configured:|must be provided$)/;

/**
 * Why a token wasn't verified, as `Refusal::from` of the Rust crate has it. The errors of the package
 * quote the token, so none of them becomes a cause.
 */
function refusalOf(error: unknown, errors: VerifyErrors): unknown {
  const is = (name: ErrorName): boolean => error instanceof errors[name];
  if (is("JwtExpiredError")) return new Refusal("expired", EXPIRED);
  if (is("CognitoJwtInvalidTokenUseError")) return refusal("token_use");
  if (is("CognitoJwtInvalidClientIdError")) return refusal("client");
  if (is("CognitoJwtInvalidGroupError")) return refusal("group");
  if (is("JwtInvalidScopeError")) return refusal("scope");
  if (NO_KEYS.some(is)) return new Refusal("keys_unavailable", UNAVAILABLE);
  const ofNoPool = error instanceof Error && NO_POOL.test(error.message);
  return ofNoPool || OF_THE_TOKEN.some(is) ? new Refusal("invalid_token", INVALID) : error;
}
