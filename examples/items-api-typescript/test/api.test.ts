// What takes more than requests one after another: callers at once, a table that says nothing, mistakes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Token } from "cognito-claims/testing";

import { ItemsApi } from "../src/api";
import { Problem } from "../src/problem";
import { cancelledBy } from "../src/table";
import { client, createTable, Proxy, rows } from "./dynamodb";
import { eventOf } from "./event";

const NOW = 1_900_000_000;
const TOKEN = Token.access()
  .claim("scope", "items/read items/write")
  .claim("org_id", "initech")
  .claim("org_tier", "free");

/** Status, reason and the line of the log. */
async function ask(api: ItemsApi, event: unknown, traceId = "Root=1"): Promise<[number, unknown, string]> {
  let logged = "";
  const ids = { requestId: "request-1", traceId };
  const told = await api.handle(event, NOW, ids, (line) => (logged += line));
  return [told.statusCode, (JSON.parse(told.body) as { reason?: unknown }).reason, logged];
}

function add(id: string): unknown {
  return eventOf({ token: "", json: { id, name: "x" } }, "http_api", TOKEN);
}

test("callers at once stay within the limit together", { timeout: 60_000 }, async (t) => {
  const proxy = await Proxy.start(t);
  const table = await createTable();
  const api = new ItemsApi(client(proxy.url), table, "items");
  const made = async () => (await rows(table)).filter((row) => row["sk"]?.S !== "COUNT").length;
  const numbers = Array.from({ length: 14 }, (_, number) => number);
  const answers = await Promise.all(numbers.map((number) => ask(api, add(`item-${number}`))));
  assert.equal(await made(), answers.filter(([status]) => status === 201).length);
  // Whoever met others too often is told to come again, and may.
  for (let number = 14; number < 25; number += 1) {
    const [status] = await ask(api, add(`item-${number}`));
    assert.ok([201, 403].includes(status), `${status}`);
  }
  assert.equal(await made(), 10);
});

test("a table that says nothing is 503 before Lambda ends the function", async (t) => {
  const proxy = await Proxy.start(t);
  const api = new ItemsApi(client(proxy.url, 2_000), await createTable(), "items");
  proxy.fault = "hang";
  const list = TOKEN.restCognito();
  const began = performance.now();
  const answers = await Promise.all([ask(api, add("a")), ask(api, list)]);
  for (const [status, reason, line] of answers) {
    assert.deepEqual([status, reason], [503, "table_failed"]);
    assert.match(line, /"cause":"no answer"/);
  }
  const took = performance.now() - began;
  assert.ok(took > 3_900 && took < 5_500, `two attempts of 2 seconds: ${took}`);
});

test("a client that waits for ever is not waited for", async (t) => {
  const proxy = await Proxy.start(t);
  const api = new ItemsApi(client(proxy.url), await createTable(), "items");
  proxy.fault = "hang";
  const began = performance.now();
  const answers = await Promise.all([ask(api, add("a")), ask(api, TOKEN.httpApi())]);
  for (const [status, reason] of answers) assert.deepEqual([status, reason], [503, "table_failed"]);
  const took = performance.now() - began;
  assert.ok(took > 4_900 && took < 5_500, `one call: ${took}`);
});

test("half an answer is none", async (t) => {
  const proxy = await Proxy.start(t);
  const api = new ItemsApi(client(proxy.url), await createTable(), "items");
  assert.equal((await ask(api, add("a")))[0], 201);
  proxy.fault = "half_answers";
  for (const event of [add("a"), TOKEN.httpApi()]) {
    const [status, , line] = await ask(api, event);
    assert.equal(status, 503);
    assert.match(line, /"cause":"no answer"/);
  }
});

test("a cancelled transaction says why", () => {
  const reasonOf = (codes: string[]): unknown => {
    try {
      return cancelledBy(codes, Problem.exists);
    } catch (problem) {
      return (problem as { reason?: unknown }).reason;
    }
  };
  for (const [codes, expected] of [
    [["ConditionalCheckFailed", "None"], "exists"],
    [["ConditionalCheckFailed", "ConditionalCheckFailed"], "exists"],
    [["None", "ConditionalCheckFailed"], "tier_limit"],
    [["None", "TransactionConflict"], "met"],
    [["TransactionConflict", "None"], "met"],
    [["None", "ThrottlingError"], "table_failed"],
    [[], "table_failed"],
  ] as const) {
    assert.equal(reasonOf([...codes]), expected, `${codes}`);
  }
});

test("a mistake of this code is told to nobody", async () => {
  const broken = client("http://127.0.0.1:9");
  broken.send = () => {
    throw new TypeError("hidden text");
  };
  const api = new ItemsApi(broken, "hidden-table", "items");
  const told = await api.handle(TOKEN.httpApi(), NOW, { requestId: "r", traceId: undefined }, () => {});
  assert.deepEqual(JSON.parse(told.body), {
    type: "about:blank",
    title: "Internal Server Error",
    status: 500,
    reason: "internal",
    request_id: "r",
  });
  const [, , line] = await ask(api, TOKEN.httpApi());
  const { level, status, reason, cause } = JSON.parse(line) as Record<string, unknown>;
  assert.deepEqual([level, status, reason, cause], ["ERROR", 500, "internal", "TypeError"]);
  assert.ok(!line.includes("hidden"));
});

test("what is no request is none", async () => {
  const api = new ItemsApi(client("http://127.0.0.1:9"), "none", "items");
  for (const event of [null, undefined, 1, "", [], {}, { version: "2.0" }, { path: 1 }, { path: "/items" }]) {
    assert.deepEqual((await ask(api, event)).slice(0, 2), [404, "not_found"]);
  }
  const nobody = { version: "2.0", rawPath: "/items", requestContext: { http: { method: "GET" } } };
  assert.deepEqual((await ask(api, nobody)).slice(0, 2), [401, "no_claims"]);
});

test("a trace that holds a text is left out", async () => {
  const api = new ItemsApi(client("http://127.0.0.1:9"), "none", "items");
  const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
  for (const [traceId, logged] of [
    [trace, trace],
    ["Root=1-2-3;Self=ada@example.com", undefined],
    ["", undefined],
    ["a".repeat(257), undefined],
  ] as const) {
    const [, , line] = await ask(api, {}, traceId);
    assert.equal((JSON.parse(line) as { trace_id?: unknown }).trace_id, logged);
  }
});
