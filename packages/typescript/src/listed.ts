// A list claim, and whether the token has all of it.
//
// The trigger may write only the beginning of a list and name it in the marker `claims_cut`.

import { decodeList } from "./composite.js";
import type { Source } from "./door.js";
import { hasWord } from "./encoding.js";
import { isText, own } from "./json.js";
import type { ClaimType } from "./type.js";

/**
 * What is known of one word of a list claim.
 *
 * - `yes`: the token lists it.
 * - `no`: the token has the whole list, and it is not in it.
 * - `unknown`: the token doesn't say: the list is missing or cut. Deny, or ask elsewhere.
 */
export type Listed = "yes" | "no" | "unknown";

/** The elements of a list claim that are certainly there, in the token's order. */
export class ListClaim<T> implements Iterable<T> {
  /** Whether these are all: the claim is there, and the trigger has cut nothing off. */
  readonly isWhole: boolean;
  readonly #elements: readonly T[];

  constructor(elements: readonly T[], isWhole: boolean) {
    this.#elements = elements;
    this.isWhole = isWhole;
  }

  /** The elements that are certainly there, in the token's order. */
  [Symbol.iterator](): IterableIterator<T> {
    return this.#elements.values();
  }

  /** What is known of an element for which `isIt` holds. */
  protected listed(isIt: (element: T) => boolean): Listed {
    return this.#elements.some(isIt) ? "yes" : this.isWhole ? "no" : "unknown";
  }
}

/**
 * A type made of a list's elements and of whether they are all. A claim that is missing is a list of
 * which nothing is known.
 */
export function listClaim<T, L>(
  of: ClaimType<T>,
  make: (elements: readonly T[], isWhole: boolean) => L,
): ClaimType<L> {
  const absent = (): L => make([], false);
  return {
    absent,
    decode(value, source, claim, element) {
      if (value === null || value === undefined) return absent();
      return make(
        decodeList(of, value, source, claim, element),
        source.form !== "plain" && !isCut(claim, source),
      );
    },
  };
}

/** Whether the marker `claims_cut` names a claim. A marker that can't be read may name any. */
export function isCut(claim: string, source: Source): boolean {
  const marker = own(source.entries, "claims_cut") ?? "";
  return !isText(marker) || hasWord(marker, claim);
}
