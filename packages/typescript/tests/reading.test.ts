// Reading claims as values of the language's own types.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  BitsError,
  Catalogue,
  catalogue,
  CatalogueError,
  Claims,
  CLOCK_LEEWAY,
  features,
  featuresIn,
  Features,
  Guard,
  integer,
  list,
  number,
  oneOf,
  optional,
  Organisations,
  orgId,
  ReadError,
  Refusal,
  text,
  Words,
  words,
} from "cognito-claims";
import { encode } from "cognito-claims/context";
import { UnverifiedClaims } from "cognito-claims/dangerous";
import { CLIENT_ID, ISSUED_AT, Token } from "cognito-claims/testing";

const verified = (payload: object): Claims => Claims.fromVerified(payload);
const sentence = (text: string) => (error: unknown): boolean => {
  assert.ok(error instanceof ReadError);
  assert.equal(error.message, text);
  return true;
};

test("many claims are read at once", () => {
  const token = Token.access()
    .claim("org_id", "acme")
    .claim("seats", 25)
    .claim("permissions", ["orders:read"])
    .claim("feature_flags", "beta,export");
  for (const event of [token.httpApi(), token.restCognito(), token.restJwt(), token.appsync()]) {
    const read = Claims.fromEvent(event).read({
      org_id: orgId,
      seats: integer,
      missing: optional(integer),
      permissions: words<"orders:read" | "orders:write">(),
      feature_flags: features<"export" | "audit">(),
    });
    assert.equal(read.org_id, "acme");
    assert.equal(read.seats, 25);
    assert.equal(read.missing, undefined);
    assert.ok("missing" in read);
    assert.equal(read.permissions.contains("orders:write"), "no");
    assert.equal(read.feature_flags.feature("export"), "on");
    assert.equal(read.feature_flags.feature("audit"), "off");
    assert.deepEqual(read.feature_flags.on, ["beta", "export"]);
  }
});

test("the sentences are those of the other languages", () => {
  const seats = { requestContext: { authorizer: { jwt: { claims: { seats: "many" } } } } };
  const claims = Claims.fromHttpApi(seats);
  const told = (name: string, type: Parameters<Claims["claim"]>[1]) => () =>
    claims.claim(name, type);
  const door = "(HTTP API JWT authorizer)";
  assert.throws(told("seats", integer), sentence(`claim \`seats\` is not a whole number ${door}`));
  assert.throws(told("x", text), sentence(`claim \`x\` is missing ${door}`));
  assert.throws(
    told("seats", oneOf("free", "pro")),
    sentence(`claim \`seats\` is not one of the words \`free\`, \`pro\` ${door}`),
  );
  assert.throws(
    () => Claims.fromHttpApi({}),
    sentence(
      "no claims: expected an object at `requestContext.authorizer.jwt.claims` or `requestContext.authorizer.claims` " +
        door,
    ),
  );
  assert.throws(
    () => Claims.fromEvent([]),
    sentence("no claims: expected one invocation of AppSync's batch: read each element of the array"),
  );
});

test("a word of tomorrow is an error, or what the application says", () => {
  const plan = oneOf("free", "pro");
  assert.equal(verified({ plan: "pro" }).claim("plan", plan), "pro");
  assert.equal(verified({ plan: "x" }).claim("plan", plan.or("other")), "other");
  assert.equal(verified({ plan: "free" }).claim("plan", plan.or("other")), "free");
  assert.deepEqual(verified({ plans: ["pro", "x"] }).claim("plans", list(plan.or("?"))), ["pro", "?"]);
  for (const odd of ["x", "", "toString", 5, true, {}, ["pro"]]) {
    assert.throws(() => verified({ plan: odd }).claim("plan", plan), ReadError);
  }
  assert.throws(() => verified({ plan: 5 }).claim("plan", plan.or("other")), ReadError);
  assert.throws(() => verified({}).claim("plan", plan.or("other")), ReadError);
});

