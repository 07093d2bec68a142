// What examples/items-api/tests/cases says of every language's handler.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import type { AttributeValue } from "@aws-sdk/client-dynamodb";

import { ItemsApi } from "../src/api";
import type { Response } from "../src/problem";
import { client, createTable, type Fault, Proxy, put, rows } from "./dynamodb";
import { type Ask, DOORS, eventOf, filled, type TokenCase, tokenOf } from "./event";

type Members = Record<string, unknown>;

interface Answer {
  readonly status: number;
  readonly reason?: string;
  readonly detail?: string;
  readonly body?: unknown;
  readonly ids?: readonly string[];
  readonly next?: string | null;
  readonly challenge?: string | null;
  readonly without?: string;
  readonly log?: Members;
  readonly cause?: string;
  readonly left_out?: { readonly items: number; readonly attributes: string };
}

interface Step {
  readonly ask?: Ask;
  readonly answer?: Answer;
  readonly put?: readonly Record<string, AttributeValue>[];
  readonly rows?: unknown;
  readonly fault?: Fault;
}

const ISSUED_AT = 1_900_000_000;
const IDS = { requestId: "request-1", traceId: "Root=1-5759e988-bd862e3fe1be46a994272793" };
/** What stands in tokens and items, and so in no line of the log. */
const SECRETS = ["acme-corp", "globex", "initech", "aaaaaaaa-", "EXAMPLE", "ada@", "hidden", "items/"];

const FOLDER = "../items-api/tests/cases";
const read = (file: string): unknown => JSON.parse(readFileSync(`${FOLDER}/${file}`, "utf8"));
const tokens = read("tokens.json") as Record<string, TokenCase>;

for (const file of readdirSync(FOLDER).sort()) {
  if (!file.endsWith(".json") || file === "tokens.json") continue;
  for (const scenario of read(file) as { name: string; steps: Step[] }[]) {
    test(scenario.name, { timeout: 60_000 }, async (t) => {
      await run(scenario.steps, await Proxy.start(t));
    });
  }
}

async function run(steps: readonly Step[], proxy: Proxy): Promise<void> {
  const table = await createTable();
  const api = new ItemsApi(client(proxy.url), table, "items");
  for (const step of steps) {
    if (step.fault !== undefined) proxy.fault = step.fault;
    for (const row of step.put ?? []) await put(table, row);
    if (step.rows !== undefined) assert.deepEqual(await rows(table), step.rows);
    for (const ask of step.ask === undefined ? [] : filled(step.ask)) {
      const token = tokens[ask.token];
      assert.ok(token !== undefined && step.answer !== undefined, ask.token);
      for (const door of ask.door === undefined ? DOORS : [ask.door]) {
        const lines: string[] = [];
        const now = ISSUED_AT + (ask.later ?? 0);
        const write = (line: string) => lines.push(line);
        const told = await api.handle(eventOf(ask, door, tokenOf(token)), now, IDS, write);
        const about = `${door} ${JSON.stringify(ask).slice(0, 300)}`;
        try {
          compare(step.answer, told, lines);
        } catch (error) {
          throw new Error(`${about}\n${told.body}\n${lines.join("\n")}`, { cause: error });
        }
      }
    }
  }
}

function compare(expected: Answer, told: Response, lines: readonly string[]): void {
  assert.equal(told.statusCode, expected.status);
  const isEmpty = told.statusCode === 204;
  if (isEmpty) assert.equal(told.body, "");
  const body = isEmpty ? {} : (JSON.parse(told.body) as Members);
  const isProblem = told.statusCode >= 400;
  const kind = isProblem ? "application/problem+json" : "application/json";
  const { "content-type": type, "cache-control": cache, ...others } = told.headers;
  assert.deepEqual([type, cache], [isEmpty ? undefined : kind, "no-store"]);
  const { "www-authenticate": challenge = null, "accept-post": accepted, ...unexpected } = others;
  assert.equal(accepted, told.statusCode === 415 ? "application/json" : undefined);
  assert.deepEqual(unexpected, {});
  assert.deepEqual([body["status"], body["request_id"]], isProblem ? [expected.status, "request-1"] : [undefined, undefined]);
  if (expected.reason !== undefined) assert.equal(body["reason"], expected.reason);
  if (expected.detail !== undefined) {
    assert.equal(String(body["detail"]).slice(0, expected.detail.length), expected.detail);
  }
  if (expected.body !== undefined) assert.deepEqual(body, expected.body);
  if (expected.ids !== undefined) {
    assert.deepEqual((body["items"] as Members[]).map((item) => item["id"]), expected.ids);
  }
  if (expected.next !== undefined) assert.equal(body["next"], expected.next);
  if (expected.challenge !== undefined) assert.equal(challenge, expected.challenge);
  if (expected.without !== undefined) assert.ok(!told.body.includes(expected.without));

  for (const secret of SECRETS) assert.ok(!lines.some((line) => line.includes(secret)), secret);
  const logged = lines.map((line) => JSON.parse(line) as Members);
  const { timestamp, milliseconds, ...line } = logged.pop() ?? {};
  assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
  assert.ok(typeof milliseconds === "number" && milliseconds >= 0);
  assert.deepEqual([line["status"], line["reason"]], [told.statusCode, body["reason"]]);
  if (expected.log !== undefined) assert.deepEqual(line, expected.log);
  if (expected.cause !== undefined) assert.equal(line["cause"], expected.cause);
  if (expected.left_out === undefined) return assert.deepEqual(logged, []);
  const { timestamp: when, ...leftOut } = logged[0] ?? {};
  assert.ok(typeof when === "string" && logged.length === 1);
  assert.deepEqual(leftOut, {
    level: "WARN",
    message: "items_left_out",
    cause: "an attribute is missing or of another form",
    ...expected.left_out,
    request_id: IDS.requestId,
    trace_id: IDS.traceId,
  });
}
