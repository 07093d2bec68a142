// What an attacker, an emulator or a careless neighbour may send, and the reader must not fall for.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import {
  boolean,
  Claims,
  type ClaimType,
  Guard,
  integer,
  json,
  list,
  number,
  object,
  oneOf,
  optional,
  organisations,
  orgId,
  ReadError,
  Refusal,
  text,
  words,
} from "cognito-claims";
import { UnverifiedClaims } from "cognito-claims/dangerous";

const httpApi = (claims: unknown): unknown => ({
  requestContext: { authorizer: { jwt: { claims, scopes: null } } },
});
const shared = (claims: unknown): unknown => ({ requestContext: { authorizer: { claims } } });
const parsed = (json: string): object => JSON.parse(json) as object;
const code = (expected: string) => (error: unknown): boolean =>
  error instanceof ReadError && error.code === expected;

test("a claim has its own name only, also where objects have members of that name", () => {
  const inherited = ["constructor", "toString", "hasOwnProperty", "__proto__", "valueOf", "then"];
  const nothing = Claims.fromVerified({});
  for (const name of inherited) {
    assert.equal(nothing.contains(name), false, name);
    assert.throws(() => nothing.claim(name, json), code("missing"), name);
    assert.equal(nothing.claim(name, optional(json)), undefined);
    const payload = parsed(`{ ${JSON.stringify(name)}: "x", "org_id": "acme" }`);
    const claims = Claims.fromVerified(payload);
    assert.equal(claims.contains(name), true, name);
    assert.equal(claims.claim(name, text), "x", name);
    const read = claims.read({ [name]: text, org_id: orgId });
    assert.equal(Object.getOwnPropertyDescriptor(read, name)?.value, "x", name);
    assert.equal(Object.getPrototypeOf(read), Object.prototype, name);
    assert.equal(read.org_id, "acme");
  }
});

test("a member `__proto__` of an event is no place for claims", () => {
  const hidden = '{ "authorizer": { "jwt": { "claims": { "org_id": "acme" } } } }';
  for (const event of [
    `{ "__proto__": { "requestContext": ${hidden} } }`,
    `{ "requestContext": { "__proto__": ${hidden} } }`,
    `{ "requestContext": { "authorizer": { "__proto__": { "claims": {} } } } }`,
  ]) {
    assert.throws(() => Claims.fromHttpApi(parsed(event)), code("no_claims"));
    assert.throws(() => Claims.fromEvent(parsed(event)), code("no_claims"));
  }
  const claims = Claims.fromVerified(parsed('{ "__proto__": { "org_id": "acme" } }'));
  assert.equal(claims.contains("org_id"), false);
});

test("a prototype that somebody has polluted adds no claims", () => {
  const polluted = Object.prototype as Record<string, unknown>;
  polluted["requestContext"] = { authorizer: { claims: { org_id: "acme" } } };
  polluted["org_id"] = "acme";
  polluted["token_use"] = "access";
  polluted["id"] = "acme";
  polluted["commaFreeGroups"] = true;
  try {
    assert.throws(() => Claims.fromEvent({}), code("no_claims"));
    assert.throws(() => Claims.fromRestJwt({}), code("no_claims"));
    const claims = Claims.fromVerified({ organisations: [{ name: "Acme" }] });
    assert.throws(() => claims.orgId(), code("missing"));
    assert.throws(() => claims.organisations(), code("unexpected"));
    assert.throws(() => Guard.accessToken().check(claims), Refusal);
    assert.deepEqual(Object.keys(claims.read({})), []);
    const groups = Claims.fromRestCognito(shared({ "cognito:groups": "x,admin" }));
    assert.throws(() => groups.groups(), code("ambiguous"));
  } finally {
    const names = ["requestContext", "org_id", "token_use", "id", "commaFreeGroups"];
    for (const name of names) delete polluted[name];
  }
});

test("what is no object holds no claims", () => {
  for (const event of [undefined, null, 1, true, "", "{}", [], [{}], () => ({}), Symbol("x")]) {
    for (const open of [
      Claims.fromHttpApi,
      Claims.fromRestCognito,
      Claims.fromRestJwt,
      Claims.fromLambdaAuthorizer,
      Claims.fromAppsync,
      Claims.fromAppsyncLambda,
      Claims.fromEvent,
      Claims.fromVerified as (payload: unknown) => Claims,
      UnverifiedClaims.fromAlb,
      UnverifiedClaims.decode as (token: unknown) => UnverifiedClaims,
    ]) {
      assert.throws(() => open(event), code("no_claims"), String(event));
    }
  }
  for (const claims of [null, "a", 1, [], ["x"]]) {
    assert.throws(() => Claims.fromHttpApi(httpApi(claims)), code("no_claims"));
    assert.throws(() => Claims.fromRestCognito(shared(claims)), code("no_claims"));
  }
});

