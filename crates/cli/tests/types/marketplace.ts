// The claims of the tokens, typed.
// Made by `claimsmith types --language typescript`.
// Don't edit it: change the policy and run that again.

import {
  type ClaimType,
  type OrgId,
  type Words,
  integer,
  optional,
  orgId,
  text,
  words,
} from "cognito-claims";

/** The claims of access tokens. */
export interface AccessClaims {
  /** A whole number. */
  readonly commission: number | undefined;
  /**
   * The organisation that the token acts in. Missing only where claims_omitted names
   * it.
   */
  readonly org_id: OrgId | undefined;
  /** A text. */
  readonly org_name: string | undefined;
  /** Cognito makes the text "[Catalog.Write, Orders.Read]" of the list */
  readonly roles: Words;
}

/** Reads access tokens: `claims.read(accessClaims)`. */
export const accessClaims: { readonly [K in keyof AccessClaims]: ClaimType<AccessClaims[K]> } = {
  commission: optional(integer),
  org_id: optional(orgId),
  org_name: optional(text),
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
  /** Cognito makes the text "[Catalog.Write, Orders.Read]" of the list */
  readonly roles: Words;
}

/** Reads ID tokens: `claims.read(idClaims)`. */
export const idClaims: { readonly [K in keyof IdClaims]: ClaimType<IdClaims[K]> } = {
  org_id: optional(orgId),
  org_name: optional(text),
  roles: words(),
};
