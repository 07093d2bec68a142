// Where each front door puts claims in a Lambda event.
//
// Looks at structure only and reads no claim, except to tell apart authorizers that use the same
// place. Nothing here checks a token: the gateway has, or the event is worthless.

import { secondsOf } from "./date.js";
import { type Door, type Source, through } from "./door.js";
import { ReadError } from "./error.js";
import { isObject, member, type Members, objectAt, own } from "./json.js";

const AUTHORIZER = "requestContext.authorizer";
const SHARED = `${AUTHORIZER}.claims`;

/**
 * The paths at which a front door puts claims; a Lambda authorizer's depends on what is there.
 *
 * Source, door by door: AWS, "Control access to HTTP APIs with JWT authorizers"; "Integrate a REST
 * API with a user pool"; "Control access to REST APIs with JWT authorizers"; "AppSync resolver
 * mapping template context reference", for both.
 */
const PATHS = {
  http_api: [`${AUTHORIZER}.jwt.claims`, SHARED],
  rest_cognito: [SHARED],
  rest_jwt: [SHARED],
  appsync: ["identity.claims"],
  appsync_lambda: ["identity.resolverContext"],
} as const satisfies Partial<Readonly<Record<Door, readonly string[]>>>;

/** The claims where a front door puts them. */
export function opened(door: keyof typeof PATHS, event: unknown): Source {
  const paths: readonly string[] = PATHS[door];
  const places = paths.map((path) => objectAt(event, path));
  const claims = places.find((place) => place !== undefined);
  return found(door, claims, `an object at ${paths.map((path) => `\`${path}\``).join(" or ")}`, event);
}

/**
 * The context of a Lambda authorizer. Source: AWS, "Output from an API Gateway Lambda authorizer" and
 * "Control access to HTTP APIs with Lambda authorizers".
 */
export function lambdaContext(event: unknown): Source {
  const context = contextOf(objectAt(event, AUTHORIZER));
  return found("lambda_authorizer", context, `a Lambda authorizer's context at \`${AUTHORIZER}\``);
}

/** The claims of a token that the application has verified. */
export function payload(of: unknown): Source {
  return found("token", isObject(of) ? of : undefined, "the payload of a token, an object");
}

/** Finds the front door by the event's structure. */
export function anyDoor(event: unknown): Source {
  if (member(event, "requestContext") !== undefined && member(event, "identity") !== undefined) {
    throw ambiguousDoor("both `requestContext` and `identity` are there");
  }
  const authorizer = objectAt(event, AUTHORIZER);
  const found =
    authorizer === undefined
      ? fromIdentity(
          objectAt(event, PATHS.appsync[0]),
          objectAt(event, PATHS.appsync_lambda[0]),
        )
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
  const claims = objectAt(authorizer, "jwt.claims");
  const jwt = claims !== undefined && Object.keys(claims).length > 0 ? claims : undefined;
  const shared = objectAt(authorizer, "claims");
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
    `\`${SHARED}\` fits no authorizer exactly; use the constructor of the right one`,
  );
}

/**
 * The context of a Lambda authorizer: under `lambda` in format 2.0, the authorizer object itself
 * elsewhere, unless another authorizer has written there.
 */
function contextOf(authorizer: Members | undefined): Members | undefined {
  const isAnothers = ["jwt", "claims", "iam"].some((name) => objectAt(authorizer, name));
  const context = objectAt(authorizer, "lambda") ?? (isAnothers ? undefined : authorizer);
  // An HTTP API with payload format 1.0 sends two nulls on a route without authorizer.
  const something = Object.values(context ?? {}).some((it) => it !== null && it !== undefined);
  return something ? context : undefined;
}

function found(door: Door, claims: Members | undefined, place: string, event?: unknown): Source {
  if (claims !== undefined) return through(door, claims);
  throw noClaims(door.startsWith("appsync") ? event : undefined, place, door);
}

/** AppSync invokes a batch resolver with an array. */
function noClaims(event: unknown, place: string, door?: Door): ReadError {
  const batch = "one invocation of AppSync's batch: read each element of the array";
  return new ReadError("no_claims", Array.isArray(event) ? batch : place, undefined, door);
}

function ambiguousDoor(reason: string): ReadError {
  return new ReadError("ambiguous_door", reason);
}