test("an array that is an object with members besides holds no claims", () => {
  const event = Object.assign([], { requestContext: { authorizer: { claims: { sub: "s" } } } });
  assert.throws(() => Claims.fromRestJwt(event), code("no_claims"));
  const claims = Object.assign([], { org_id: "acme" });
  assert.throws(() => Claims.fromVerified(claims), code("no_claims"));
});

test("an object that wraps a text or a number is neither", () => {
  const claims = Claims.fromVerified({
    org_id: new String("acme"),
    seats: new Number(5),
    on: new Boolean(true),
    roles: [new String("admin")],
    claims_cut: new String(""),
  });
  assert.throws(() => claims.orgId(), code("unexpected"));
  assert.throws(() => claims.claim("seats", integer), code("unexpected"));
  assert.throws(() => claims.claim("on", boolean), code("unexpected"));
  assert.throws(() => claims.roles(), code("unexpected"));
  assert.equal(claims.role("admin"), "unknown");
  assert.equal(claims.isCut("roles"), true);
});

test("a number that lost digits is an error, and never another number", () => {
  const event = parsed(
    '{ "a": 9007199254740993, "b": "9007199254740993", "c": -9007199254740993, "d": 1e300, "e": -0, "f": 1e999, "g": "1e999", "h": 0.5, "i": "-0", "j": 9007199254740991 }',
  );
  const claims = Claims.fromVerified(event);
  for (const name of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
    assert.throws(() => claims.claim(name, integer), code("unexpected"), name);
  }
  for (const name of ["a", "c", "d", "e", "f", "h"]) {
    assert.throws(() => claims.claim(name, text), code("unexpected"), name);
  }
  for (const name of ["f", "g"]) {
    assert.throws(() => claims.claim(name, number), code("unexpected"), name);
  }
  assert.ok(Object.is(claims.claim("i", integer), 0));
  assert.equal(claims.claim("j", text), "9007199254740991");
  for (const id of [9007199254740993, -1, -0, 1.5]) {
    const odd = Claims.fromVerified({ organisations: [id, { id }] });
    assert.throws(() => odd.claim("organisations", organisations), code("unexpected"));
  }
});

test("a text takes time in proportion to its length", () => {
  const long = 200_000;
  const hostile = [
    `${"1".repeat(long)}x`,
    `${"1".repeat(long)}.${"1".repeat(long)}x`,
    `${"1.".repeat(long)}x`,
    `${"[".repeat(long)}`,
    `${"0".repeat(long)}-`,
    `${"a ".repeat(long)}\u0000`,
    `Sat Jan ${"0".repeat(long)}`,
    `${"e".repeat(long)}\n`,
  ];
  const types: ClaimType<unknown>[] = [
    text, integer, number, boolean, json, object, list(text), words(), organisations, oneOf("a"),
  ];
  const began = performance.now();
  for (const value of hostile) {
    for (const claims of [
      Claims.fromHttpApi(httpApi({ x: value, feature_flags: value, claims_cut: value })),
      Claims.fromRestCognito(shared({ x: value, feature_flags: value, claims_cut: value })),
      Claims.fromVerified({ x: value, feature_flags: value, claims_cut: value }),
    ]) {
      for (const type of types) {
        try {
          claims.claim("x", type);
        } catch (error) {
          assert.ok(error instanceof ReadError);
        }
      }
      claims.feature("x");
      claims.isCut("x");
    }
    assert.throws(() => UnverifiedClaims.decode(`${value}.${value}.x`), code("no_claims"));
  }
  // A quadratic one would take minutes.
  assert.ok(performance.now() - began < 5000);
});

