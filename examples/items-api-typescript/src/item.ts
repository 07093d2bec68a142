// What an item is, how a caller writes one, and what a caller sees of it.

import type { Caller } from "./caller";
import { Problem } from "./problem";
import type { Request } from "./request";

/** The longest body that is read, in bytes. */
const BODY_LIMIT = 16 * 1024;

/** A name for an item that its maker chooses: 1 to 64 letters, digits, `-`, `.` and `_`. */
export type Id = string & { readonly kind: unique symbol };

/** What a caller writes. */
export interface NewItem {
  readonly id: Id;
  readonly name: string;
}

/** An item as it is kept. */
export interface Item extends NewItem {
  /** In seconds since 1970. */
  readonly createdAt: number;
  /** `Caller.name` of who made it. */
  readonly createdBy: string;
}

/**
 * Reads a request's body, if it says that it is JSON: a text that merely looks like it may mean
 * something else.
 */
export function ofBody({ contentType, body }: Request): NewItem {
  if (!isJson(contentType)) throw Problem.unsupportedMediaType();
  if (body.length > BODY_LIMIT) throw Problem.tooLarge(BODY_LIMIT);
  const text = decode(body);
  const written = members(json(text));
  // Two names and two values. A field besides, or one twice, is refused, because ignoring it would
  // lose what the caller meant.
  const texts = text.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  if (texts.length > 4) throw otherForm(" alone");
  const id = typeof written["id"] === "string" ? parseId(written["id"]) : undefined;
  const name = typeof written["name"] === "string" ? parseName(written["name"]) : undefined;
  if (id === undefined) throw otherForm(" at `id`");
  if (name === undefined) throw otherForm(" at `name`");
  return { id, name };
}

/** The text as an id, if it is one. */
export function parseId(text: string): Id | undefined {
  return /^[A-Za-z0-9._-]{1,64}$/.test(text) ? (text as Id) : undefined;
}

/** Whether the same caller asked for the same, at whatever time. */
export function isAsAskedFor(item: Item, other: Item): boolean {
  return item.id === other.id && item.name === other.name && item.createdBy === other.createdBy;
}

/** What a caller sees of an item. */
export function shown(item: Item, caller: Caller): object {
  return {
    id: item.id,
    name: item.name,
    created_at: item.createdAt,
    ...(caller.seesAuthors ? { created_by: item.createdBy } : {}),
  };
}

/**
 * Whatever parameters there are.
 *
 * SPEC: RFC 9110, 8.3.1: in any letters, with blanks and tabs before the parameters.
 */
function isJson(mediaType: string): boolean {
  return /^[ \t]*application\/json[ \t]*(?:;|$)/i.test(mediaType);
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw Problem.badRequest("the body is not JSON");
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error's own text quotes what was sent.
    throw Problem.badRequest("the body is not JSON");
  }
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw otherForm("");
  return value as Record<string, unknown>;
}

/** 1 to 200 characters, and no half of one. */
function parseName(text: string): string | undefined {
  const length = [...text].length;
  return length >= 1 && length <= 200 && text.isWellFormed() ? text : undefined;
}

function otherForm(place: string): Problem {
  return Problem.badRequest(`the body is not of the form {"id": …, "name": …}${place}`);
}
