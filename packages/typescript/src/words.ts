// Lists of plain words: roles, permissions, and every other list of that kind.
//
// They are open sets like tiers: the contract fixes the claims' names, not their words.

import { isListWord } from "./encoding.js";
import { notAccepted } from "./error.js";
import { listClaim, ListClaim, type Listed } from "./listed.js";
import type { ClaimType } from "./type.js";
import { text } from "./value.js";

/**
 * The words of a list claim, such as roles or permissions.
 *
 * Reads the forms `comma`, `space` and `list` at every front door. Of a claim that is missing or
 * cut, a word that isn't listed is unknown.
 *
 * @typeParam W - The words that the application asks for.
 */
export class Words<W extends string = string> extends ListClaim<string> {
  /** What is known of one word. */
  contains(word: W): Listed {
    return this.listed((listed) => listed === word);
  }
}

const WORDS: ClaimType<Words> = /* @__PURE__ */ listClaim(text, (words, isWhole) =>
  // Another word would be two at a front door that flattens.
  words.every(isListWord) ? new Words(words, isWhole) : notAccepted(),
);

/** A list of plain words; `words<"admin" | "editor">()` lets ask for these alone. */
export function words<W extends string = string>(): ClaimType<Words<W>> {
  return WORDS;
}
