// The claims of the tokens, typed.
// Made by `claimsmith types --language typescript`.
// Don't edit it: change the policy and run that again.

import {
  type ClaimType,
  type Features,
  type OrgId,
  type Tier,
  features,
  optional,
  orgId,
  tier,
} from "cognito-claims";

/** The claims of access tokens. */
export interface AccessClaims {
  /** A set of flags. */
  readonly feature_flags: Features;
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
  feature_flags: features(),
  org_id: optional(orgId),
  org_tier: optional(tier),
};

/** The claims of ID tokens. */
export interface IdClaims {
  /** A set of flags. */
  readonly feature_flags: Features;
  /**
   * The organisation that the token acts in. Missing only where claims_omitted names
   * it.
   */
  readonly org_id: OrgId | undefined;
  /** What the organisation has paid for. Missing only where claims_omitted names it. */
  readonly org_tier: Tier | undefined;
}

/** Reads ID tokens: `claims.read(idClaims)`. */
export const idClaims: { readonly [K in keyof IdClaims]: ClaimType<IdClaims[K]> } = {
  feature_flags: features(),
  org_id: optional(orgId),
  org_tier: optional(tier),
};
