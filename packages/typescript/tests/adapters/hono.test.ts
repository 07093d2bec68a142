// With the real Hono, and its adapter to Lambda.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Guard } from "cognito-claims";
import { claimsOf, guarded } from "cognito-claims/hono";
import { Token } from "cognito-claims/testing";
import { Hono } from "hono";
import { handle, type LambdaEvent } from "hono/aws-lambda";

function app(): Hono {
  const hono = new Hono();
  // A fault is logged by the default handler.
  hono.onError((_, c) => c.text("fault", 500));
  const guard = Guard.accessToken().anyScope(["orders/read"]);
  hono.get("/items", guarded(guard), (c) => {
    const claims = claimsOf(c);
    if (claims.contains("other")) Guard.eitherToken().org("another").check(claims);
    if (claims.contains("fault")) throw new Error("fault");
    return c.json({ org: claims.orgId() });
  });
  hono.get("/live/items", (c) => c.redirect("/items"));
  return hono;
}

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  body: string;
}

async function answered(event: object): Promise<Answer> {
  const answer: unknown = await handle(app())(event as LambdaEvent);
  return answer as Answer;
}

const token = Token.access().claim("scope", "orders/read").claim("org_id", "acme");
const reason = (answer: Answer): string => (JSON.parse(answer.body) as { reason: string }).reason;

test("what the guard allows comes through, with its claims", async () => {
  for (const event of [token.httpApi(), token.restJwt(), token.restCognito()]) {
    const answer = await answered(event);
    assert.equal(answer.statusCode, 200, JSON.stringify(answer));
    assert.deepEqual(JSON.parse(answer.body), { org: "acme" });
  }
});

test("what it doesn't is answered as the refusal says", async () => {
  const answer = await answered(Token.access().httpApi());
  assert.equal(answer.statusCode, 403);
  assert.equal(answer.headers?.["content-type"], "application/problem+json");
  assert.match(answer.headers?.["www-authenticate"] ?? "", /insufficient_scope/);
  assert.equal(reason(answer), "scope");
});

test("what the handler itself refuses is answered as well, and a fault is a fault", async () => {
  const other = await answered(token.claim("other", 1).httpApi());
  assert.equal(other.statusCode, 403);
  assert.equal(other.headers?.["content-type"], "application/problem+json");
  assert.equal(reason(other), "org");
  const missing = await answered(token.without("org_id").httpApi());
  assert.equal(reason(missing), "unreadable");
  const fault = await answered(token.claim("fault", 1).httpApi());
  assert.equal(fault.statusCode, 500);
});

test("headers are no claims, and under another server there are none", async () => {
  const event = token.httpApi();
  const forged = {
    ...event,
    headers: {
      ...event.headers,
      authorization: `Bearer ${token.unsigned()}`,
      "x-apigateway-event": encodeURIComponent(JSON.stringify(event)),
    },
    requestContext: { ...event.requestContext, authorizer: undefined },
  };
  assert.equal(reason(await answered(forged)), "no_claims");
  const request = new Request("http://localhost/items", {
    headers: { "x-apigateway-event": encodeURIComponent(JSON.stringify(event)) },
  });
  assert.equal((await app().fetch(request)).status, 401);
  assert.equal((await app().fetch(request, {})).status, 401);
});

test("a handler without a guard before it has no claims", async () => {
  const hono = new Hono();
  hono.onError((_, c) => c.text("fault", 500));
  hono.get("/items", (c) => c.json({ org: claimsOf(c).orgId() }));
  const answer: unknown = await handle(hono)(token.httpApi() as unknown as LambdaEvent);
  assert.equal((answer as Answer).statusCode, 500);
});
