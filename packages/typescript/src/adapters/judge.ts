// Judging one request's event, for all adapters.

import { Claims } from "../claims.js";
import type { Guard } from "../guard.js";
import { Refusal } from "../refusal.js";

/**
 * How an event's claims are found: a constructor of `Claims`, or one with a promise, such as
 * `(event) => Claims.fromRestCognito(event).assumeCommaFreeGroups()`.
 */
export type Open = (event: unknown) => Claims;

/** The claims of an event that a guard lets through, or why it doesn't. */
export function judged(event: unknown, guard: Guard, open: Open = Claims.fromEvent): Claims | Refusal {
  try {
    const claims = open(event);
    guard.check(claims);
    return claims;
  } catch (error) {
    return Refusal.from(error);
  }
}
