// What is known of a word of a list, of which the token may have only the beginning.

import type { Source } from "./door.js";
import { hasWord } from "./encoding.js";
import { own } from "./json.js";
import { CLAIMS_CUT } from "./names.js";

/**
 * What is known of one word of a list claim.
 *
 * - `yes`: the token lists it.
 * - `no`: the token has the whole list, and it is not in it.
 * - `unknown`: the token doesn't say: the list is missing or cut. Deny, or ask elsewhere.
 */
export type Listed = "yes" | "no" | "unknown";

/** What is known of a word that is or isn't among the elements. */
export function listed(isThere: boolean, whole: boolean): Listed {
  return isThere ? "yes" : whole ? "no" : "unknown";
}

/** Whether the marker `claims_cut` names a claim. A marker that can't be read may name any. */
export function isCut(claim: string, source: Source): boolean {
  const marker = own(source.entries, CLAIMS_CUT);
  if (marker === undefined || marker === null) return false;
  return typeof marker !== "string" || hasWord(marker, claim);
}

/** Whether what isn't among a claim's elements isn't in the list. */
export function isWhole(claim: string, source: Source): boolean {
  return source.form !== "plain" && !isCut(claim, source);
}