test("nothing that is printed holds a value", () => {
  const secret = "s3cret";
  const values: unknown[] = [secret, { k: secret }, [secret, " "], [[secret]], `{"k": ${secret}`];
  const types: ClaimType<unknown>[] = [
    integer, number, boolean, object, list(integer), list(list(text)), words(), organisations,
    oneOf("free", "pro"),
  ];
  const told: string[] = [];
  for (const value of values) {
    const flat = typeof value === "string" ? value : JSON.stringify(value);
    for (const claims of [
      Claims.fromVerified({ org_id: value, feature_flags: value, token_use: value, act: value }),
      Claims.fromHttpApi(httpApi({ org_id: flat, feature_flags: flat, token_use: flat })),
      Claims.fromRestCognito(shared({ org_id: flat, feature_flags: flat, token_use: flat })),
    ]) {
      told.push(inspect(claims, { depth: 20, showHidden: true, getters: true }));
      told.push(JSON.stringify(claims), String(claims), inspect({ claims }, { depth: 20 }));
      for (const type of types) {
        try {
          claims.claim("org_id", type);
        } catch (error) {
          told.push(inspect(error, { depth: 20, showHidden: true }), JSON.stringify(error));
        }
      }
      const guard = Guard.accessToken().org("acme");
      try {
        guard.check(claims);
      } catch (error) {
        told.push(inspect(error, { depth: 20, showHidden: true }));
        told.push(JSON.stringify(Refusal.from(error).proxyResponse()));
      }
      for (const read of [() => claims.features(), () => claims.actor()]) {
        try {
          read();
        } catch (error) {
          told.push(inspect(error, { depth: 20, showHidden: true }));
        }
      }
    }
  }
  const token = UnverifiedClaims.decode(
    `e30.${Buffer.from(JSON.stringify({ secret })).toString("base64url")}.x`,
  );
  told.push(inspect(token, { depth: 20, showHidden: true }).replace("'secret'", ""));
  told.push(JSON.stringify(token));
  assert.ok(told.length > 100);
  for (const one of told) assert.ok(!one.includes(secret), one);
});

test("claims that are printed show the door and names", () => {
  const claims = Claims.fromVerified({ org_id: "acme" });
  assert.equal(JSON.stringify(claims), '{"door":"token","names":["org_id"]}');
  assert.match(inspect(claims), /token.*org_id/);
});

test("a guard takes no text for a list and no text for a number", () => {
  const guard = Guard.eitherToken();
  const wrong = "a" as unknown as string[];
  for (const mistaken of [
    () => guard.anyScope(wrong),
    () => guard.allGroups(wrong),
    () => guard.client(wrong),
    () => guard.tierAtLeast("a", wrong),
    () => guard.anyScope([["a"]] as unknown as string[]),
    () => guard.org(undefined as unknown as string),
    () => guard.feature(undefined as unknown as string),
  ]) {
    assert.throws(mistaken, TypeError);
  }
});

test("a guard takes whole seconds, and asks for a sign-in in digits", () => {
  const guard = Guard.eitherToken();
  const claims = Claims.fromVerified({});
  for (const odd of ["60", new Date(), -1, 0.5, 1e21, 2 ** 53, Number.NaN, Infinity, null, undefined]) {
    const seconds = odd as number;
    assert.throws(() => guard.issuedWithin(seconds), RangeError, String(odd));
    assert.throws(() => guard.authenticatedWithin(seconds), RangeError, String(odd));
    if (odd !== undefined) assert.throws(() => guard.check(claims, seconds), RangeError, String(odd));
  }
  for (const seconds of [-0, 0, 60, Number.MAX_SAFE_INTEGER]) {
    assert.throws(
      () => guard.authenticatedWithin(seconds).check(claims, seconds),
      (error) => /, max_age="[0-9]+"$/.test(Refusal.from(error).wwwAuthenticate() ?? ""),
    );
  }
});

test("JSON text that other readers refuse is refused", () => {
  const lists = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
  const objects = (levels: number): string => '{"a":'.repeat(levels) + "1" + "}".repeat(levels);
  const good = [
    `{"x":${lists(126)}}`,
    objects(127),
    '{"a":1e308,"b":"Infinity","c":-0.1e-999}',
    '{"a":"\\ud83d\\ude42","\ud83d\ude42":["{[\\"","\\\\ud800"],"toString":1,"__proto__":2}',
    '{"a":null,"b":true,"c":{},"d":[]}',
  ];
  const bad = [
    `{"x":${lists(127)}}`,
    objects(128),
    `{"x":${lists(100_000)}}`,
    objects(100_000),
    '{"a":1e999}',
    '{"a":[0,{"b":-1e999}]}',
    '{"a":"\\ud83d"}',
    '{"a":["\\ude42\\ud83d"]}',
    '{"a":{"\\ud83dx":1}}',
    '{"a":"\ud83d"}',
  ];
  for (const [texts, isGood] of [[good, true], [bad, false]] as const) {
    for (const text of texts) {
      const told = text.slice(0, 40);
      const claims = Claims.fromVerified({ x: text, z: `[${text}]` });
      const token = `e30.${Buffer.from(text).toString("base64url")}.x`;
      if (isGood) {
        assert.deepEqual(claims.claim("x", object), JSON.parse(text), told);
        assert.doesNotThrow(() => UnverifiedClaims.decode(token), told);
      } else {
        assert.throws(() => claims.claim("x", object), code("ambiguous"), told);
        assert.throws(() => claims.claim("z", list(json)), code("ambiguous"), told);
        // Half of a character can't be written as UTF-8.
        if (!/\p{Cs}/u.test(text)) assert.throws(() => UnverifiedClaims.decode(token), code("no_claims"), told);
      }
    }
  }
  const deep = Claims.fromVerified({ x: lists(127), y: lists(128) });
  assert.equal(JSON.stringify(deep.claim("x", list(json))), lists(127));
  assert.throws(() => deep.claim("y", list(json)), code("ambiguous"));
});

