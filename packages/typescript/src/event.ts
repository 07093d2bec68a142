// Where each front door puts claims in a Lambda event.
//
// Looks at structure only and reads no claim, except to tell apart authorizers that use the same
// place. Nothing here checks a token: the gateway has, or the event is worthless.

import { secondsOf } from "./date.js";
import { type Door, type Source, through } from "./door.js";
import { ReadError } from "./error.js";
import { isObject, isText, member, type Members, objectAt, own } from "./json.js";

const AUTHORIZER = ["requestContext", "authorizer"];
const SHARED = [...AUTHORIZER, "claims"];
const CLAIMS = ["identity", "claims"];
const CONTEXT = ["identity", "resolverContext"];

/**
 * The paths at which a front door puts claims. A token's payload is itself what is given.
 *
 * Source, door by door: AWS, "Control access to HTTP APIs with JWT authorizers"; "Integrate a REST
 * API with a user pool"; "Control access to REST APIs with JWT authorizers"; "Output from an API
 * Gateway Lambda authorizer" and "Control access to HTTP APIs with Lambda authorizers"; "AppSync
 * resolver mapping template context reference", for both.
 */
const PATHS: Readonly<Record<Door, readonly (readonly string[])[]>> = {
  http_api: [[...AUTHORIZER, "jwt", "claims"], SHARED],
  rest_cognito: [SHARED],
  rest_jwt: [SHARED],
  lambda_authorizer: [AUTHORIZER],
  appsync: [CLAIMS],
  appsync_lambda: [CONTEXT],
  token: [[]],
};

/** The claims where a front door puts them. */
export function opened(door: Door, event: unknown): Source {
  const isContext = door === "lambda_authorizer";
  for (const path of PATHS[door]) {
    const place = objectAt(event, path);
    const claims = isContext ? contextOf(place) : place;
    if (claims !== undefined) return through(door, claims);
  }
  const places = PATHS[door].map((path) => `\`${path.join(".") || "payload"}\``);
  throw noClaims(
    door.startsWith("appsync") ? event : undefined,
    `${isContext ? "a Lambda authorizer's context" : "an object"} at ${places.join(" or ")}`,
    door,
  );
}

/** Finds the front door by the event's structure. */
export function anyDoor(event: unknown): Source {
  if (member(event, "requestContext") !== undefined && member(event, "identity") !== undefined) {
    throw ambiguousDoor("both `requestContext` and `identity` are there");
  }
  const authorizer = objectAt(event, AUTHORIZER);
  const marks = marksOf(event, authorizer);
  if (marks.length > 1) {
    throw ambiguousDoor(
      authorizer === undefined
        ? "both `identity.claims` and `identity.resolverContext` are there"
        : "more than one authorizer has left its mark",
    );
  }
  for (const [door, claims] of marks) {
    const source = through(door ?? tellApart(claims, member(event, "version")), claims);
    const word = own(claims, "token_use");
    // A context is made of a token's claims if it says of which token.
    if (source.form !== "context" || word === "access" || word === "id") return source;
  }
  throw noClaims(event, "an event of a known front door whose authorizer has checked the token");
}

/** What authorizers have left, and which, where the place alone says it. */
function marksOf(event: unknown, authorizer: Members | undefined): [Door | undefined, Members][] {
  const jwt = objectAt(authorizer, ["jwt", "claims"]) ?? {};
  const marks: [Door | undefined, Members | undefined][] =
    authorizer === undefined
      ? [
          ["appsync", objectAt(event, CLAIMS)],
          ["appsync_lambda", objectAt(event, CONTEXT)],
        ]
      : [
          ["http_api", Object.keys(jwt).length > 0 ? jwt : undefined],
          [undefined, objectAt(authorizer, ["claims"])],
          ["lambda_authorizer", contextOf(authorizer)],
        ];
  return marks.filter((mark): mark is [Door | undefined, Members] => mark[1] !== undefined);
}

/** Which of the three authorizers wrote `requestContext.authorizer.claims`. */
function tellApart(claims: Members, version: unknown): Door {
  const times = [own(claims, "exp"), own(claims, "iat")].filter(isText);
  const all = (is: (time: string) => boolean): boolean => times.length > 0 && times.every(is);
  const java = all((time) => secondsOf(time) !== undefined);
  const digits = all((time) => /^[0-9]*$/.test(time));
  const typed = !Object.values(claims).every(isText);
  if (!isText(version)) {
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
  const isAnothers = ["jwt", "claims", "iam"].some((name) => isObject(member(authorizer, name)));
  const context = objectAt(authorizer, ["lambda"]) ?? (isAnothers ? undefined : authorizer);
  // An HTTP API with payload format 1.0 sends two nulls on a route without authorizer.
  const something = Object.values(context ?? {}).some((it) => it !== null && it !== undefined);
  return something ? context : undefined;
}

/** AppSync invokes a batch resolver with an array. */
function noClaims(event: unknown, place: string, door?: Door): ReadError {
  return new ReadError(
    "no_claims",
    Array.isArray(event)
      ? "one invocation of AppSync's batch: read each element of the array"
      : place,
    undefined,
    door,
  );
}

function ambiguousDoor(reason: string): ReadError {
  return new ReadError("ambiguous_door", reason);
}