test("a list may hold what is missing", () => {
  const claims = verified({ seats: [1, null, "3"] });
  assert.deepEqual(claims.claim("seats", list(optional(integer))), [1, undefined, 3]);
  assert.throws(() => claims.claim("seats", list(integer)), ReadError);
});

test("sets are in the order of code points", () => {
  const claims = verified({ scope: "\u{1f642} \uff5e b a a", amr: ["pwd", "mfa"] });
  assert.deepEqual([...claims.scopes()], ["a", "b", "\uff5e", "\u{1f642}"]);
  assert.deepEqual([...claims.authenticationMethods()], ["mfa", "pwd"]);
});

test("features of any form are read with a catalogue", () => {
  const flags = catalogue(["beta", "export", "audit"]);
  const bits = new Catalogue(["beta", "export"]).encode(["export"]);
  const read = verified({ flags: bits }).claim("flags", featuresIn(flags));
  assert.deepEqual(
    [read.feature("beta"), read.feature("export"), read.feature("audit")],
    ["off", "on", "unknown"],
  );
  assert.equal(verified({ flags: "audit" }).claim("flags", featuresIn(flags)).feature("audit"), "on");
  assert.equal(verified({}).claim("flags", featuresIn(flags)).feature("audit"), "unknown");
  const waiting = verified({ flags: bits }).claim("flags", features());
  assert.equal(waiting.feature("export"), "unknown");
  assert.equal(waiting.withCatalogue(flags).feature("export"), "on");
  const other = catalogue(["export", "beta"]);
  assert.throws(
    () => verified({ flags: bits }).read({ flags: featuresIn(other) }),
    (error) => error instanceof BitsError && error.code === "other_catalogue",
  );
  assert.throws(() => verified({ feature_flags: 5 }).featuresIn(other), BitsError);
  assert.throws(
    () => catalogue(["a", "a"]),
    (error) => error instanceof CatalogueError && error.position === 1,
  );
  assert.equal(catalogue(["a", "b", "c", "d", "e"]).encode(["e", "unlisted"]), "1.5.3a4fcd2a.10");
});

test("inside JSON text nothing is converted", () => {
  const claims = verified({ texts: '["1"]', numbers: "[1]", mixed: '["a", null]' });
  assert.deepEqual(claims.claim("texts", list(text)), ["1"]);
  assert.deepEqual(claims.claim("numbers", list(integer)), [1]);
  assert.deepEqual(claims.claim("mixed", list(optional(text))), ["a", undefined]);
  assert.throws(() => claims.claim("texts", list(integer)), ReadError);
  assert.throws(() => claims.claim("numbers", list(text)), ReadError);
});

test("a bit that names no flag of the writer's is no flag", () => {
  const [print = ""] = /[0-9a-f]{8}/.exec(catalogue(["a", "b", "c"]).encode([])) ?? [];
  const five = catalogue(["a", "b", "c", "d", "e"]);
  assert.deepEqual(five.decode(`1.3.${print}.4`), { on: ["c"], known: ["a", "b", "c"] });
  for (const number of ["8", "10", "c"]) {
    assert.throws(() => five.decode(`1.3.${print}.${number}`), BitsError);
  }
});

test("a list that is missing says nothing", () => {
  const claims = verified({});
  assert.equal(new Words([], false).contains("a"), "unknown");
  assert.equal(new Words(["a"], true).contains("b"), "no");
  assert.equal(new Organisations([], false).contains("a"), "unknown");
  assert.equal(new Features([], false).feature("a"), "unknown");
  assert.deepEqual([...claims.roles()], []);
  assert.equal(claims.role("a"), "unknown");
  assert.equal(claims.permission("a"), "unknown");
  assert.equal(claims.claim("roles", optional(words())), undefined);
});

