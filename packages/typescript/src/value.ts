// The plain types of claims: each undoes what the claim's front door did.
//
// By the type that is asked for and never by looks: asked for text, `[a b]` is that text; asked for
// a list, it is two words. What can't be undone is an error and never a guess.

import { secondsOf } from "./date.js";
import type { Source } from "./door.js";
import { ambiguous, unexpected } from "./error.js";
import { isObject, type Json, type JsonObject } from "./json.js";
import { parsedJson } from "./list.js";
import { type ClaimType, required } from "./type.js";

const WHOLE = /^-?[0-9]+$/;
// Every part is told from the next by its first letter: the time to match is linear.
const NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
// Without the flag `u` no letter beyond ASCII counts as one of these.
const TRUE = /^true$/i;
const FALSE = /^false$/i;

/**
 * Text. Whole numbers and booleans count as their text, because the doors that flatten show them
 * so, and the difference can't be told there.
 */
export const text: ClaimType<string> = required(decodeText);

/** The text that a value is, by the rule of {@link text}. */
export function decodeText(value: unknown, claim: string, source: Source): string {
  if (typeof value === "string") return value;
  if (source.form !== "plain") {
    if (typeof value === "boolean") return value ? "true" : "false";
    if (isWholeNumber(value)) return String(value);
  }
  throw unexpected("text", claim, source);
}

/**
 * A whole number: one that JavaScript holds exactly, so from -(2^53-1) to 2^53-1. A larger one is
 * an error, and never rounded. Times are seconds since 1970.
 */
export const integer: ClaimType<number> = required((value, claim, source) => {
  const number = typeof value === "string" ? wholeOfText(value, source) : value;
  if (isWholeNumber(number)) return number;
  throw unexpected("a whole number", claim, source);
});

/** A number with or without a fraction. */
export const number: ClaimType<number> = required((value, claim, source) => {
  const isText = typeof value === "string" && source.form !== "plain" && NUMBER.test(value);
  const number = isText ? Number(value) : value;
  // JSON has numbers that are too large for any, and they come as infinite ones.
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw unexpected("a number", claim, source);
});

/** True or false. Mapped attributes have been seen as `True`. */
export const boolean: ClaimType<boolean> = required((value, claim, source) => {
  if (typeof value === "boolean") return value;
  if (typeof value === "string" && source.form !== "plain") {
    if (TRUE.test(value)) return true;
    if (FALSE.test(value)) return false;
  }
  throw unexpected("true or false", claim, source);
});

/** The value as the front door shows it, which is mostly text. Not a copy. */
export const json: ClaimType<Json> = required((value) => value as Json);

/** An object, which needs a front door that keeps JSON. Not a copy. */
export const object: ClaimType<JsonObject> = required(decodeObject);

/** The object that a value is, by the rule of {@link object}. */
export function decodeObject(value: unknown, claim: string, source: Source): JsonObject {
  if (isObject(value)) return value as JsonObject;
  if (typeof value === "string" && source.form !== "plain") {
    // An emulator, or a JSON claim of a version 1 trigger event.
    if (value.startsWith("{")) {
      const parsed = parsedJson(value);
      if (isObject(parsed)) return parsed as JsonObject;
      throw ambiguous("the object is not JSON text", claim, source);
    }
    if (source.form === "go" && value.startsWith("map[")) {
      throw ambiguous(
        "an object is flattened without quotes here and can't be restored",
        claim,
        source,
      );
    }
  }
  throw unexpected("an object", claim, source);
}

function wholeOfText(value: string, source: Source): number | undefined {
  if (source.form === "plain") return undefined;
  // Adding nothing makes the text `-0` an ordinary zero.
  if (WHOLE.test(value)) return Number(value) + 0;
  return source.form === "java" ? secondsOf(value) : undefined;
}

/**
 * Whether a value is a number that was written without a fraction and kept all its digits. A zero
 * with a sign was written as `-0` or with a fraction.
 */
export function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}
