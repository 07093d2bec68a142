// All organisations of a person, for the menu in which an app lets choose one.
//
// Which organisation a token acts in is the claim `org_id` and nothing else: to be in this list
// gives no right to anything.

import { decodeList } from "./composite.js";
import type { Source } from "./door.js";
import { isListWord } from "./encoding.js";
import { unexpected } from "./error.js";
import { isObject, own } from "./json.js";
import { isWhole, type Listed, listed } from "./listed.js";
import type { OrgId } from "./org.js";
import { type ClaimType, notAccepted, required } from "./type.js";
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
export class Organisations implements Iterable<Organisation> {
  /** Whether these are all: the claim is there, and the trigger has cut nothing off. */
  readonly isWhole: boolean;
  readonly #organisations: readonly Organisation[];

  private constructor(organisations: readonly Organisation[], isWhole: boolean) {
    this.#organisations = organisations;
    this.isWhole = isWhole;
  }

  /** The list of a token that doesn't say: every organisation is unknown. */
  static unknown(): Organisations {
    return new Organisations([], false);
  }

  /** @internal */
  static of(organisations: readonly Organisation[], isWhole: boolean): Organisations {
    return new Organisations(organisations, isWhole);
  }

  /** What is known of one organisation. */
  contains(id: string): Listed {
    const isThere = this.#organisations.some((organisation) => organisation.id === id);
    return listed(isThere, this.isWhole);
  }

  /** The organisations that are certainly there, in the token's order. */
  [Symbol.iterator](): IterableIterator<Organisation> {
    return this.#organisations.values();
  }
}

/** A list of organisations. */
export const organisations: ClaimType<Organisations> = {
  decode(value, claim, source, element) {
    if (value === null || value === undefined) return Organisations.unknown();
    const all = decodeList(organisation, value, claim, source, element);
    return Organisations.of(all, isWhole(claim, source));
  },
  absent() {
    return Organisations.unknown();
  },
};

// The element's own JSON type says which of the two it is.
const organisation: ClaimType<Organisation> = required(
  (value: unknown, claim: string, source: Source): Organisation => {
    if (typeof value === "string") {
      // Another text would be two at a front door that flattens.
      if (!isListWord(value)) throw notAccepted(claim, source);
      return { id: value as OrgId, name: undefined };
    }
    if (isObject(value)) {
      const id = idOf(own(value, "id"));
      const name = own(value, "name") ?? undefined;
      if (id !== undefined && (name === undefined || typeof name === "string")) return { id, name };
    } else {
      const id = idOf(value);
      if (id !== undefined) return { id, name: undefined };
    }
    throw unexpected("of the asked type", claim, source);
  },
);

/** A text that isn't empty, or a number, which counts as its text because some doors show it so. */
function idOf(value: unknown): OrgId | undefined {
  if (typeof value === "string" && value !== "") return value as OrgId;
  return isWholeNumber(value) && value >= 0 ? (String(value) as OrgId) : undefined;
}
