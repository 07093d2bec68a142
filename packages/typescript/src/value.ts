// The plain types of claims: each undoes what the claim's front door did.
//
// By the type that is asked for and never by looks: asked for text, `[a b]` is that text; asked for
// a list, it is two words. What can't be undone is an error and never a guess. In `plain` JSON
// nothing was flattened, and nothing is converted.

import { secondsOf } from "./date.js";
import type { Source } from "./door.js";
import { ambiguous, unexpected } from "./error.js";
import { isObject, isText, type Json, type JsonObject } from "./json.js";
import { parsedJson } from "./list.js";
import { type ClaimType, required } from "./type.js";

const WHOLE = /^-?[0-9]+$/;
// Every part is told from the next by its first letter: the time to match is linear.
const NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
// Without the flag `u` no letter beyond ASCII counts as one of these.
const BOOLEAN = /^(?:(true)|false)$/i;

/**
 * Text. Whole numbers and booleans count as their text, because the doors that flatten show them
 * so, and the difference can't be told there.
 */
export const text: ClaimType<string> = /* @__PURE__ */ required(decodeText);

/** The text that a value is, by the rule of {@link text}. */
export function decodeText(value: unknown, { form }: Source): string {
  if (isText(value)) return value;
  return form !== "plain" && (typeof value === "boolean" || isWholeNumber(value))
    ? String(value)
    : unexpected("text");
}

/**
 * A whole number: one that JavaScript holds exactly, so from -(2^53-1) to 2^53-1. A larger one is
 * an error, and never rounded. Times are seconds since 1970.
 */
export const integer: ClaimType<number> = /* @__PURE__ */ required((value, source) => {
  const number = unflattened(value, source, WHOLE);
  return isWholeNumber(number) ? number : unexpected("a whole number");
});

/** A number with or without a fraction. */
export const number: ClaimType<number> = /* @__PURE__ */ required((value, source) => {
  const number = unflattened(value, source, NUMBER);
  // JSON has numbers that are too large for any, and they come as infinite ones.
  return typeof number === "number" && Number.isFinite(number) ? number : unexpected("a number");
});

/** The number that a text of some form is, or a date at the door that shows times as dates. */
function unflattened(value: unknown, { form }: Source, written: RegExp): unknown {
  if (!isText(value) || form === "plain") return value;
  // Adding nothing makes the text `-0` an ordinary zero.
  if (written.test(value)) return Number(value) + 0;
  return form === "java" ? secondsOf(value) : undefined;
}

/** True or false. Mapped attributes have been seen as `True`. */
export const boolean: ClaimType<boolean> = /* @__PURE__ */ required((value, { form }) => {
  if (typeof value === "boolean") return value;
  const word = isText(value) && form !== "plain" ? BOOLEAN.exec(value) : null;
  return word === null ? unexpected("true or false") : word[1] !== undefined;
});

/** The value as the front door shows it, which is mostly text. Not a copy. */
export const json: ClaimType<Json> = /* @__PURE__ */ required((value) => value as Json);

/** An object, which needs a front door that keeps JSON. Not a copy. */
export const object: ClaimType<JsonObject> = /* @__PURE__ */ required(decodeObject);

/** The object that a value is, by the rule of {@link object}. */
export function decodeObject(value: unknown, { form }: Source): JsonObject {
  if (isObject(value)) return value as JsonObject;
  if (isText(value) && form !== "plain") {
    // An emulator, or a JSON claim of a version 1 trigger event.
    if (value.startsWith("{")) {
      const parsed = parsedJson(value);
      return isObject(parsed) ? (parsed as JsonObject) : ambiguous("the object is not JSON text");
    }
    if (form === "go" && value.startsWith("map[")) {
      ambiguous("an object is flattened without quotes here and can't be restored");
    }
  }
  return unexpected("an object");
}

/**
 * Whether a value is a number that was written without a fraction and kept all its digits. A zero
 * with a sign was written as `-0` or with a fraction.
 */
export function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}
