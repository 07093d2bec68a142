// Why claims can't be read.
//
// One error for the whole reader: it names the claim, the front door and what was expected, and
// never a value, so that its text may be logged and shown.

import { type Door, titleOf } from "./door.js";

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
 * Whatever makes a handler refuse a request: a {@link ReadError}, a {@link BitsError}, a
 * {@link Refusal}. No text of one holds a claim's value.
 */
export class ClaimsError extends Error {}

const PHRASES: Readonly<Record<ReadErrorCode, string>> = {
  missing: "is missing",
  unexpected: "is not ",
  ambiguous: "is ambiguous: ",
  no_claims: "no claims: expected ",
  ambiguous_door: "ambiguous front door: ",
};

/**
 * Why claims, or one claim, can't be read.
 *
 * The text is safe for logs and callers: no claim value is in it.
 */
export class ReadError extends ClaimsError {
  /** What went wrong. */
  readonly code: ReadErrorCode;
  /** What was expected, or why a form can't be undone; never a value. */
  readonly detail: string;
  /** The claim's name, if the error is about one claim. */
  readonly claim: string | undefined;
  /** The front door, if it is known. */
  readonly door: Door | undefined;

  constructor(code: ReadErrorCode, detail: string, claim?: string, door?: Door) {
    const subject = claim === undefined ? "" : `claim \`${claim}\` `;
    const place = door ? ` (${titleOf(door)})` : "";
    super(subject + PHRASES[code] + detail + place);
    this.name = "ReadError";
    this.code = code;
    this.detail = detail;
    this.claim = claim;
    this.door = door;
  }
}

/** The claim isn't what was expected. */
export function unexpected(expected: string): never {
  throw new ReadError("unexpected", expected);
}

/** The front door's text could mean more than one value. */
export function ambiguous(reason: string): never {
  throw new ReadError("ambiguous", reason);
}

/** The claim has the right JSON type and is still not accepted. */
export function notAccepted(): never {
  unexpected("what the asked type accepts");
}
