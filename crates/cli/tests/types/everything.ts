// The claims of the tokens, typed.
// Made by `claimsmith types --language typescript`.
// Don't edit it: change the policy and run that again.

import {
  type Catalogue,
  type ClaimType,
  type Features,
  type Json,
  type JsonObject,
  type OrgId,
  type Words,
  catalogue,
  featuresIn,
  json,
  list,
  object,
  optional,
  orgId,
  text,
  words,
} from "cognito-claims";

/** The flags of the claim `flags`, in the order of its catalogue. */
export type FlagsFlag =
  | "items"
  | "export"
  | "webhooks"
  | "audit-log"
  | "single-sign-on"
  | "beta-dashboard"
  | "custom-branding"
  | "new-editor";

/** What decodes the claim `flags`. Deploy a longer one to the readers first. */
export const flagsCatalogue: Catalogue<FlagsFlag> = catalogue([
  "items",
  "export",
  "webhooks",
  "audit-log",
  "single-sign-on",
  "beta-dashboard",
  "custom-branding",
  "new-editor",
]);

/** The claims of access tokens. */
export interface AccessClaims {
  /** A text. */
  readonly "custom:cost_center": string | undefined;
  /** A set of flags. */
  readonly flags: Features<FlagsFlag>;
  /** A text. */
  readonly nickname: string | undefined;
  /** Any JSON value, as the front door shows it. */
  readonly org: Json | undefined;
  /**
   * The organisation that the token acts in. Missing only where claims_omitted names
   * it.
   */
  readonly org_id: OrgId | undefined;
  /** A list of words. */
  readonly permissions: Words;
  /** A text. */
  readonly place: string | undefined;
  /** A text. */
  readonly region: string | undefined;
  /** A list of words. */
  readonly roles: Words;
}

/** Reads access tokens: `claims.read(accessClaims)`. */
export const accessClaims: { readonly [K in keyof AccessClaims]: ClaimType<AccessClaims[K]> } = {
  "custom:cost_center": optional(text),
  flags: featuresIn(flagsCatalogue),
  nickname: optional(text),
  org: optional(json),
  org_id: optional(orgId),
  permissions: words(),
  place: optional(text),
  region: optional(text),
  roles: words(),
};

/** The claims of ID tokens. */
export interface IdClaims {
  /** A list of words. */
  readonly entra_roles: Words;
  /** A set of flags. */
  readonly flags: Features<FlagsFlag>;
  /** A text. */
  readonly nickname: string | undefined;
  /** Any JSON value, as the front door shows it. */
  readonly org: Json | undefined;
  /**
   * The organisation that the token acts in. Missing only where claims_omitted names
   * it.
   */
  readonly org_id: OrgId | undefined;
  /** A text. */
  readonly org_name: string | undefined;
  /**
   * A list of objects. Each object has what is there of id, roles. At most 2;
   * claims_cut names the claim if there are more.
   */
  readonly organisations: readonly JsonObject[] | undefined;
  /** A list of words. */
  readonly permissions: Words;
  /** A list of words. */
  readonly roles: Words;
}

/** Reads ID tokens: `claims.read(idClaims)`. */
export const idClaims: { readonly [K in keyof IdClaims]: ClaimType<IdClaims[K]> } = {
  entra_roles: words(),
  flags: featuresIn(flagsCatalogue),
  nickname: optional(text),
  org: optional(json),
  org_id: optional(orgId),
  org_name: optional(text),
  organisations: optional(list(object)),
  permissions: words(),
  roles: words(),
};
