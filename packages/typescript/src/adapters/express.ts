// Express on AWS Lambda, by whichever package calls the app with a request made of the event.
//
// Those packages leave the event in places that are not safe to read claims from: a header
// (`x-apigateway-event`) can be written by a caller where the package doesn't run, and
// `getCurrentInvoke()`, `req.apiGateway` of `serverless-express` are one object for all requests,
// which already holds the next caller's event when a function works on several at once. Nor does an
// async context tell whose a request is: that of a server or a connection is the one of the call
// that has opened it. So each call's event carries a secret of its own in a header, which the
// request made of it brings along, and no other request can.

import { ClaimsError } from "../error.js";
import type { Guard } from "../guard.js";
import { isObject, member, type Members } from "../json.js";
import { Refusal } from "../refusal.js";
import { judged, type Open } from "./judge.js";
import { keep } from "./kept.js";

export type { Open } from "./judge.js";
export { claimsOf } from "./kept.js";

declare const crypto: { randomUUID(): string };

/** In small letters, as Node.js has the names of headers. */
const HEADER = "x-cognito-claims-call";

/** The events of the calls that have not ended, whose requests have not come, by their secrets. */
const calls = new Map<string, unknown>();
const events = new WeakMap<object, unknown>();

/** What is used of Express's request. */
interface Request {
  readonly headers: Record<string, unknown>;
  readonly rawHeaders?: unknown[];
}

/** What is used of Express's response. */
interface Response {
  status(code: number): unknown;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

/**
 * The same handler of a Lambda, whose event {@link bindEvent} then knows:
 * `export const handler = withEvent(serverlessExpress({ app }))`.
 *
 * The handler has to give a promise that settles with the answer: when it does, or at once if there
 * is none, the call ends, and no request is bound to its event any more. The request has to be made
 * of the headers of the event that the handler gets, which is a copy.
 */
export function withEvent<E, A extends readonly unknown[], R>(
  handler: (event: E, ...rest: A) => R,
): (event: E, ...rest: A) => R {
  return (event, ...rest) => {
    const secret = crypto.randomUUID();
    const end = (): void => void calls.delete(secret);
    calls.set(secret, event);
    try {
      const answer = handler(carrying(event, secret), ...rest);
      Promise.resolve(answer).then(end, end);
      return answer;
    } catch (error) {
      end();
      throw error;
    }
  };
}

/**
 * The middleware that binds the event of {@link withEvent} to the request. It is the first of the
 * app: it takes the header off with which `withEvent` has marked the request, so that nothing else
 * sees or passes it on.
 */
export function bindEvent(request: Request, _response: unknown, next: () => void): void {
  const { headers, rawHeaders } = request;
  const secret = headers[HEADER];
  delete headers[HEADER];
  // Names and values by turns. Node.js counts them, so that none may be missing.
  rawHeaders?.forEach((name, place) => {
    if (place % 2 === 0 && isHeader(name)) rawHeaders[place + 1] = "";
  });
  // Each secret is good for one request.
  if (typeof secret === "string" && calls.has(secret)) {
    events.set(request, calls.get(secret));
    calls.delete(secret);
  }
  next();
}

/** A copy of the event with the secret among its headers, in each place where it has some. */
function carrying<E>(event: E, secret: string): E {
  if (!isObject(event)) return event;
  const single = member(event, "headers");
  const many = member(event, "multiValueHeaders");
  return {
    ...event,
    // A load balancer's event has either, and the answer has to have the same.
    ...(isObject(single) || !isObject(many) ? { headers: marked(single, secret) } : {}),
    ...(isObject(many) ? { multiValueHeaders: marked(many, [secret]) } : {}),
  };
}

/** Headers with the secret, and without any that the caller may have written in its place. */
function marked(headers: unknown, secret: string | string[]): Members {
  const others = Object.entries(isObject(headers) ? headers : {}).filter(([name]) => !isHeader(name));
  return { ...Object.fromEntries(others), [HEADER]: secret };
}

function isHeader(name: unknown): boolean {
  return typeof name === "string" && name.toLowerCase() === HEADER;
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
