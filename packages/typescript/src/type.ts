// What a claim can be read as: a type of the language's is not there at run time, so it is a value.

import type { Source } from "./door.js";
import { missing, type ReadError, unexpected } from "./error.js";

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
  decode(value: unknown, claim: string, source: Source, element: boolean): T;
  /**
   * What it means that the claim is missing or null.
   *
   * @internal
   */
  absent(claim: string, source: Source): T;
}

/** A type whose claim has to be there. */
export function required<T>(decode: ClaimType<T>["decode"]): ClaimType<T> {
  return { decode, absent };
}

function absent(claim: string, source: Source): never {
  throw missing(claim, source);
}

/** A value that has the right JSON type and is still not accepted. */
export function notAccepted(claim: string, source: Source): ReadError {
  return unexpected("what the asked type accepts", claim, source);
}
