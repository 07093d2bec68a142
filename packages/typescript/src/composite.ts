// Types made of others: lists, what may be missing, and words of which all are known.

import { PLAIN, type Source } from "./door.js";
import { ambiguous, unexpected } from "./error.js";
import { jsonListOf, LIST, wordsOf } from "./list.js";
import { type ClaimType, required } from "./type.js";

/** A list of values of one type. */
export function list<T>(of: ClaimType<T>): ClaimType<readonly T[]> {
  return required((value, claim, source, element) =>
    decodeList(of, value, claim, source, element),
  );
}

/** What may be missing or null: `undefined`. */
export function optional<T>(of: ClaimType<T>): ClaimType<T | undefined> {
  return {
    decode(value, claim, source, element) {
      return value === null || value === undefined
        ? undefined
        : of.decode(value, claim, source, element);
    },
    absent() {
      return undefined;
    },
  };
}

/** A word of which the application knows all that there are. */
export interface OneOf<W extends string> extends ClaimType<W> {
  /** What a word of tomorrow is read as, instead of an error. */
  or<const F extends string>(fallback: F): ClaimType<W | F>;
}

/** One of these words; any other is an error. `oneOf("free", "pro").or("other")` takes any. */
export function oneOf<const W extends string>(...words: readonly W[]): OneOf<W> {
  const known: ReadonlySet<string> = new Set(words);
  const isKnown = (word: string): word is W => known.has(word);
  const all = `one of the words ${words.map((word) => `\`${word}\``).join(", ")}`;
  const strict = required<W>((value, claim, source) => {
    const word = decodeWord(value, claim, source);
    if (isKnown(word)) return word;
    throw unexpected(all, claim, source);
  });
  return {
    ...strict,
    or<const F extends string>(fallback: F): ClaimType<W | F> {
      return required<W | F>((value, claim, source) => {
        const word = decodeWord(value, claim, source);
        return isKnown(word) ? word : fallback;
      });
    },
  };
}

function decodeWord(value: unknown, claim: string, source: Source): string {
  if (typeof value === "string") return value;
  throw unexpected("a word", claim, source);
}

/** The elements that a value holds, by the rule of {@link list}. */
export function decodeList<T>(
  of: ClaimType<T>,
  value: unknown,
  claim: string,
  source: Source,
  element: boolean,
): T[] {
  if (Array.isArray(value)) return elementsOf(of, value, claim, source);
  if (typeof value !== "string" || source.form === "plain") throw unexpected(LIST, claim, source);
  if (element) {
    if (source.form === "json") throw unexpected(LIST, claim, source);
    throw ambiguous("a list in a list is flattened here and can't be restored", claim, source);
  }
  const parsed = jsonListOf(value, claim, source);
  if (parsed === undefined) return elementsOf(of, wordsOf(value, claim, source), claim, source);
  try {
    // Below the top level JSON is plain JSON: nothing in it has been flattened.
    return elementsOf(of, parsed, claim, PLAIN);
  } catch {
    throw unexpected("a list of the asked type", claim, source);
  }
}

function elementsOf<T>(
  of: ClaimType<T>,
  values: readonly unknown[],
  claim: string,
  source: Source,
): T[] {
  const elements: T[] = [];
  for (const value of values) elements.push(of.decode(value, claim, source, true));
  return elements;
}
