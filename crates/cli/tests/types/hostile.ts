// The claims of the tokens, typed.
// Made by `claimsmith types --language typescript`.
// Don't edit it: change the policy and run that again.

import {
  type ClaimType,
  type Words,
  boolean,
  integer,
  number,
  optional,
  text,
  words,
} from "cognito-claims";

/** The claims of access tokens. */
export interface AccessClaims {
  /** A list of words. Missing only where claims_omitted names it. */
  readonly "%": Words;
  /**
   * �DETCEJNI� is INJECTED backwards; a zero�width space, and a soft�hyphen
   *
   * Missing only where claims_omitted names it.
   */
  readonly "*": Words;
  /**
   * - a list 1. of https://a.example/INJECTED items, long enough to be broken into
   * several lines, the second of # which begins so: * [ ] 12) INJECTED 3. and this one
   *
   * Missing only where claims_omitted names it.
   */
  readonly "2fa": boolean | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly AccessClaims: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly Claims: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly CustomPlan: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly Self: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly _: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly __init__: string | undefined;
  /**
   * `INJECTED` ${INJECTED} {\@link INJECTED} \@ts-ignore \@deprecated user@example.com
   *
   * Missing only where claims_omitted names it.
   */
  readonly "__proto__": string | undefined;
  /**
   * *\/ export const INJECTED = 1; /*
   *
   * Missing only where claims_omitted names it.
   */
  readonly "a*/b": string | undefined;
  /**
   * """ INJECTED = 1 \
   *
   * Missing only where claims_omitted names it.
   */
  readonly class: string | undefined;
  /**
   * ``` INJECTED [link](https://a.example) <script> # heading
   *
   * Missing only where claims_omitted names it.
   */
  readonly constructor: number | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly "custom.plan": string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly "custom:plan": string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly custom_plan: string | undefined;
  /** A number. Missing only where claims_omitted names it. */
  readonly dict: number | undefined;
  /**
   * -- INJECTED // INJECTED /* INJECTED
   *
   * Missing only where claims_omitted names it.
   */
  readonly "https://a.example/plan": string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly id: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly list: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly named: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly read: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly self: string | undefined;
  /**
   * '''INJECTED''' \""" \\""" \u0022\u0022\u0022
   *
   * Missing only where claims_omitted names it.
   */
  readonly str: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly toString: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly type: string | undefined;
}

/** Reads access tokens: `claims.read(accessClaims)`. */
export const accessClaims: { readonly [K in keyof AccessClaims]: ClaimType<AccessClaims[K]> } = {
  "%": words(),
  "*": words(),
  "2fa": optional(boolean),
  AccessClaims: optional(text),
  Claims: optional(text),
  CustomPlan: optional(text),
  Self: optional(text),
  _: optional(text),
  __init__: optional(text),
  ["__proto__"]: optional(text),
  "a*/b": optional(text),
  class: optional(text),
  constructor: optional(integer),
  "custom.plan": optional(text),
  "custom:plan": optional(text),
  custom_plan: optional(text),
  dict: optional(number),
  "https://a.example/plan": optional(text),
  id: optional(text),
  list: optional(text),
  named: optional(text),
  read: optional(text),
  self: optional(text),
  str: optional(text),
  toString: optional(text),
  type: optional(text),
};

/** The claims of ID tokens. */
export interface IdClaims {
  /** A list of words. Missing only where claims_omitted names it. */
  readonly "%": Words;
  /**
   * �DETCEJNI� is INJECTED backwards; a zero�width space, and a soft�hyphen
   *
   * Missing only where claims_omitted names it.
   */
  readonly "*": Words;
  /**
   * - a list 1. of https://a.example/INJECTED items, long enough to be broken into
   * several lines, the second of # which begins so: * [ ] 12) INJECTED 3. and this one
   *
   * Missing only where claims_omitted names it.
   */
  readonly "2fa": boolean | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly AccessClaims: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly Claims: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly CustomPlan: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly Self: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly _: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly __init__: string | undefined;
  /**
   * `INJECTED` ${INJECTED} {\@link INJECTED} \@ts-ignore \@deprecated user@example.com
   *
   * Missing only where claims_omitted names it.
   */
  readonly "__proto__": string | undefined;
  /**
   * *\/ export const INJECTED = 1; /*
   *
   * Missing only where claims_omitted names it.
   */
  readonly "a*/b": string | undefined;
  /**
   * """ INJECTED = 1 \
   *
   * Missing only where claims_omitted names it.
   */
  readonly class: string | undefined;
  /**
   * ``` INJECTED [link](https://a.example) <script> # heading
   *
   * Missing only where claims_omitted names it.
   */
  readonly constructor: number | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly "custom.plan": string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly "custom:plan": string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly custom_plan: string | undefined;
  /** A number. Missing only where claims_omitted names it. */
  readonly dict: number | undefined;
  /**
   * -- INJECTED // INJECTED /* INJECTED
   *
   * Missing only where claims_omitted names it.
   */
  readonly "https://a.example/plan": string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly id: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly list: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly named: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly read: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly self: string | undefined;
  /**
   * '''INJECTED''' \""" \\""" \u0022\u0022\u0022
   *
   * Missing only where claims_omitted names it.
   */
  readonly str: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly toString: string | undefined;
  /** A text. Missing only where claims_omitted names it. */
  readonly type: string | undefined;
}

/** Reads ID tokens: `claims.read(idClaims)`. */
export const idClaims: { readonly [K in keyof IdClaims]: ClaimType<IdClaims[K]> } = {
  "%": words(),
  "*": words(),
  "2fa": optional(boolean),
  AccessClaims: optional(text),
  Claims: optional(text),
  CustomPlan: optional(text),
  Self: optional(text),
  _: optional(text),
  __init__: optional(text),
  ["__proto__"]: optional(text),
  "a*/b": optional(text),
  class: optional(text),
  constructor: optional(integer),
  "custom.plan": optional(text),
  "custom:plan": optional(text),
  custom_plan: optional(text),
  dict: optional(number),
  "https://a.example/plan": optional(text),
  id: optional(text),
  list: optional(text),
  named: optional(text),
  read: optional(text),
  self: optional(text),
  str: optional(text),
  toString: optional(text),
  type: optional(text),
};
