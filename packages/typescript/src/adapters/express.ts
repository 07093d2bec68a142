// Express on AWS Lambda, by whichever package calls the app with a request made of the event.
//
// Those packages leave the event in places that are not safe to read claims from: a header
// (`x-apigateway-event`) can be written by a caller where the package doesn't run, and
// `getCurrentInvoke()`, `req.apiGateway` of `serverless-express` are one object for all requests,
// which already holds the next caller's event when a function works on several at once. So the
// event comes from around the handler, bound to what that one call does, and is bound to the
// request before anything else can happen to it.

import { AsyncLocalStorage } from "node:async_hooks";

import { ClaimsError } from "../error.js";
import type { Guard } from "../guard.js";
import { Refusal } from "../refusal.js";
import { judged, type Open } from "./judge.js";
import { keep } from "./kept.js";

export type { Open } from "./judge.js";
export { claimsOf } from "./kept.js";

/** One call of the Lambda. It is for one request: who comes later has lost the own call. */
interface Call {
  readonly event: unknown;
  isTaken: boolean;
}

const calls = new AsyncLocalStorage<Call>();
const events = new WeakMap<object, unknown>();

/** What is used of Express's response. */
interface Response {
  status(code: number): unknown;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/**
 * The same handler of a Lambda, whose event {@link bindEvent} then knows:
 * `export const handler = withEvent(serverlessExpress({ app }))`.
 */
export function withEvent<E, A extends readonly unknown[], R>(
  handler: (event: E, ...rest: A) => R,
): (event: E, ...rest: A) => R {
  return (event, ...rest) => calls.run({ event, isTaken: false }, () => handler(event, ...rest));
}

/**
 * The middleware that binds the event of {@link withEvent} to the request. It is the first of the
 * app: what waits for a shared connection, such as a store of sessions, may go on in the place of
 * another request.
 */
export function bindEvent(request: object, _response: unknown, next: () => void): void {
  const call = calls.getStore();
  if (call !== undefined && !call.isTaken) {
    call.isTaken = true;
    events.set(request, call.event);
  }
  next();
}

/**
 * A middleware that lets through what a guard allows, and answers the rest. `claimsOf(req)` gives
 * the handler the claims. Nobody is let through without {@link withEvent} and {@link bindEvent}.
 *
 * ```ts
 * app.use(bindEvent);
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
    const judgement = judged(events.get(request), guard, open);
    if (judgement instanceof Refusal) {
      answer(response, judgement);
    } else {
      keep(request, judgement);
      next();
    }
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
  if (error instanceof ClaimsError) answer(response, Refusal.from(error));
  else next(error);
}

function answer(response: Response, refusal: Refusal): void {
  const { statusCode, headers, body } = refusal.proxyResponse();
  response.status(statusCode);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}
