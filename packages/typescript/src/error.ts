// Why claims can't be read.
//
// One error for the whole reader: it names the claim, the front door and what was expected, and
// never a value, so that its text may be logged and shown.

import { type Door, type Source, titleOf } from "./door.js";

/**
 * What went wrong, without the particulars.
 *
 * - `missing`: the claim is not there, or is null.
 * - `unexpected`: the claim is there, but not of the type that was asked for.
 * - `ambiguous`: the front door flattened the claim so that more than one value could have been
 *   meant.
 * - `no_claims`: the event or text holds no claims where this front door puts them.
 * - `ambiguous_door`: the event could come from more than one front door: use the constructor of
 *   the right one.
 */
export type ReadErrorCode =
  | "missing"
  | "unexpected"
  | "ambiguous"
  | "no_claims"
  | "ambiguous_door";

/**
 * Why claims, or one claim, can't be read.
 *
 * The text is safe for logs and callers: no claim value is in it.
 */
export class ReadError extends Error {
  /** What went wrong. */
  readonly code: ReadErrorCode;
  /** The claim's name, if the error is about one claim. */
  readonly claim: string | undefined;
  /** The front door, if it is known. */
  readonly door: Door | undefined;

  /** @param detail - What was expected, or why a form can't be undone; never a value. */
  constructor(code: ReadErrorCode, detail: string, claim?: string, door?: Door) {
    super(sentence(code, detail, claim) + (door === undefined ? "" : ` (${titleOf(door)})`));
    this.name = "ReadError";
    this.code = code;
    this.claim = claim;
    this.door = door;
  }
}

function sentence(code: ReadErrorCode, detail: string, claim: string | undefined): string {
  if (code === "no_claims") return `no claims: expected ${detail}`;
  if (code === "ambiguous_door") return `ambiguous front door: ${detail}`;
  const subject = claim === undefined ? "the claims" : `claim \`${claim}\``;
  if (code === "missing") return `${subject} is missing`;
  return code === "unexpected"
    ? `${subject} is not ${detail}`
    : `${subject} is ambiguous: ${detail}`;
}

/** The claim isn't there. */
export function missing(claim: string, source: Source): ReadError {
  return new ReadError("missing", "", claim, source.door);
}

/** The claim isn't what was expected. */
export function unexpected(expected: string, claim: string, source: Source): ReadError {
  return new ReadError("unexpected", expected, claim, source.door);
}

/** The front door's text could mean more than one value. */
export function ambiguous(reason: string, claim: string, source: Source): ReadError {
  return new ReadError("ambiguous", reason, claim, source.door);
}
