// Hono on AWS Lambda (`hono/aws-lambda`).

import { ClaimsError } from "../error.js";
import type { Guard } from "../guard.js";
import { member } from "../json.js";
import { Refusal } from "../refusal.js";
import { judged, type Open } from "./judge.js";
import { keep } from "./kept.js";

export type { Open } from "./judge.js";
export { claimsOf } from "./kept.js";

/** What is used of Hono's context; `R` is its response. */
interface Context<R> {
  readonly env: unknown;
  readonly error: Error | undefined;
  res: R;
  body(data: string, status: 401 | 403 | 503, headers: Record<string, string>): R;
}

/**
 * A middleware that lets through what a guard allows, and answers whatever else refuses, also a
 * guard or a claim of the handler itself. `claimsOf(c)` gives the handler the claims.
 *
 * They are those of the Lambda event, which the gateway has made and `handle` of `hono/aws-lambda`
 * passes as `c.env.event`; no header is looked at. Under another server there is no event, and
 * nobody is let through.
 *
 * ```ts
 * app.get("/orders", guarded(Guard.accessToken().anyScope(["orders/read"])), (c) =>
 *   c.json({ org: claimsOf(c).orgId() }),
 * );
 * ```
 *
 * @param open - How the claims are found; by default `Claims.fromEvent`.
 */
export function guarded(
  guard: Guard,
  open?: Open,
): <R>(context: Context<R>, next: () => Promise<void>) => Promise<R | undefined> {
  return async (context, next) => {
    const judgement = judged(member(context.env, "event"), guard, open);
    if (judgement instanceof Refusal) return answer(context, judgement);
    keep(context, judgement);
    await next();
    // Hono keeps what a handler throws, and has made it a fault by now.
    const { error } = context;
    if (error instanceof ClaimsError) context.res = answer(context, Refusal.from(error));
    return undefined;
  };
}

function answer<R>(context: Context<R>, refusal: Refusal): R {
  const { headers, body } = refusal.proxyResponse();
  return context.body(body, refusal.status, headers);
}
