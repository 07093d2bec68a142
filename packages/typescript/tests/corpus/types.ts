// The corpus' types as types of the reader, and what is read as the corpus writes it.

import {
  boolean,
  type ClaimType,
  Features,
  features,
  integer,
  json,
  list,
  number,
  object,
  optional,
  Organisations,
  organisations,
  orgId,
  text,
  tier,
  Words,
  words,
} from "cognito-claims";

import type { Value } from "./case.js";

const PLAIN: Readonly<Record<string, ClaimType<unknown>>> = {
  text,
  integer,
  number,
  boolean,
  json,
  object,
  org_id: orgId,
  tier,
  words: words(),
  features: features(),
  organisations,
};

/** The type that a word of the corpus names. */
export function typeOf(name: string): ClaimType<unknown> {
  if (name.startsWith("optional ")) return optional(typeOf(name.slice(9)));
  if (name.startsWith("list of ")) return list(typeOf(name.slice(8)));
  const type = PLAIN[name];
  if (type === undefined) throw new Error(`no type ${name}`);
  return type;
}

/** A value as the corpus writes it; the expected one says what is asked of it besides. */
export function shown(value: unknown, expected: Value | undefined): unknown {
  if (value === undefined) return null;
  if (value instanceof Set) return [...value];
  if (Array.isArray(value)) {
    const places = Array.isArray(expected) ? expected : [];
    return value.map((element: unknown, place) => shown(element, places[place]));
  }
  if (value instanceof Features) {
    return { on: value.on, asked: asked(expected, (name) => value.feature(name)) };
  }
  if (value instanceof Words) {
    const { isWhole } = value;
    const all = asked(expected, (word) => value.contains(word));
    return { words: [...value], whole: isWhole, asked: all };
  }
  if (value instanceof Organisations) {
    const all = [...value].map(({ id, name }) => (name === undefined ? { id } : { id, name }));
    const answers = asked(expected, (id) => value.contains(id));
    return { organisations: all, whole: value.isWhole, asked: answers };
  }
  return value;
}

function asked(expected: Value | undefined, answer: (name: string) => string): object {
  const isObject = typeof expected === "object" && expected !== null && !Array.isArray(expected);
  const questions = isObject ? expected["asked"] : undefined;
  if (typeof questions !== "object" || questions === null) return {};
  return Object.fromEntries(Object.keys(questions).map((name) => [name, answer(name)]));
}
