// With the real Express, called by serverless-express, and by anybody over HTTP.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";

import { configure, getCurrentInvoke } from "@codegenie/serverless-express";
import { Guard } from "cognito-claims";
import { bindEvent, claimsOf, guarded, refusals, withEvent } from "cognito-claims/express";
import { Token } from "cognito-claims/testing";
import express, { type Express } from "express";

const guard = Guard.accessToken().anyScope(["orders/read"]);

function app(): Express {
  const app = express();
  app.use(bindEvent, express.json());
  app.get("/items", guarded(guard), (req, res) => {
    const claims = claimsOf(req);
    if (claims.contains("other")) Guard.eitherToken().org("another").check(claims);
    if (claims.contains("fault")) throw new Error("fault");
    res.json({ org: claims.orgId() });
  });
  app.use(refusals);
  app.use((_error: unknown, _req: unknown, res: express.Response, _next: unknown) => {
    res.status(500).end();
  });
  return app;
}

interface Answer {
  statusCode: number;
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  body: string;
}

type Handler = (event: object) => Promise<Answer>;

function handler(of: Express = app()): Handler {
  const inner = configure({ app: of }) as unknown as (e: object, c: object) => Promise<Answer>;
  const wrapped = withEvent(inner);
  return (event) => wrapped(event, {});
}

const token = Token.access().claim("scope", "orders/read").claim("org_id", "acme");
const reason = (answer: Answer): string => (JSON.parse(answer.body) as { reason: string }).reason;

test("what the guard allows comes through, with its claims", async () => {
  for (const event of [token.httpApi(), token.restJwt(), token.restCognito()]) {
    const answer = await handler()(event);
    assert.equal(answer.statusCode, 200, answer.body);
    assert.deepEqual(JSON.parse(answer.body), { org: "acme" });
  }
});

test("what it doesn't is answered as the refusal says", async () => {
  const answer = await handler()(Token.access().httpApi());
  assert.equal(answer.statusCode, 403);
  assert.equal(answer.headers?.["content-type"], "application/problem+json");
  assert.match(answer.headers?.["www-authenticate"] ?? "", /insufficient_scope/);
  assert.equal(reason(answer), "scope");
});

test("what the handler itself refuses is answered as well, and a fault is a fault", async () => {
  const other = await handler()(token.claim("other", 1).httpApi());
  assert.equal(other.statusCode, 403);
  assert.equal(reason(other), "org");
  assert.equal(reason(await handler()(token.without("org_id").httpApi())), "unreadable");
  assert.equal((await handler()(token.claim("fault", 1).httpApi())).statusCode, 500);
});

test("each of many callers at once has the own claims", async () => {
  const of = express();
  of.use(bindEvent);
  const seen: string[] = [];
  of.get("/items", guarded(guard), (req, res) => {
    const current = getCurrentInvoke() as { event?: { requestContext?: unknown } };
    seen.push(JSON.stringify(current.event?.requestContext));
    res.json({ org: claimsOf(req).orgId() });
  });
  const handle = handler(of);
  const ids = Array.from({ length: 50 }, (_, place) => `org-${place}`);
  const answers = await Promise.all(ids.map((id) => handle(token.claim("org_id", id).httpApi())));
  const read = answers.map((answer) => (JSON.parse(answer.body) as { org: string }).org);
  assert.deepEqual(read, ids);
  // Why not `getCurrentInvoke`: it tells all of them the claims of the last.
  assert.ok(new Set(seen).size < ids.length);
});

/** A shared connection: who waits for it goes on in the place of whoever opened it. */
function shared(): express.RequestHandler {
  const waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  return (_req, _res, next) => {
    waiting.push(next);
    timer ??= setInterval(() => waiting.shift()?.(), 1).unref();
  };
}

test("a connection that is shared mixes nobody up", async () => {
  for (const order of ["event first", "connection first"]) {
    const of = express();
    const connection = shared();
    of.use(...(order === "event first" ? [bindEvent, connection] : [connection, bindEvent]));
    of.get("/items", guarded(guard), (req, res) => {
      res.json({ org: claimsOf(req).orgId() });
    });
    const handle = handler(of);
    const keepsAlive = setInterval(() => undefined, 5);
    const ids = ["one", "two", "three"];
    const answers = await Promise.all(ids.map((id) => handle(token.claim("org_id", id).httpApi())));
    clearInterval(keepsAlive);
    const read = answers.map((answer) => JSON.parse(answer.body) as { org?: string });
    assert.deepEqual(
      read.map(({ org }) => org),
      ids,
      order,
    );
  }
});

test("without `withEvent` nobody is let through, whatever the headers say", async () => {
  const event = token.httpApi();
  const bare = configure({ app: app() }) as unknown as (
    e: object,
    c: object,
  ) => Promise<Answer>;
  assert.equal(reason(await bare(event, {})), "no_claims");

  const server = createServer(app()).listen(0, "127.0.0.1");
  try {
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}/items`, {
      headers: {
        authorization: `Bearer ${token.unsigned()}`,
        "x-apigateway-event": encodeURIComponent(JSON.stringify(event)),
        "x-apigateway-context": "%7B%7D",
        "x-amzn-oidc-accesstoken": token.unsigned(),
      },
    });
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get("www-authenticate"), 'Bearer realm="api"');
  } finally {
    server.close();
  }
});

test("a forged header beside a real event changes nothing", async () => {
  const event = Token.access().httpApi();
  const forged = encodeURIComponent(JSON.stringify(token.httpApi()));
  const headers = { ...event.headers, "x-apigateway-event": forged };
  assert.equal(reason(await handler()({ ...event, headers })), "scope");
});

test("a handler without a guard before it has no claims", async () => {
  const of = express();
  of.get("/items", (req, res) => {
    res.json({ org: claimsOf(req).orgId() });
  });
  of.use(refusals);
  assert.equal(reason(await handler(of)(token.httpApi())), "no_claims");
});
