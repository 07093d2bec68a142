// Express by packages that send the request over a connection, or make it of the event.
//
// A server that the first call starts has the async context of that call for good, and a request may
// die before the app sees it. Neither may give anybody's claims to anybody else.

import assert from "node:assert/strict";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";

import { configure } from "@codegenie/serverless-express";
import { Guard } from "cognito-claims";
import { bindEvent, claimsOf, guarded, refusals, withEvent } from "cognito-claims/express";
import { Token } from "cognito-claims/testing";
import express, { type Express } from "express";
import serverlessHttp from "serverless-http";

const HEADER = "x-cognito-claims-call";
const guard = Guard.accessToken();

interface Event {
  headers?: Record<string, string> | null;
  multiValueHeaders?: Record<string, string[]> | null;
}

interface Answer {
  statusCode: number;
  body: string;
}

type Handler = (event: Event, context?: object) => Promise<Answer>;

function app(seen: (req: IncomingMessage) => void = () => undefined): Express {
  const app = express();
  app.use(bindEvent, (req, _res, next) => {
    seen(req);
    next();
  });
  app.get("/items", guarded(guard), (req, res) => {
    // Gives the others time to overlap.
    setTimeout(() => res.json({ org: claimsOf(req).orgId() }), Math.random() * 5);
  });
  app.use(refusals);
  return app;
}

/** A package that starts its server within the first call, and keeps its connections. */
function overHttp(server: Server): Handler {
  let started: Promise<Server> | undefined;
  return async (event) => {
    started ??= new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
    const { port } = (await started).address() as AddressInfo;
    return await new Promise((resolve, reject) => {
      const headers = event.headers ?? {};
      const sent = request({ port, path: "/items", headers }, (answer) => {
        let body = "";
        answer.on("data", (data: Buffer) => (body += data.toString()));
        answer.on("end", () => resolve({ statusCode: answer.statusCode ?? 0, body }));
      });
      sent.on("error", reject);
      sent.end();
    });
  };
}

const ofCodegenie = (of: Express): Handler => configure({ app: of }) as unknown as Handler;
const ofServerlessHttp = (of: Express): Handler => serverlessHttp(of) as unknown as Handler;

const event = (org: string, headers: Record<string, string> = {}): Event => {
  const made = Token.access().claim("org_id", org).httpApi();
  return { ...made, headers: { ...made.headers, ...headers } };
};
const org = (answer: Answer): unknown => (JSON.parse(answer.body) as { org?: string }).org;

