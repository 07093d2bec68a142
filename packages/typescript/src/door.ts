// The front doors through which claims reach a handler, and how each flattens values.
//
// Pure data: knows neither where a door puts the claims in an event nor how its text is undone.

import type { Members } from "./json.js";

/**
 * Where claims came from, and so in which form their values stand.
 *
 * - `http_api`: API Gateway HTTP API with a JWT authorizer, payload format 2.0 or 1.0. Every value
 *   is text: numbers as digits, lists as `[a b]`, objects as `map[k:v]`.
 * - `rest_cognito`: API Gateway REST API with a Cognito user pool authorizer. Every value is text:
 *   lists as `a,b`, `exp` and `iat` as `Sat Jan 30 04:49:05 UTC 2021`.
 * - `rest_jwt`: API Gateway REST API with a JWT authorizer: JSON values as in the token.
 * - `lambda_authorizer`: the context that a Lambda authorizer returned (REST, HTTP or WebSocket
 *   API), in the form of `cognito-claims/context`.
 * - `appsync`: AppSync with a Cognito user pool or an OpenID Connect provider: JSON values.
 * - `appsync_lambda`: AppSync with a Lambda authorizer: `resolverContext`, in the form of
 *   `cognito-claims/context`.
 * - `token`: the payload of a token itself: JSON values.
 */
export type Door =
  | "http_api"
  | "rest_cognito"
  | "rest_jwt"
  | "lambda_authorizer"
  | "appsync"
  | "appsync_lambda"
  | "token";

/**
 * How a door writes a claim that is not text in the token: Go's `%v`, the REST authorizer's Java
 * text, the text of `context.ts`, or not at all. `plain` is the inside of a JSON text, where nothing
 * has been flattened and nothing is converted.
 */
export type Form = "go" | "java" | "context" | "json" | "plain";

/** Where claims came from, what they are, and what the application promised about them. */
export interface Source {
  /** The front door. */
  readonly door: Door;
  /** How it flattens. */
  readonly form: Form;
  /** All claims by name. */
  readonly entries: Members;
  /** No group of the pool has a comma in its name. */
  readonly commaFreeGroups: boolean;
}

/** How each flattens, and its name as error texts show it. */
const DOORS: Readonly<Record<Door, readonly [Form, string]>> = {
  http_api: ["go", "HTTP API JWT authorizer"],
  rest_cognito: ["java", "REST API Cognito authorizer"],
  rest_jwt: ["json", "REST API JWT authorizer"],
  lambda_authorizer: ["context", "Lambda authorizer context"],
  appsync: ["json", "AppSync identity"],
  appsync_lambda: ["context", "AppSync resolver context"],
  token: ["json", "token"],
};

/** Claims as a front door shows them, without any promise. */
export function through(door: Door, entries: Members): Source {
  return { door, form: DOORS[door][0], entries, commaFreeGroups: false };
}

/** The inside of a JSON text that stood in the place of a list. */
export const PLAIN: Source = { ...through("token", {}), form: "plain" };

/** The name as error texts show it. */
export function titleOf(door: Door): string {
  return DOORS[door][1];
}
