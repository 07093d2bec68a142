// All organisations of a person, for the menu in which an app lets choose one.
//
// Which organisation a token acts in is the claim `org_id` and nothing else: to be in this list
// gives no right to anything.

import { isListWord } from "./encoding.js";
import { notAccepted, unexpected } from "./error.js";
import { isObject, isText, member, own } from "./json.js";
import { listClaim, ListClaim, type Listed } from "./listed.js";
import type { OrgId } from "./org.js";
import { type ClaimType, required } from "./type.js";
import { isWholeNumber } from "./value.js";

/** One organisation of a list. */
export interface Organisation {
  /** Its id, as it would stand in the claim `org_id`. */
  readonly id: OrgId;
  /** Its name for people, if the list has names. */
  readonly name: string | undefined;
}

/**
 * The organisations of a token: objects `{ "id": …, "name": … }`, or ids alone.
 *
 * Reads either at every front door, but for objects at an HTTP API with a JWT authorizer, which
 * flattens them beyond repair: `ambiguous`. Of a claim that is missing or cut, an organisation that
 * isn't listed is unknown.
 */
export class Organisations extends ListClaim<Organisation> {
  /** What is known of one organisation. */
  contains(id: string): Listed {
    return this.listed((organisation) => organisation.id === id);
  }
}

// The element's own JSON type says which of the two it is.
const organisation: ClaimType<Organisation> = /* @__PURE__ */ required((value) => {
  // Another text would be two at a front door that flattens.
  if (isText(value) && !isListWord(value)) notAccepted();
  const id = idOf(isObject(value) ? own(value, "id") : value);
  const name = member(value, "name") ?? undefined;
  return id !== undefined && (name === undefined || isText(name))
    ? { id, name }
    : unexpected("of the asked type");
});

/** A list of organisations. */
export const organisations: ClaimType<Organisations> = /* @__PURE__ */ listClaim(
  organisation,
  (all, isWhole) => new Organisations(all, isWhole),
);

/** A text that isn't empty, or a number, which counts as its text because some doors show it so. */
function idOf(value: unknown): OrgId | undefined {
  const isId = isWholeNumber(value) ? value >= 0 : isText(value) && value !== "";
  return isId ? (String(value) as OrgId) : undefined;
}
