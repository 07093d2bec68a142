// The claims of the tokens, typed.
// Made by `claimsmith types --language typescript`.
// Don't edit it: change the policy and run that again.

import {
  type Catalogue,
  type ClaimType,
  type Features,
  type Json,
  type OrgId,
  type Tier,
  type Words,
  boolean,
  catalogue,
  features,
  featuresIn,
  integer,
  json,
  number,
  optional,
  orgId,
  text,
  tier,
  words,
} from "cognito-claims";

/** The flags of the claim `flags`, in the order of its catalogue. */
export type FlagsFlag =
  | "beta"
  | "export";

/** What decodes the claim `flags`. Deploy a longer one to the readers first. */
export const flagsCatalogue: Catalogue<FlagsFlag> = catalogue([
  "beta",
  "export",
]);

/** The claims of access tokens. */
export interface AccessClaims {
  /** A text. Missing only where claims_omitted names it. */
  readonly a_name_of_more_than_sixty_four_characters_is_too_long_for_some_rules: string | undefined;
  /** Any JSON value, as the front door shows it. */
  readonly branding: Json | undefined;
  /** A text. */
  readonly "cost-center": string | undefined;
  /** A text. */
  readonly "custom:path": string | undefined;
  /** A set of flags. */
  readonly feature_flags: Features;
  /** A set of flags. */
  readonly flags: Features<FlagsFlag>;
  /**
   * The organisation that the token acts in. Missing only where claims_omitted names
   * it.
   */
  readonly org_id: OrgId | undefined;
  /** What the organisation has paid for. */
  readonly org_tier: Tier | undefined;
  /** A list of words. */
  readonly permissions: Words;
  /** A text. */
  readonly plan: string | undefined;
  /** A list of words. Missing only where claims_omitted names it. */
  readonly regions: Words;
  /** A list of words. */
  readonly roles: Words;
  /** A whole number. */
  readonly seats: number | undefined;
  /** A number. */
  readonly share: number | undefined;
  /** True or false. */
  readonly trial: boolean | undefined;
}

/** Reads access tokens: `claims.read(accessClaims)`. */
export const accessClaims: { readonly [K in keyof AccessClaims]: ClaimType<AccessClaims[K]> } = {
  a_name_of_more_than_sixty_four_characters_is_too_long_for_some_rules: optional(text),
  branding: optional(json),
  "cost-center": optional(text),
  "custom:path": optional(text),
  feature_flags: features(),
  flags: featuresIn(flagsCatalogue),
  org_id: optional(orgId),
  org_tier: optional(tier),
  permissions: words(),
  plan: optional(text),
  regions: words(),
  roles: words(),
  seats: optional(integer),
  share: optional(number),
  trial: optional(boolean),
};

/** The claims of ID tokens. */
export interface IdClaims {
  /** A text. Missing only where claims_omitted names it. */
  readonly a_name_of_more_than_sixty_four_characters_is_too_long_for_some_rules: string | undefined;
  /** Any JSON value, as the front door shows it. */
  readonly branding: Json | undefined;
  /** A text. */
  readonly "cost-center": string | undefined;
  /** A text. */
  readonly "custom:path": string | undefined;
  /** A set of flags. */
  readonly feature_flags: Features;
  /** A set of flags. */
  readonly flags: Features<FlagsFlag>;
  /** A text. */
  readonly nickname: string | undefined;
  /**
   * The organisation that the token acts in. Missing only where claims_omitted names
   * it.
   */
  readonly org_id: OrgId | undefined;
  /** What the organisation has paid for. */
  readonly org_tier: Tier | undefined;
  /** A list of words. */
  readonly permissions: Words;
  /** A list of words. Missing only where claims_omitted names it. */
  readonly regions: Words;
  /** A list of words. */
  readonly roles: Words;
  /** A whole number. */
  readonly seats: number | undefined;
  /** A number. */
  readonly share: number | undefined;
  /** True or false. */
  readonly trial: boolean | undefined;
}

/** Reads ID tokens: `claims.read(idClaims)`. */
export const idClaims: { readonly [K in keyof IdClaims]: ClaimType<IdClaims[K]> } = {
  a_name_of_more_than_sixty_four_characters_is_too_long_for_some_rules: optional(text),
  branding: optional(json),
  "cost-center": optional(text),
  "custom:path": optional(text),
  feature_flags: features(),
  flags: featuresIn(flagsCatalogue),
  nickname: optional(text),
  org_id: optional(orgId),
  org_tier: optional(tier),
  permissions: words(),
  regions: words(),
  roles: words(),
  seats: optional(integer),
  share: optional(number),
  trial: optional(boolean),
};
