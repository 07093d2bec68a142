// The claims of the tokens, typed.
// Made by `claimsmith types --language typescript`.
// Don't edit it: change the policy and run that again.

import {
  type ClaimType,
  optional,
  text,
} from "cognito-claims";

/** The claims of access tokens. */
export interface AccessClaims {
  /** A text. */
  readonly department: string | undefined;
}

/** Reads access tokens: `claims.read(accessClaims)`. */
export const accessClaims: { readonly [K in keyof AccessClaims]: ClaimType<AccessClaims[K]> } = {
  department: optional(text),
};
