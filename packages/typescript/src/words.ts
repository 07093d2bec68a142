// Lists of plain words: roles, permissions, and every other list of that kind.
//
// They are open sets like tiers: the contract fixes the claims' names, not their words.

import { decodeList } from "./composite.js";
import { isListWord } from "./encoding.js";
import { type Listed, isWhole, listed } from "./listed.js";
import { type ClaimType, notAccepted } from "./type.js";
import { text } from "./value.js";

/**
 * The words of a list claim, such as roles or permissions.
 *
 * Reads the forms `comma`, `space` and `list` at every front door. Of a claim that is missing or
 * cut, a word that isn't listed is unknown.
 *
 * @typeParam W - The words that the application asks for.
 */
export class Words<W extends string = string> implements Iterable<string> {
  /** Whether these are all: the claim is there, and the trigger has cut nothing off. */
  readonly isWhole: boolean;
  readonly #words: readonly string[];

  private constructor(words: readonly string[], isWhole: boolean) {
    this.#words = words;
    this.isWhole = isWhole;
  }

  /** The list of a token that doesn't say: every word is unknown. */
  static unknown(): Words {
    return new Words([], false);
  }

  /** @internal */
  static of(words: readonly string[], isWhole: boolean): Words {
    return new Words(words, isWhole);
  }

  /** What is known of one word. */
  contains(word: W): Listed {
    return listed(this.#words.includes(word), this.isWhole);
  }

  /** The words that are certainly there, in the token's order. */
  [Symbol.iterator](): IterableIterator<string> {
    return this.#words.values();
  }
}

const WORDS: ClaimType<Words> = {
  decode(value, claim, source, element) {
    if (value === null || value === undefined) return Words.unknown();
    const words = decodeList(text, value, claim, source, element);
    // Such a word would be two at a front door that flattens.
    if (!words.every(isListWord)) throw notAccepted(claim, source);
    return Words.of(words, isWhole(claim, source));
  },
  absent() {
    return Words.unknown();
  },
};

/** A list of plain words; `words<"admin" | "editor">()` lets ask for these alone. */
export function words<W extends string = string>(): ClaimType<Words<W>> {
  return WORDS;
}
