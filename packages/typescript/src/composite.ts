// Types made of others: lists, what may be missing, and words of which all are known.

import { PLAIN, type Source } from "./door.js";
import { ambiguous, unexpected } from "./error.js";
import { isText } from "./json.js";
import { jsonListOf, LIST, wordsOf } from "./list.js";
import { type ClaimType, required } from "./type.js";

/** A list of values of one type. */
export function list<T>(of: ClaimType<T>): ClaimType<readonly T[]> {
  return required((...claim) => decodeList(of, ...claim));
}

/** What may be missing or null: `undefined`. */
export function optional<T>(of: ClaimType<T>): ClaimType<T | undefined> {
  return {
    decode: (value, ...claim) =>
      value === null || value === undefined ? undefined : of.decode(value, ...claim),
    absent: () => undefined,
  };
}

/** A word of which the application knows all that there are. */
export interface OneOf<W extends string> extends ClaimType<W> {
  /** What a word of tomorrow is read as, instead of an error. */
  or<const F extends string>(fallback: F): ClaimType<W | F>;
}

/** One of these words; any other is an error. `oneOf("free", "pro").or("other")` takes any. */
export function oneOf<const W extends string>(...words: readonly W[]): OneOf<W> {
  const oneOr = <F extends string>(other: () => F): ClaimType<W | F> =>
    required((value) => {
      if (!isText(value)) return unexpected("a word");
      return words.find((word) => word === value) ?? other();
    });
  return {
    ...oneOr<W>(() => unexpected(`one of the words ${words.map((word) => `\`${word}\``).join(", ")}`)),
    or: (fallback) => oneOr(() => fallback),
  };
}

/** The elements that a value holds, by the rule of {@link list}. */
export function decodeList<T>(
  of: ClaimType<T>,
  value: unknown,
  source: Source,
  claim: string,
  element: boolean,
): T[] {
  if (Array.isArray(value)) return elementsOf(of, value, source, claim);
  if (!isText(value) || source.form === "plain") return unexpected(LIST);
  if (element) {
    return source.form === "json"
      ? unexpected(LIST)
      : ambiguous("a list in a list is flattened here and can't be restored");
  }
  const parsed = jsonListOf(value, source, claim);
  if (parsed === undefined) {
    return elementsOf(of, wordsOf(value, source, claim), source, claim);
  }
  try {
    // Below the top level JSON is plain JSON: nothing in it has been flattened.
    return elementsOf(of, parsed, PLAIN, claim);
  } catch {
    return unexpected("a list of the asked type");
  }
}

function elementsOf<T>(
  of: ClaimType<T>,
  values: readonly unknown[],
  source: Source,
  claim: string,
): T[] {
  return values.map((value) => of.decode(value, source, claim, true));
}
