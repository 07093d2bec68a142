// The organisation and its tier, typed.
//
// Both are open sets of words: the contract fixes their names, not their values. How tiers rank is
// the application's business: `Guard.tierAtLeast`.

import { notAccepted } from "./error.js";
import { type ClaimType, required } from "./type.js";
import { decodeText } from "./value.js";

declare const kind: unique symbol;

/** An organisation's id: text that is not empty. */
export type OrgId = string & { readonly [kind]: "OrgId" };

/**
 * What an organisation has paid for: any word, such as `pro`, that is not empty.
 *
 * An application that knows all its tiers reads `oneOf("free", "pro").or("other")` instead.
 */
export type Tier = string & { readonly [kind]: "Tier" };

/** An organisation's id. */
export const orgId: ClaimType<OrgId> = /* @__PURE__ */ notEmpty<OrgId>();

/** An organisation's tier. */
export const tier: ClaimType<Tier> = /* @__PURE__ */ notEmpty<Tier>();

function notEmpty<W extends string>(): ClaimType<W> {
  return required((value, source) => (decodeText(value, source) || notAccepted()) as W);
}