async function withServer(of: Express, test: (inner: Handler) => Promise<void>): Promise<void> {
  const server = createServer(of);
  try {
    await test(overHttp(server));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("a request that dies before the app gives its claims to nobody", async () => {
  for (const [first, second] of [["attacker", "victim"], ["victim", "attacker"]] as const) {
    await withServer(app(), async (inner) => {
      const handle = withEvent(inner);
      const large = { x: "y".repeat(20_000) };
      assert.equal((await handle(event(first, large))).statusCode, 431);
      assert.equal(org(await handle(event(second))), second);
      assert.equal((await handle(event(first, large))).statusCode, 431);
      assert.equal(org(await handle(event("other"))), "other");
      // Whoever comes around `withEvent` finds nothing left open.
      assert.equal((await inner(event("nobody"))).statusCode, 401);
    });
  }
});

test("each of many callers at once has the own claims, by whichever package", async () => {
  const ids = Array.from({ length: 30 }, (_, place) => `org-${place}`);
  const all = async (inner: Handler): Promise<void> => {
    const handle = withEvent(inner);
    const answers = await Promise.all(ids.map((id) => handle(event(id), {})));
    assert.deepEqual(answers.map(org), ids);
    assert.equal((await inner(event("nobody"), {})).statusCode, 401);
  };
  await withServer(app(), all);
  await all(ofCodegenie(app()));
  await all(ofServerlessHttp(app()));
});

test("those that die among many at once change nothing for the others", async () => {
  await withServer(app(), async (inner) => {
    const handle = withEvent(inner);
    const ids = Array.from({ length: 30 }, (_, place) => `org-${place}`);
    const answers = await Promise.all(
      ids.map((id, place) => handle(event(id, place % 3 === 0 ? { x: "y".repeat(20_000) } : {}))),
    );
    answers.forEach((answer, place) => {
      if (place % 3 === 0) assert.equal(answer.statusCode, 431);
      else assert.equal(org(answer), ids[place]);
    });
  });
});

test("the header that marks the request is gone, and no caller can write it", async () => {
  const forged = { [HEADER]: "guess", "X-Cognito-Claims-Call": "guess", other: HEADER };
  const secrets: unknown[] = [];
  const given: Event[] = [];
  const seen = (req: IncomingMessage): void => {
    assert.equal(HEADER in req.headers, false);
    assert.equal(req.headers["other"], HEADER);
    secrets.push(JSON.stringify([req.headers, req.headersDistinct, req.rawHeaders]));
  };
  const noting = (inner: Handler): Handler => (event, context) => {
    given.push(event);
    return inner(event, context);
  };
  const once = async (inner: Handler): Promise<void> => {
    const sent = event("acme", forged);
    const before = JSON.stringify(sent);
    assert.equal(org(await withEvent(noting(inner))(sent, {})), "acme");
    assert.equal(JSON.stringify(sent), before);
  };
  await withServer(app(seen), once);
  await once(ofCodegenie(app(seen)));
  await once(ofServerlessHttp(app(seen)));
  assert.equal(secrets.length, 3);
  for (const { headers } of given) {
    const names = Object.keys(headers ?? {}).filter((name) => name.toLowerCase() === HEADER);
    assert.deepEqual(names, [HEADER]);
    const secret = headers?.[HEADER] ?? "";
    assert.ok(secret.length >= 32 && !secrets.some((text) => String(text).includes(secret)));
  }
  assert.equal(new Set(given.map(({ headers }) => headers?.[HEADER])).size, 3);
});

test("a call that has ended binds nothing, and a secret is good for one request", async () => {
  const bound = (secret: unknown): boolean => {
    const request = { headers: { [HEADER]: secret } };
    bindEvent(request, undefined, () => undefined);
    let isLetIn = false;
    const response = { status: () => 0, setHeader: () => 0, end: () => 0 };
    guarded(guard)(request, response, () => (isLetIn = true));
    return isLetIn;
  };
  const secretOf = (event: Event): unknown => event.headers?.[HEADER];
  let late: unknown;
  await withEvent(async (event: Event) => {
    late = secretOf(event);
  })(event("acme"));
  await withEvent(async (event: Event) => {
    assert.equal(bound([secretOf(event)]), false);
    assert.equal(bound(`${String(secretOf(event))} `), false);
    assert.equal(bound(late), false);
    assert.equal(bound(undefined), false);
    assert.equal(bound(secretOf(event)), true);
    assert.equal(bound(secretOf(event)), false);
  })(event("acme"));
  // No promise: the call has ended when the handler returns.
  withEvent((event: Event) => void (late = secretOf(event)))(event("acme"));
  await Promise.resolve();
  assert.equal(bound(late), false);
  const fault = (event: Event): void => {
    late = secretOf(event);
    throw new Error("fault");
  };
  assert.throws(() => withEvent(fault)(event("acme")), /fault/);
  assert.equal(bound(late), false);
  const rejecting = async (event: Event): Promise<void> => fault(event);
  await assert.rejects(withEvent(rejecting)(event("acme")), /fault/);
  assert.equal(bound(late), false);
});

test("the secret stands where the event has headers, and nowhere else", () => {
  const given = (event: unknown): unknown => withEvent((event: unknown) => event)(event);
  const places = (event: Event): string[] => {
    const { headers, multiValueHeaders } = given(event) as Event;
    const shown = [];
    if (typeof headers?.[HEADER] === "string") shown.push("headers");
    if (Array.isArray(multiValueHeaders?.[HEADER])) shown.push("multiValueHeaders");
    return shown;
  };
  assert.deepEqual(places({ headers: {} }), ["headers"]);
  assert.deepEqual(places({ headers: null, multiValueHeaders: null }), ["headers"]);
  assert.deepEqual(places({}), ["headers"]);
  assert.deepEqual(places({ headers: {}, multiValueHeaders: {} }), ["headers", "multiValueHeaders"]);
  // A load balancer's answer has the form of its event.
  assert.deepEqual(places({ multiValueHeaders: {} }), ["multiValueHeaders"]);
  for (const other of [undefined, null, "text", 5]) assert.equal(given(other), other);
});
