// Where each front door puts claims in a Lambda event.
//
// Looks at structure only and reads no claim, except to tell apart authorizers that use the same
// place. Nothing here checks a token: the gateway has, or the event is worthless.

import { secondsOf } from "./date.js";
import { type Door, type Source, through } from "./door.js";
import { ReadError } from "./error.js";
import { isObject, member, type Members, objectIn, own } from "./json.js";

const HTTP_API =
  "an object at `requestContext.authorizer.jwt.claims` or `requestContext.authorizer.claims`";
const REST_API = "an object at `requestContext.authorizer.claims`";
const LAMBDA = "a Lambda authorizer's context at `requestContext.authorizer`";
const APPSYNC = "an object at `identity.claims`";
const APPSYNC_LAMBDA = "an object at `identity.resolverContext`";
const BATCH = "one invocation of AppSync's batch: read each element of the array";
const ANY = "an event of a known front door whose authorizer has checked the token";

/** Source: AWS, "Control access to HTTP APIs with JWT authorizers". */
export function httpApi(event: unknown): Source {
  const authorizer = authorizerOf(event);
  const claims = objectIn(member(authorizer, "jwt"), "claims") ?? objectIn(authorizer, "claims");
  return found("http_api", claims, HTTP_API);
}

/** Source: AWS, "Integrate a REST API with a user pool". */
export function restCognito(event: unknown): Source {
  return found("rest_cognito", objectIn(authorizerOf(event), "claims"), REST_API);
}

/** Source: AWS, "Control access to REST APIs with JWT authorizers". */
export function restJwt(event: unknown): Source {
  return found("rest_jwt", objectIn(authorizerOf(event), "claims"), REST_API);
}

/**
 * Source: AWS, "Output from an API Gateway Lambda authorizer" and "Control access to HTTP APIs with
 * Lambda authorizers".
 */
export function lambdaAuthorizer(event: unknown): Source {
  const authorizer = authorizerOf(event);
  return found("lambda_authorizer", authorizer && contextOf(authorizer), LAMBDA);
}

/** Source: AWS, "AppSync resolver mapping template context reference". */
export function appsync(event: unknown): Source {
  return found("appsync", identityIn(event, "claims"), unlessBatch(event, APPSYNC));
}

/** Source: AWS, "AppSync resolver mapping template context reference". */
export function appsyncLambda(event: unknown): Source {
  const context = identityIn(event, "resolverContext");
  return found("appsync_lambda", context, unlessBatch(event, APPSYNC_LAMBDA));
}

/** The claims of a token that the application has verified. */
export function verified(payload: unknown): Source {
  return found("token", isObject(payload) ? payload : undefined, "the payload of a token, an object");
}

/** Finds the front door by the event's structure. */
export function anyDoor(event: unknown): Source {
  if (member(event, "requestContext") !== undefined && member(event, "identity") !== undefined) {
    throw ambiguousDoor("both `requestContext` and `identity` are there");
  }
  const authorizer = authorizerOf(event);
  if (authorizer !== undefined) return fromAuthorizer(authorizer, member(event, "version"));
  const claims = identityIn(event, "claims");
  const context = identityIn(event, "resolverContext");
  if (claims !== undefined && context !== undefined) {
    throw ambiguousDoor("both `identity.claims` and `identity.resolverContext` are there");
  }
  if (claims !== undefined) return through("appsync", claims);
  if (context !== undefined && isOfToken(context)) return through("appsync_lambda", context);
  throw new ReadError("no_claims", unlessBatch(event, ANY));
}

function fromAuthorizer(authorizer: Members, version: unknown): Source {
  const claims = objectIn(member(authorizer, "jwt"), "claims");
  const jwt = claims !== undefined && Object.keys(claims).length > 0 ? claims : undefined;
  const shared = objectIn(authorizer, "claims");
  const context = contextOf(authorizer);
  const marks = [jwt, shared, context].filter((mark) => mark !== undefined);
  if (marks.length > 1) throw ambiguousDoor("more than one authorizer has left its mark");
  if (jwt !== undefined) return through("http_api", jwt);
  if (shared !== undefined) return through(tellApart(shared, version), shared);
  if (context !== undefined && isOfToken(context)) return through("lambda_authorizer", context);
  throw new ReadError("no_claims", ANY);
}

/** Whether a context is made of a token's claims: it says of which token. */
function isOfToken(context: Members): boolean {
  const word = own(context, "token_use");
  return word === "access" || word === "id";
}

/** Which of the three authorizers wrote `requestContext.authorizer.claims`. */
function tellApart(claims: Members, version: unknown): Door {
  const times = [own(claims, "exp"), own(claims, "iat")].filter((time) => typeof time === "string");
  const some = times.length > 0;
  const java = some && times.every((time) => secondsOf(time) !== undefined);
  const digits = some && times.every((time) => /^[0-9]*$/.test(time));
  const typed = Object.values(claims).some((value) => typeof value !== "string");
  if (version === "1.0" && digits && !typed) return "http_api";
  if (typeof version !== "string") {
    if (java && !typed) return "rest_cognito";
    if (typed && !java && !digits) return "rest_jwt";
  }
  throw ambiguousDoor(
    "`requestContext.authorizer.claims` fits no authorizer exactly; use the constructor of the " +
      "right one",
  );
}

/**
 * The context of a Lambda authorizer: under `lambda` in format 2.0, the authorizer object itself
 * elsewhere, unless another authorizer has written there.
 */
function contextOf(authorizer: Members): Members | undefined {
  const context =
    objectIn(authorizer, "lambda") ??
    (["jwt", "claims", "iam"].some((name) => isObject(own(authorizer, name)))
      ? undefined
      : authorizer);
  // An HTTP API with payload format 1.0 sends two nulls on a route without authorizer.
  const holdsNothing =
    context === undefined ||
    Object.values(context).every((value) => value === null || value === undefined);
  return holdsNothing ? undefined : context;
}

function found(door: Door, claims: Members | undefined, place: string): Source {
  if (claims === undefined) throw new ReadError("no_claims", place, undefined, door);
  return through(door, claims);
}

function ambiguousDoor(reason: string): ReadError {
  return new ReadError("ambiguous_door", reason);
}

/** What was looked for; AppSync invokes a batch resolver with an array. */
function unlessBatch(event: unknown, place: string): string {
  return Array.isArray(event) ? BATCH : place;
}

function authorizerOf(event: unknown): Members | undefined {
  return objectIn(member(event, "requestContext"), "authorizer");
}

function identityIn(event: unknown, name: string): Members | undefined {
  return objectIn(member(event, "identity"), name);
}
