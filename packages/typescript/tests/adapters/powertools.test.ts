// With the real event handler of Powertools.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Router } from "@aws-lambda-powertools/event-handler/http";
import type { Context } from "aws-lambda";
import { Claims, ClaimsError, Guard } from "cognito-claims";
import { claimsOf, guarded, refused } from "cognito-claims/powertools";
import { Token } from "cognito-claims/testing";

const context = {} as Context;
const quiet = { debug() {}, info() {}, warn() {}, error() {}, trace() {} };

function app(): Router {
  const router = new Router({ logger: quiet });
  router.errorHandler(ClaimsError, refused);
  const guard = Guard.accessToken().anyScope(["orders/read"]);
  router.get("/items", [guarded(guard)], (reqCtx) => {
    const claims = claimsOf(reqCtx);
    if (claims.contains("other")) Guard.eitherToken().org("another").check(claims);
    return { org: claims.orgId() };
  });
  return router;
}

const token = Token.access().claim("scope", "orders/read").claim("org_id", "acme");

test("what the guard allows comes through, with its claims", async () => {
  for (const event of [token.httpApi(), token.restJwt(), token.restCognito()]) {
    const answer = await app().resolve(event, context);
    assert.equal(answer.statusCode, 200);
    assert.deepEqual(JSON.parse(String(answer.body)), { org: "acme" });
  }
});

test("what it doesn't is answered as the refusal says", async () => {
  const events = [Token.access().httpApi(), Token.access().restCognito()];
  for (const event of events) {
    const answer = await app().resolve(event, context);
    assert.equal(answer.statusCode, 403);
    const headers = answer.headers ?? {};
    assert.equal(headers["content-type"], "application/problem+json");
    assert.equal(
      headers["www-authenticate"],
      'Bearer realm="api", error="insufficient_scope", error_description="the token lacks a required scope", scope="orders/read"',
    );
    const problem = JSON.parse(String(answer.body)) as { reason: string };
    assert.equal(problem.reason, "scope");
  }
});

test("what the handler itself refuses is answered as well", async () => {
  const other = await app().resolve(token.claim("other", 1).httpApi(), context);
  assert.equal(other.statusCode, 403);
  assert.equal((JSON.parse(String(other.body)) as { reason: string }).reason, "org");
  const missing = await app().resolve(token.without("org_id").httpApi(), context);
  assert.equal((JSON.parse(String(missing.body)) as { reason: string }).reason, "unreadable");
});

test("headers are no claims, and neither is a load balancer's event", async () => {
  const event = token.httpApi();
  const forged = {
    ...event,
    headers: { ...event.headers, authorization: `Bearer ${token.unsigned()}` },
    requestContext: { ...event.requestContext, authorizer: undefined },
  };
  for (const nothing of [forged, token.alb()]) {
    const answer = await app().resolve(nothing, context);
    assert.equal(answer.statusCode, 401);
    assert.equal((JSON.parse(String(answer.body)) as { reason: string }).reason, "no_claims");
  }
});

test("a handler without a guard before it has no claims", async () => {
  const router = new Router({ logger: quiet });
  router.get("/items", (reqCtx) => ({ org: claimsOf(reqCtx).orgId() }));
  const answer = await router.resolve(token.httpApi(), context);
  assert.equal(answer.statusCode, 500);
});

test("a promise about groups is made where the claims are found", async () => {
  const router = new Router({ logger: quiet });
  const guard = Guard.accessToken().anyGroup(["b"]);
  router.get("/items", [guarded(guard, (event) => Claims.fromRestCognito(event).assumeCommaFreeGroups())], () => ({}));
  const answer = await router.resolve(token.claim("cognito:groups", ["a", "b"]).restCognito(), context);
  assert.equal(answer.statusCode, 200);
});
