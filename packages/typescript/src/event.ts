// Where each front door puts claims in a Lambda event.
//
// Looks at structure only and reads no claim, except to tell apart authorizers that use the same
// place. Nothing here checks a token: the gateway has, or the event is worthless.

import { secondsOf } from "./date.js";
import { type Door, type Source, through } from "./door.js";
import { ReadError } from "./error.js";
import { isObject, member, type Members, objectIn, own } from "./json.js";

/** A place for claims, and what is expected there. */
type Place = readonly [(event: unknown) => Members | undefined, string];

const shared = (event: unknown): Members | undefined => objectIn(authorizerOf(event), "claims");
const SHARED: Place = [shared, "an object at `requestContext.authorizer.claims`"];

/**
 * Source, door by door: AWS, "Control access to HTTP APIs with JWT authorizers"; "Integrate a REST
 * API with a user pool"; "Control access to REST APIs with JWT authorizers"; "Output from an API
 * Gateway Lambda authorizer" and "Control access to HTTP APIs with Lambda authorizers"; "AppSync
 * resolver mapping template context reference", for both.
 */
const PLACES: Readonly<Record<Door, Place>> = {
  http_api: [
    (event) => objectIn(member(authorizerOf(event), "jwt"), "claims") ?? shared(event),
    "an object at `requestContext.authorizer.jwt.claims` or `requestContext.authorizer.claims`",
  ],
  rest_cognito: SHARED,
  rest_jwt: SHARED,
  lambda_authorizer: [
    (event) => contextOf(authorizerOf(event)),
    "a Lambda authorizer's context at `requestContext.authorizer`",
  ],
  appsync: [(event) => identityIn(event, "claims"), "an object at `identity.claims`"],
  appsync_lambda: [
    (event) => identityIn(event, "resolverContext"),
    "an object at `identity.resolverContext`",
  ],
  token: [
    (payload) => (isObject(payload) ? payload : undefined),
    "the payload of a token, an object",
  ],
};

/** The claims where a front door puts them. */
export function opened(door: Door, event: unknown): Source {
  const [find, place] = PLACES[door];
  const claims = find(event);
  if (claims !== undefined) return through(door, claims);
  throw noClaims(event, place, door);
}

/** Finds the front door by the event's structure. */
export function anyDoor(event: unknown): Source {
  if (member(event, "requestContext") !== undefined && member(event, "identity") !== undefined) {
    throw ambiguousDoor("both `requestContext` and `identity` are there");
  }
  const authorizer = authorizerOf(event);
  const found =
    authorizer === undefined
      ? fromIdentity(identityIn(event, "claims"), identityIn(event, "resolverContext"))
      : fromAuthorizer(authorizer, member(event, "version"));
  if (found !== undefined) return found;
  throw noClaims(event, "an event of a known front door whose authorizer has checked the token");
}

function fromIdentity(
  claims: Members | undefined,
  context: Members | undefined,
): Source | undefined {
  if (claims === undefined) return isOfToken(context) ? through("appsync_lambda", context) : undefined;
  if (context === undefined) return through("appsync", claims);
  throw ambiguousDoor("both `identity.claims` and `identity.resolverContext` are there");
}

function fromAuthorizer(authorizer: Members, version: unknown): Source | undefined {
  const claims = objectIn(own(authorizer, "jwt"), "claims");
  const jwt = claims !== undefined && Object.keys(claims).length > 0 ? claims : undefined;
  const shared = objectIn(authorizer, "claims");
  const context = contextOf(authorizer);
  if ([jwt, shared, context].filter((mark) => mark !== undefined).length > 1) {
    throw ambiguousDoor("more than one authorizer has left its mark");
  }
  if (jwt !== undefined) return through("http_api", jwt);
  if (shared !== undefined) return through(tellApart(shared, version), shared);
  return isOfToken(context) ? through("lambda_authorizer", context) : undefined;
}

/** Whether a context is made of a token's claims: it says of which token. */
function isOfToken(context: Members | undefined): context is Members {
  const word = member(context, "token_use");
  return word === "access" || word === "id";
}

/** Which of the three authorizers wrote `requestContext.authorizer.claims`. */
function tellApart(claims: Members, version: unknown): Door {
  const times = [own(claims, "exp"), own(claims, "iat")].filter((time) => typeof time === "string");
  const all = (is: (time: string) => boolean): boolean => times.length > 0 && times.every(is);
  const java = all((time) => secondsOf(time) !== undefined);
  const digits = all((time) => /^[0-9]*$/.test(time));
  const typed = Object.values(claims).some((value) => typeof value !== "string");
  if (typeof version !== "string") {
    if (java && !typed) return "rest_cognito";
    if (typed && !java && !digits) return "rest_jwt";
  } else if (version === "1.0" && digits && !typed) {
    return "http_api";
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
function contextOf(authorizer: Members | undefined): Members | undefined {
  const isAnothers = ["jwt", "claims", "iam"].some((name) => objectIn(authorizer, name));
  const context = objectIn(authorizer, "lambda") ?? (isAnothers ? undefined : authorizer);
  // An HTTP API with payload format 1.0 sends two nulls on a route without authorizer.
  const something = Object.values(context ?? {}).some((it) => it !== null && it !== undefined);
  return something ? context : undefined;
}

function noClaims(event: unknown, place: string, door?: Door): ReadError {
  // AppSync invokes a batch resolver with an array.
  const isBatch = Array.isArray(event) && (door === undefined || door.startsWith("appsync"));
  const expected = isBatch
    ? "one invocation of AppSync's batch: read each element of the array"
    : place;
  return new ReadError("no_claims", expected, undefined, door);
}

function ambiguousDoor(reason: string): ReadError {
  return new ReadError("ambiguous_door", reason);
}

function authorizerOf(event: unknown): Members | undefined {
  return objectIn(member(event, "requestContext"), "authorizer");
}

function identityIn(event: unknown, name: string): Members | undefined {
  return objectIn(member(event, "identity"), name);
}
