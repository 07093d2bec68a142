// Runs the corpus: `node run.js FOLDER`.

import { inspect } from "node:util";

import { Catalogue, Claims, Guard, Refusal, ReadError } from "cognito-claims";
import { UnverifiedClaims } from "cognito-claims/dangerous";
import { Token } from "cognito-claims/testing";

import { type Case, casesIn, type Guarded, type Value } from "./case.js";
import { compare, refused, same, waysTo } from "./reads.js";

/** As many cases as there must be at least: a corpus that is lost must not pass. */
const AT_LEAST = Number(process.env["AT_LEAST"] ?? 1500);

const CONSTRUCTORS: Readonly<Record<string, (event: Value) => Claims | UnverifiedClaims>> = {
  http_api: Claims.fromHttpApi,
  rest_cognito: Claims.fromRestCognito,
  rest_jwt: Claims.fromRestJwt,
  lambda_authorizer: Claims.fromLambdaAuthorizer,
  appsync: Claims.fromAppsync,
  appsync_lambda: Claims.fromAppsyncLambda,
  event: Claims.fromEvent,
  verified: (payload) => Claims.fromVerified(payload as object),
  alb: UnverifiedClaims.fromAlb,
  decode: (token) => UnverifiedClaims.decode(token as string),
};

/** What a case, a question and a guard may say: what isn't known can't be skipped. */
const KNOWN = {
  case: "name door event comma_free_groups token opens reads guards secrets".split(" "),
  read: "claim as method of catalogue value error about refusal".split(" "),
  guard: "guard now passes refusal".split(" "),
} as const;

function known(kind: keyof typeof KNOWN, of: object): void {
  const strange = Object.keys(of).find((member) => !KNOWN[kind].includes(member));
  if (strange !== undefined) throw new Error(`no member ${strange} of a ${kind}`);
}

function run(one: Case): void {
  known("case", one);
  for (const read of one.reads ?? []) known("read", read);
  for (const guarded of one.guards ?? []) known("guard", guarded);
  at(one, one.event);
  for (const [helper, event] of helped(one)) {
    try {
      at(one, event);
    } catch (error) {
      throw new Error(`the helper ${helper}: ${String(error)}`);
    }
  }
}

function at(one: Case, event: Value): void {
  const keepsSecrets = (text: string): void => {
    const told = (one.secrets ?? []).find((secret) => text.includes(secret));
    if (told !== undefined) throw new Error(`${told} is told: ${text}`);
  };
  const open = CONSTRUCTORS[one.door];
  if (open === undefined) throw new Error(`no door ${one.door}`);
  let claims: Claims | UnverifiedClaims;
  try {
    claims = open(event);
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    if (typeof one.opens === "string") throw error;
    same("opening", one.opens.error, error.code);
    keepsSecrets(String(error));
    if (one.opens.refusal) refused(one.opens.refusal, Refusal.from(error), keepsSecrets);
    return;
  }
  same("the door", one.opens, claims instanceof Claims ? claims.door : "token");
  if (claims instanceof Claims && one.comma_free_groups === true) {
    claims = claims.assumeCommaFreeGroups();
  }
  keepsSecrets(`${inspect(claims, { depth: 9, showHidden: true })} ${JSON.stringify(claims)}`);
  for (const read of one.reads ?? []) {
    for (const way of waysTo(read, claims)) {
      try {
        compare(read, way, keepsSecrets);
      } catch (error) {
        throw new Error(`${JSON.stringify(read)}: ${String(error)}`);
      }
    }
  }
  if (claims instanceof Claims) {
    for (const guarded of one.guards ?? []) check(guarded, claims, keepsSecrets);
  }
}

function check(guarded: Guarded, claims: Claims, keepsSecrets: (text: string) => void): void {
  const guard = guardOf(guarded.guard);
  try {
    guard.check(claims, guarded.now);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (!guarded.refusal) throw new Error(`${JSON.stringify(guarded.guard)}: ${String(error)}`);
    refused(guarded.refusal, error, keepsSecrets);
    return;
  }
  if (guarded.passes !== true) throw new Error(`${JSON.stringify(guarded.guard)} lets through`);
}

function guardOf(requirements: Guarded["guard"]): Guard {
  const [[first] = [""], ...more] = requirements;
  const token: Readonly<Record<string, () => Guard>> = {
    access_token: Guard.accessToken,
    id_token: Guard.idToken,
    either_token: Guard.eitherToken,
  };
  const begun = token[first];
  let guard = begun === undefined ? Guard.eitherToken() : begun();
  for (const [name, one, two] of begun === undefined ? requirements : more) {
    const words = one as string[];
    const word = one as string;
    switch (name) {
      case "client": guard = guard.client(words); break;
      case "any_scope": guard = guard.anyScope(words); break;
      case "all_scopes": guard = guard.allScopes(words); break;
      case "any_group": guard = guard.anyGroup(words); break;
      case "all_groups": guard = guard.allGroups(words); break;
      case "org": guard = guard.org(word); break;
      case "tier_at_least": guard = guard.tierAtLeast(word, two as string[]); break;
      case "any_role": guard = guard.anyRole(words); break;
      case "all_roles": guard = guard.allRoles(words); break;
      case "any_permission": guard = guard.anyPermission(words); break;
      case "all_permissions": guard = guard.allPermissions(words); break;
      case "feature": guard = guard.feature(word); break;
      case "feature_in": guard = guard.featureIn(word, new Catalogue(two as string[])); break;
      case "issued_within": guard = guard.issuedWithin(one as number); break;
      case "authenticated_within": guard = guard.authenticatedWithin(one as number); break;
      case "authentication": guard = guard.authentication(words); break;
      case "any_method": guard = guard.anyMethod(words); break;
      case "all_methods": guard = guard.allMethods(words); break;
      case "no_actor": guard = guard.noActor(); break;
      default: throw new Error(`no requirement ${name}`);
    }
  }
  return guard;
}

/** The events that the helpers of `testing` build of the case's token. */
function helped(one: Case): [string, Value][] {
  if (one.token === undefined) return [];
  let token = Token.access();
  for (const name of Object.keys(token.payload)) token = token.without(name);
  for (const [name, value] of Object.entries(one.token)) token = token.claim(name, value);
  const events: Readonly<Record<string, () => object>> = {
    http_api: () => ({ httpApi: token.httpApi(), httpApi10: token.httpApi10() }),
    rest_cognito: () => ({ restCognito: token.restCognito() }),
    rest_jwt: () => ({ restJwt: token.restJwt() }),
    lambda_authorizer: () => ({
      restLambdaAuthorizer: token.restLambdaAuthorizer(),
      httpLambdaAuthorizer: token.httpLambdaAuthorizer(),
      websocket: token.websocket(),
    }),
    appsync: () => ({ appsync: token.appsync() }),
    appsync_lambda: () => ({ appsyncLambda: token.appsyncLambda() }),
    verified: () => ({ payload: token.payload }),
    alb: () => ({ alb: token.alb() }),
    decode: () => ({ unsigned: token.unsigned() }),
  };
  return Object.entries(events[one.door]?.() ?? {});
}

const cases = casesIn(process.argv[2] ?? "");
const wrong: string[] = [];
for (const one of cases) {
  try {
    run(one);
  } catch (error) {
    wrong.push(`${one.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
console.log(`typescript: ${cases.length - wrong.length} of ${cases.length} cases`);
for (const told of wrong.slice(0, 3)) console.log(told);
if (cases.length < AT_LEAST) console.log(`fewer than ${AT_LEAST} cases`);
process.exitCode = wrong.length > 0 || cases.length < AT_LEAST ? 1 : 0;
