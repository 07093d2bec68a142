// The event handler of Powertools for AWS Lambda (`@aws-lambda-powertools/event-handler/http`).

import type { Guard } from "../guard.js";
import { type ProxyResponse, Refusal } from "../refusal.js";
import { judged, type Open } from "./judge.js";
import { keep } from "./kept.js";

export type { Open } from "./judge.js";
export { claimsOf } from "./kept.js";

/** What is used of the request that a middleware gets. */
interface Given {
  readonly reqCtx: { readonly event: unknown };
  readonly next: () => Promise<unknown>;
}

/**
 * A middleware that lets through what a guard allows, and answers the rest. `claimsOf(reqCtx)` gives
 * the handler the claims.
 *
 * They are those of the Lambda event, which the gateway has made; no header is looked at.
 *
 * ```ts
 * app.errorHandler(ClaimsError, refused);
 * app.get("/orders", [guarded(Guard.accessToken().anyScope(["orders/read"]))], (reqCtx) => ({
 *   org: claimsOf(reqCtx).orgId(),
 * }));
 * ```
 *
 * @param open - How the claims are found; by default `Claims.fromEvent`.
 */
export function guarded(
  guard: Guard,
  open?: Open,
): (given: Given) => Promise<ProxyResponse | undefined> {
  return async ({ reqCtx, next }) => {
    const judgement = judged(reqCtx.event, guard, open);
    if (judgement instanceof Refusal) return judgement.proxyResponse();
    keep(reqCtx, judgement);
    await next();
    return undefined;
  };
}

/**
 * The error handler that answers what a guard or a claim in a handler has refused:
 * `app.errorHandler(ClaimsError, refused)`.
 */
export async function refused(error: unknown): Promise<ProxyResponse> {
  return Refusal.from(error).proxyResponse();
}
