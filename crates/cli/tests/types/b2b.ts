// The claims of the tokens, typed.
// Made by `claimsmith types --language typescript`.
// Don't edit it: change the policy and run that again.

import {
  type ClaimType,
  type JsonObject,
  type OrgId,
  type Tier,
  type Words,
  list,
  object,
  optional,
  orgId,
  text,
  tier,
  words,
} from "cognito-claims";

/** The claims of access tokens. */
export interface AccessClaims {
  /**
   * The organisation that the token acts in. Missing only where claims_omitted names
   * it.
   */
  readonly org_id: OrgId | undefined;
  /** A text. */
  readonly org_name: string | undefined;
  /** What the organisation has paid for. Missing only where claims_omitted names it. */
  readonly org_tier: Tier | undefined;
  /** A list of words. */
  readonly permissions: Words;
  /** A list of words. */
  readonly roles: Words;
}

/** Reads access tokens: `claims.read(accessClaims)`. */
export const accessClaims: { readonly [K in keyof AccessClaims]: ClaimType<AccessClaims[K]> } = {
  org_id: optional(orgId),
  org_name: optional(text),
  org_tier: optional(tier),
  permissions: words(),
  roles: words(),
};

/** The claims of ID tokens. */
export interface IdClaims {
  /**
   * The organisation that the token acts in. Missing only where claims_omitted names
   * it.
   */
  readonly org_id: OrgId | undefined;
  /** A text. */
  readonly org_name: string | undefined;
  /** What the organisation has paid for. Missing only where claims_omitted names it. */
  readonly org_tier: Tier | undefined;
  /**
   * A list of objects. Each object has what is there of id, name. Missing only where
   * claims_omitted names it.
   */
  readonly organisations: readonly JsonObject[] | undefined;
  /** A list of words. */
  readonly permissions: Words;
  /** A list of words. */
  readonly roles: Words;
}

/** Reads ID tokens: `claims.read(idClaims)`. */
export const idClaims: { readonly [K in keyof IdClaims]: ClaimType<IdClaims[K]> } = {
  org_id: optional(orgId),
  org_name: optional(text),
  org_tier: optional(tier),
  organisations: optional(list(object)),
  permissions: words(),
  roles: words(),
};
