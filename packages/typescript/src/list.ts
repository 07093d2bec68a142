// A list that a front door has flattened into text, undone by the claim's name. Pure text.

import type { Source } from "./door.js";
import { isListWord, isWithoutSpace } from "./encoding.js";
import { ambiguous, type ReadError, unexpected } from "./error.js";
import { GROUPS, SCOPE } from "./names.js";

/** What a text is not. */
export const LIST = "a list";

/** The words of a flattened list. Lists are undone by name where Cognito's own rules are known. */
export function wordsOf(text: string, claim: string, source: Source): string[] {
  const inner = innerOf(text, claim, source);
  if (inner.text === "") return [];
  // Groups have no white space (AWS, Cognito API reference, GroupNameType), nor have scopes (RFC
  // 6749 section 3.3); every other list follows the contract.
  const allows = isOfCognito(claim) ? isWithoutSpace : isListWord;
  const words = inner.text.split(inner.separator);
  for (const word of words) {
    if (!allows(word)) {
      throw ambiguous(
        "an element is empty or holds a mark with which lists are parted or wrapped",
        claim,
        source,
      );
    }
  }
  return words;
}

interface Inner {
  readonly text: string;
  readonly separator: string;
}

function innerOf(text: string, claim: string, source: Source): Inner {
  const separator = text.includes(",") ? "," : " ";
  if (text === "") return { text, separator };
  if (claim === SCOPE) return { text, separator: " " };
  const isGroups = claim === GROUPS;
  switch (source.form) {
    case "go":
      if (text.length > 1 && text.startsWith("[") && text.endsWith("]")) {
        return { text: text.slice(1, -1), separator: " " };
      }
      if (isGroups) throw unexpected(LIST, claim, source);
      return { text, separator };
    case "java":
      if (isGroups && separator === "," && !source.commaFreeGroups) {
        throw ambiguous(
          "a comma parts groups here and may also stand in a group's name",
          claim,
          source,
        );
      }
      return { text, separator: isGroups ? "," : separator };
    case "context":
      return { text, separator: isGroups ? "," : separator };
    case "json":
    case "plain":
      if (isGroups) throw unexpected(LIST, claim, source);
      return { text, separator };
  }
}

/** The elements of a JSON text in the place of a list, where the form of the door has such. */
export function jsonListOf(
  text: string,
  claim: string,
  source: Source,
): readonly unknown[] | undefined {
  const json = jsonTextOf(text, claim, source);
  if (json === undefined) return undefined;
  const parsed = parsedJson(json);
  if (!Array.isArray(parsed)) throw noJsonList(claim, source);
  return parsed;
}

function noJsonList(claim: string, source: Source): ReadError {
  return ambiguous("the list has neither plain words nor JSON text in it", claim, source);
}

function jsonTextOf(text: string, claim: string, source: Source): string | undefined {
  if (claim === SCOPE) return undefined;
  switch (source.form) {
    // The authorizer's own choice for elements that are no plain words.
    case "context":
      return text.startsWith("[") ? text : undefined;
    // Version 1 of the trigger event carries a JSON claim as its text, and no front door changes
    // that. A flattened list begins so at none: no plain word has a brace.
    case "json":
      return claim !== GROUPS && text.startsWith("[") ? text : undefined;
    case "go":
      return claim !== GROUPS && text.startsWith('[{"') ? text : undefined;
    case "java":
      if (claim === GROUPS) return undefined;
      if (text.startsWith('[{"')) return text;
      // A list of objects, such as `identities`: their JSON texts, without the brackets.
      return text.startsWith("{") ? `[${text}]` : undefined;
    case "plain":
      return undefined;
  }
}

/** The value of a JSON text, or `undefined`: a parser's own error quotes the text. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isOfCognito(claim: string): boolean {
  return claim === GROUPS || claim === SCOPE;
}
