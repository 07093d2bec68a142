// A list that a front door has flattened into text, undone by the claim's name. Pure text.

import type { Source } from "./door.js";
import { isListWord, isWithoutSpace } from "./encoding.js";
import { ambiguous, unexpected } from "./error.js";
import { isText } from "./json.js";

/** Cognito's own lists. */
export const GROUPS = "cognito:groups";
export const SCOPE = "scope";

/** What a text is not. */
export const LIST = "a list";

const BRACKETED = /^\[.*\]$/s;
// With the flag `u` the halves of a whole character aren't seen.
const HALF = /\p{Cs}/u;

/** The words of a flattened list. Lists are undone by name where Cognito's own rules are known. */
export function wordsOf(text: string, source: Source, claim: string): string[] {
  const { form } = source;
  // Groups have no white space (AWS, Cognito API reference, GroupNameType), nor have scopes (RFC
  // 6749 section 3.3), which blanks part; every other list follows the contract.
  const isGroups = claim === GROUPS;
  const isScopes = claim === SCOPE;
  const hasComma = text.includes(",");
  let inner = text;
  let separator = hasComma && !isScopes ? "," : " ";
  if (text !== "" && !isScopes) {
    if (form === "go" && BRACKETED.test(text)) {
      inner = text.slice(1, -1);
      separator = " ";
    } else if (isGroups) {
      if (form === "go" || form === "json") unexpected(LIST);
      if (form === "java" && hasComma && !source.commaFreeGroups) {
        ambiguous("a comma parts groups here and may also stand in a group's name");
      }
      separator = ",";
    }
  }
  const words = inner === "" ? [] : inner.split(separator);
  if (!words.every(isGroups || isScopes ? isWithoutSpace : isListWord)) {
    ambiguous("an element is empty or holds a mark with which lists are parted or wrapped");
  }
  return words;
}

/** The elements of a JSON text in the place of a list, where the form of the door has such. */
export function jsonListOf(
  text: string,
  { form }: Source,
  claim: string,
): readonly unknown[] | undefined {
  const json = jsonTextOf(text, form, claim);
  if (json === undefined) return undefined;
  const parsed = parsedJson(json);
  return Array.isArray(parsed)
    ? parsed
    : ambiguous("the list has neither plain words nor JSON text in it");
}

function jsonTextOf(text: string, form: Source["form"], claim: string): string | undefined {
  if (claim === SCOPE || (claim === GROUPS && form !== "context")) return undefined;
  // In a context it is the authorizer's own choice for elements that are no plain words. Version 1
  // of the trigger event carries a JSON claim as its text, and no front door changes that. A
  // flattened list begins so at none: no plain word has a brace.
  const isFlat = form === "go" || form === "java";
  if (text.startsWith(isFlat ? '[{"' : "[")) return text;
  // A list of objects, such as `identities`: their JSON texts, without the brackets.
  return form === "java" && text.startsWith("{") ? `[${text}]` : undefined;
}

/**
 * The value of a JSON text, or `undefined`: a parser's own error quotes the text.
 *
 * What JavaScript takes and other readers don't is refused as well: more than 127 levels, a number
 * beyond all numbers, half of a character. Looked at level by level, which no text can overflow.
 */
export function parsedJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    let level = [parsed];
    for (let depth = 0; level.length > 0; depth++) {
      level = level.flatMap((value) => {
        if (Object(value) === value) {
          // The names of members are texts like the others.
          if (depth < 127) return Object.entries(value as object).flat();
        } else if (isText(value) ? !HALF.test(value) : Number.isFinite(Number(value))) {
          return [];
        }
        throw undefined;
      });
    }
    return parsed;
  } catch {
    return undefined;
  }
}