test("every event of the testing helper is found by its structure and reads alike", () => {
  const token = Token.access().claim("org_id", "acme").claim("cognito:groups", ["admin"]);
  for (const [event, door] of [
    [token.httpApi(), "http_api"],
    [token.httpApi10(), "http_api"],
    [token.restCognito(), "rest_cognito"],
    [token.restJwt(), "rest_jwt"],
    [token.restLambdaAuthorizer(), "lambda_authorizer"],
    [token.httpLambdaAuthorizer(), "lambda_authorizer"],
    [token.websocket(), "lambda_authorizer"],
    [token.appsync(), "appsync"],
    [token.appsyncLambda(), "appsync_lambda"],
  ] as const) {
    // As JSON, which is how an event comes.
    const claims = Claims.fromEvent(JSON.parse(JSON.stringify(event)));
    assert.equal(claims.door, door);
    assert.equal(claims.orgId(), "acme");
    assert.deepEqual(claims.groups(), ["admin"]);
    assert.equal(claims.issuedAt(), ISSUED_AT);
    assert.equal(claims.clientId(), CLIENT_ID);
    assert.deepEqual(claims.identity(), {
      kind: "user",
      sub: "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
      username: "ada",
    });
  }
  assert.equal(verified(Token.id().payload).tokenUse(), "id");
  assert.deepEqual(verified(Token.client().payload).identity(), {
    kind: "client",
    clientId: CLIENT_ID,
  });
  const alb = UnverifiedClaims.fromAlb(token.claim("name", "Zoë 🙂").alb());
  assert.equal(alb.readUnverified({ name: text }).name, "Zoë 🙂");
});

test("a token never changes", () => {
  const token = Token.access();
  token.claim("org_id", "acme").without("scope");
  assert.equal("org_id" in token.payload, false);
  assert.equal(token.payload["scope"], "openid");
  const odd = token.claim("__proto__", "x");
  assert.equal(Claims.fromHttpApi(odd.httpApi()).claim("__proto__", text), "x");
  assert.equal(Claims.fromEvent(odd.websocket()).claim("__proto__", text), "x");
});

test("a context holds no number that has lost digits", () => {
  assert.deepEqual(encode({ a: "x", b: 5, c: true, d: ["x", "y"], e: ["x,y"], f: null, g: {}, claims: 1 }), {
    a: "x", b: "5", c: "true", d: "x,y", e: '["x,y"]', g: "{}",
  });
  for (const lost of [9007199254740993, [2 ** 60], { a: { b: 1e300 } }, Number.POSITIVE_INFINITY]) {
    assert.throws(() => encode({ lost }), (error) => error instanceof ReadError && error.claim === "lost");
  }
  assert.deepEqual(encode({ a: 0.5, b: -1 }), { a: "0.5", b: "-1" });
});

test("a guard asks the clock if nobody tells the time", () => {
  const now = Math.floor(Date.now() / 1000);
  const guard = Guard.eitherToken().issuedWithin(100);
  guard.check(verified({ iat: now - 50 }));
  guard.check(verified({ iat: now + CLOCK_LEEWAY - 10 }));
  assert.throws(() => guard.check(verified({ iat: now - 200 })), Refusal);
  assert.throws(() => guard.check(verified({ iat: now + CLOCK_LEEWAY + 100 })), Refusal);
});

test("a refusal has its cause for the log", () => {
  assert.throws(
    () => Guard.eitherToken().org("acme").check(verified({})),
    (error) =>
      error instanceof Refusal &&
      error.cause instanceof ReadError &&
      error.cause.message === "claim `org_id` is missing (token)",
  );
});

test("a number has a form", () => {
  for (const [written, value] of [["1.5e3", 1500], ["+.5", 0.5], ["7.", 7], ["-0", 0]] as const) {
    assert.equal(verified({ n: written }).claim("n", number), value);
  }
  for (const odd of ["", "-", ".", "1e", "0x10", " 1", "1\n", "inf", "NaN", "1_0", "١"]) {
    assert.throws(() => verified({ n: odd }).claim("n", number), ReadError);
    assert.throws(() => verified({ n: odd }).claim("n", integer), ReadError);
  }
});
