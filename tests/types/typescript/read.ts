// Reads tokens behind every front door by the generated types, a line for each:
//
//     node read.js POLICY FILE
//
// FILE is what `claimsmith simulate --json` prints. read.py prints the same.

import { readFileSync } from "node:fs";

import { Claims, Features, type JsonObject, Organisations, ReadError, Words } from "cognito-claims";
import { Token } from "cognito-claims/testing";

import * as b2b from "./b2b.js";
import * as everything from "./everything.js";

interface Line {
  readonly tokens?: {
    readonly access?: { readonly claims: JsonObject };
    readonly id?: { readonly claims: JsonObject };
  };
}

/** A value as both languages write it. */
function plain(value: unknown): unknown {
  if (value instanceof Words) return { whole: value.isWhole, words: [...value] };
  if (value instanceof Features) return { on: [...value.on] };
  if (value instanceof Organisations) return [...value].map(({ id, name }) => [id, name ?? null]);
  return value ?? null;
}

function read(claims: Claims, types: Parameters<Claims["read"]>[0]): string {
  try {
    const read = Object.entries(claims.read(types)).sort(([one], [other]) => (one < other ? -1 : 1));
    return JSON.stringify(read.map(([name, value]) => [name, plain(value)]));
  } catch (error) {
    if (error instanceof ReadError) return `${error.code} ${error.claim}`;
    throw error;
  }
}

const [policy = "", file = ""] = process.argv.slice(2);
const policies: Record<string, typeof b2b | typeof everything> = { b2b, everything };
const types = policies[policy];
if (types === undefined) throw new Error(`no such policy: ${policy}`);

// Of a token with the most claims.
const lines = readFileSync(file, "utf8").trim().split("\n");
const tokens = lines.map((line) => (JSON.parse(line) as Line).tokens ?? {});
for (const use of ["access", "id"] as const) {
  let most: JsonObject = {};
  for (const token of tokens) {
    const claims = token[use]?.claims ?? {};
    if (Object.keys(claims).length > Object.keys(most).length) most = claims;
  }
  let token = use === "access" ? Token.access() : Token.id();
  for (const [name, value] of Object.entries(most)) token = token.claim(name, value);
  const doors: [string, Claims][] = [
    ["http_api", Claims.fromHttpApi(token.httpApi())],
    ["rest_cognito", Claims.fromRestCognito(token.restCognito())],
    ["rest_jwt", Claims.fromRestJwt(token.restJwt())],
    ["rest_lambda_authorizer", Claims.fromLambdaAuthorizer(token.restLambdaAuthorizer())],
    ["http_lambda_authorizer", Claims.fromLambdaAuthorizer(token.httpLambdaAuthorizer())],
    ["websocket", Claims.fromLambdaAuthorizer(token.websocket())],
    ["appsync", Claims.fromAppsync(token.appsync())],
    ["appsync_lambda", Claims.fromAppsyncLambda(token.appsyncLambda())],
    ["verified", Claims.fromVerified(token.payload)],
  ];
  for (const [door, claims] of doors) {
    const found = read(claims, use === "access" ? types.accessClaims : types.idClaims);
    console.log(use, door, found);
  }
}
