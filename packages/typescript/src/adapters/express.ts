// Express on AWS Lambda, by whichever package calls the app with a request made of the event.
//
// Those packages leave the event in places that are not safe to read claims from: a header
// (`x-apigateway-event`) can be written by a caller where the package doesn't run, and
// `getCurrentInvoke()`, `req.apiGateway` of `serverless-express` are one object for all requests,
// which already holds the next caller's event when a function works on several at once. So the
// event comes from around the handler, bound to what that one call does.

import { AsyncLocalStorage } from "node:async_hooks";

import { BitsError } from "../bits.js";
import { ReadError } from "../error.js";
import type { Guard } from "../guard.js";
import { Refusal } from "../refusal.js";
import { type Open, judged } from "./judge.js";
import { keep } from "./kept.js";

export type { Open } from "./judge.js";
export { claimsOf } from "./kept.js";

const events = new AsyncLocalStorage<{ readonly event: unknown }>();

/** What is used of Express's response. */
interface Response {
  status(code: number): unknown;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/**
 * The same handler of a Lambda, whose event the middleware then knows:
 * `export const handler = withEvent(serverlessExpress({ app }))`.
 */
export function withEvent<E, A extends readonly unknown[], R>(
  handler: (event: E, ...rest: A) => R,
): (event: E, ...rest: A) => R {
  return (event, ...rest) => events.run({ event }, () => handler(event, ...rest));
}

/**
 * A middleware that lets through what a guard allows, and answers whatever else refuses.
 * `claimsOf(req)` gives the handler the claims. Nobody is let through without {@link withEvent}.
 *
 * ```ts
 * app.get("/orders", guarded(Guard.accessToken().anyScope(["orders/read"])), (req, res) => {
 *   res.json({ org: claimsOf(req).orgId() });
 * });
 * app.use(refusals);
 * export const handler = withEvent(serverlessExpress({ app }));
 * ```
 *
 * @param open - How the claims are found; by default `Claims.fromEvent`.
 */
export function guarded(
  guard: Guard,
  open?: Open,
): (request: object, response: Response, next: () => void) => void {
  return (request, response, next) => {
    const judgement = judged(events.getStore()?.event, guard, open);
    if (judgement instanceof Refusal) {
      answer(response, judgement);
      return;
    }
    keep(request, judgement);
    next();
  };
}

/**
 * The error handler that answers what a guard or a claim in a handler has refused. It stands after
 * the routes: `app.use(refusals)`. Every other error goes on to the next one.
 */
export function refusals(
  error: unknown,
  _request: object,
  response: Response,
  next: (error: unknown) => void,
): void {
  if (error instanceof Refusal || error instanceof ReadError || error instanceof BitsError) {
    answer(response, Refusal.from(error));
  } else {
    next(error);
  }
}

function answer(response: Response, refusal: Refusal): void {
  response.status(refusal.status);
  for (const [name, value] of Object.entries(refusal.headers())) response.setHeader(name, value);
  response.end(JSON.stringify(refusal.problem()));
}
