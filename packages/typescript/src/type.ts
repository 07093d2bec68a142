// What a claim can be read as: a type of the language's is not there at run time, so it is a value.

import type { Source } from "./door.js";
import { ReadError } from "./error.js";

/**
 * What a claim is read as: {@link text}, {@link integer}, {@link list} and so on.
 *
 * The same value serves any number of claims and requests.
 */
export interface ClaimType<out T> {
  /**
   * The value of a claim that is there, or of one element of a list claim.
   *
   * @internal
   */
  decode(value: unknown, source: Source, claim: string, element: boolean): T;
  /**
   * What it means that the claim is missing or null.
   *
   * @internal
   */
  absent(): T;
}

/** A type whose claim has to be there. */
export function required<T>(decode: ClaimType<T>["decode"]): ClaimType<T> {
  return { decode, absent };
}

function absent(): never {
  throw new ReadError("missing", "");
}
