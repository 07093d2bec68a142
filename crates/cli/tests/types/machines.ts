// The claims of the tokens, typed.
// Made by `claimsmith types --language typescript`.
// Don't edit it: change the policy and run that again.

import {
  type ClaimType,
  type OrgId,
  type Tier,
  optional,
  orgId,
  tier,
} from "cognito-claims";

/** The claims of access tokens. */
export interface AccessClaims {
  /**
   * The organisation that the token acts in. Missing only where claims_omitted names
   * it.
   */
  readonly org_id: OrgId | undefined;
  /** What the organisation has paid for. Missing only where claims_omitted names it. */
  readonly org_tier: Tier | undefined;
}

/** Reads access tokens: `claims.read(accessClaims)`. */
export const accessClaims: { readonly [K in keyof AccessClaims]: ClaimType<AccessClaims[K]> } = {
  org_id: optional(orgId),
  org_tier: optional(tier),
};