test("a list that is changed after the guard was made changes nothing", () => {
  const scopes = ["orders/write"];
  const guard = Guard.eitherToken().anyScope(scopes);
  scopes.push("openid");
  const claims = Claims.fromVerified({ scope: "openid" });
  assert.throws(() => guard.check(claims), Refusal);
  const derived = guard.org("acme");
  const right = Claims.fromVerified({ scope: "orders/write" });
  assert.doesNotThrow(() => guard.check(right));
  assert.throws(() => derived.check(right), Refusal);
});

test("a fault is nobody's refusal", () => {
  const fault = new TypeError("x");
  assert.throws(() => Refusal.from(fault), fault);
  const claims = Claims.fromVerified({
    get org_id(): string {
      throw fault;
    },
  });
  assert.throws(() => Guard.eitherToken().org("acme").check(claims), fault);
  assert.throws(() => claims.feature("x") && claims.orgId(), fault);
});

test("a scope that would break the header stays out of it", () => {
  const guard = Guard.eitherToken().anyScope(['a"b', "a b", "a\r\nb", "a\\b", "ä", "", "ok"]);
  assert.throws(
    () => guard.check(Claims.fromVerified({ scope: "x" })),
    (error) => Refusal.from(error).wwwAuthenticate()?.endsWith(', scope="ok"') === true,
  );
});

test("two tokens in the headers are none, and no other letter is a K", () => {
  const token = "e30.e30.c2ln";
  const alb = (headers: unknown) => () => UnverifiedClaims.fromAlb({ headers });
  assert.doesNotThrow(alb({ "X-Amzn-Oidc-Accesstoken": token }));
  for (const headers of [
    { "X-Amzn-Oidc-Accesstoken": token, "x-amzn-oidc-accesstoken": token },
    { "x-amzn-oidc-accessto\u212aen": token },
    { "x-amzn-oidc-accesstoken ": token },
    { "x-amzn-oidc-accesstoken": [token] },
    { "x-amzn-oidc-data": token },
  ]) {
    assert.throws(alb(headers), code("no_claims"));
  }
  const name = "x-amzn-oidc-accesstoken";
  const many = (multiValueHeaders: unknown, headers?: unknown) => () =>
    UnverifiedClaims.fromAlb({ headers, multiValueHeaders });
  assert.doesNotThrow(many({ [name]: [token] }));
  assert.doesNotThrow(many({ [name]: [token] }, {}));
  assert.throws(many({ [name]: [token, token] }), code("no_claims"));
  assert.throws(many({ [name]: token }), code("no_claims"));
  assert.throws(many({ [name]: [token], "X-Amzn-Oidc-Accesstoken": [token] }), code("no_claims"));
  // Two spellings in the one place are two, whatever stands in the other.
  const two = { [name]: token, "X-Amzn-Oidc-Accesstoken": token };
  assert.throws(many({ [name]: [token] }, two), code("no_claims"));
  assert.throws(many({ [name]: [token] }, { [name]: undefined }), code("no_claims"));
});

test("only base64url with UTF-8 and JSON in it is a token", () => {
  const of = (bytes: number[]): string => Buffer.from(bytes).toString("base64url");
  const valid = Buffer.from('{"org_id":"Zürich 日本 🙂"}').toString("base64url");
  const read = UnverifiedClaims.decode(`bEARER e30.${valid}.`).readUnverified({ org_id: orgId });
  assert.equal(read.org_id, "Zürich 日本 🙂");
  const open = [...Buffer.from('{"a":"')];
  const close = [...Buffer.from('"}')];
  for (const payload of [
    of([...open, 0xff, ...close]),
    of([...open, 0xc0, 0xaf, ...close]),
    of([...open, 0xed, 0xa0, 0x80, ...close]),
    of([0xef, 0xbb, 0xbf, ...Buffer.from("{}")]),
    "e30=",
    "e3+0",
    "e30\n",
    "e",
    "W10",
    "",
  ]) {
    assert.throws(() => UnverifiedClaims.decode(`e30.${payload}.x`), code("no_claims"), payload);
  }
  for (const token of ["e30.e30", "e30.e30.x.x", "e3!.e30.x", "Basic e30.e30.x", "e30..x"]) {
    assert.throws(() => UnverifiedClaims.decode(token), code("no_claims"), token);
  }
});
