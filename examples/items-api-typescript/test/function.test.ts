// The function as Lambda starts it: the bundle that is shipped, what it takes from its environment, and
// what it writes.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

import { Token } from "cognito-claims/testing";

import { createTable } from "./dynamodb";

/** Invokes the bundle with events, each after the other, and prints its answers to the standard error. */
const INVOKE = `
  const { handler } = require("./build/index.js");
  const events = JSON.parse(process.argv[1]);
  (async () => {
    for (const event of events) {
      const answer = await handler(event, { awsRequestId: "request-1" });
      process.stderr.write(JSON.stringify(answer) + "\\n");
    }
  })();`;

function invoke(events: readonly unknown[], variables: Record<string, string>) {
  const env = {
    PATH: process.env["PATH"],
    AWS_REGION: "eu-west-1",
    // The SDK complains of old Node.
    NODE_NO_WARNINGS: "1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: process.env["AWS_ENDPOINT_URL_DYNAMODB"],
    _X_AMZN_TRACE_ID: "Root=1-5759e988-bd862e3fe1be46a994272793",
    ...variables,
  };
  const options = { env, encoding: "utf8" } as const;
  return spawnSync(process.execPath, ["-e", INVOKE, JSON.stringify(events)], options);
}

const lines = (text: string) => text.trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);

test("scopes are those of the resource server", async () => {
  const ITEMS_TABLE = await createTable();
  const tokenOf = (server: string) =>
    Token.access().claim("scope", `openid ${server}/read`).claim("org_id", "acme").httpApi();
  const events = [tokenOf("items"), tokenOf("https://items.example")];
  for (const [variables, expected] of [
    [{ ITEMS_TABLE }, [200, 403]],
    [{ ITEMS_TABLE, RESOURCE_SERVER: "https://items.example" }, [403, 200]],
  ] as const) {
    const { stdout, stderr } = invoke(events, variables);
    assert.deepEqual(lines(stderr).map((answer) => answer["statusCode"]), expected, stderr);
    const logged = lines(stdout);
    assert.deepEqual(logged.map((line) => line["status"]), expected);
    for (const line of logged) {
      assert.equal(line["request_id"], "request-1");
      assert.equal(line["trace_id"], "Root=1-5759e988-bd862e3fe1be46a994272793");
    }
  }
});

test("pages of the named origins read answers", async () => {
  const ITEMS_TABLE = await createTable();
  const CORS_ORIGINS = "https://app.example.com http://localhost:3000";
  const asked = ["https://app.example.com", "http://localhost:3000", "https://evil.example", "null", undefined];
  // What is refused, too, or a page couldn't say why.
  for (const scope of ["items/read", "openid"]) {
    const event = Token.access().claim("scope", scope).claim("org_id", "acme").restCognito();
    const events = asked.map((Origin) => ({ ...event, headers: { Origin } }));
    const told = (variables: Record<string, string>) =>
      lines(invoke(events, { ITEMS_TABLE, ...variables }).stderr).map((answer) => {
        const headers = answer["headers"] as Record<string, string>;
        return [headers["access-control-allow-origin"], headers["vary"]];
      });
    assert.deepEqual(told({ CORS_ORIGINS }), [
      ["https://app.example.com", "origin"],
      ["http://localhost:3000", "origin"],
      [undefined, "origin"],
      [undefined, "origin"],
      [undefined, "origin"],
    ]);
    assert.deepEqual(told({}), asked.map(() => [undefined, undefined]));
  }
});

test("without a table it does not start", () => {
  const { status, stdout } = invoke([], {});
  assert.notEqual(status, 0);
  const { timestamp, ...line } = lines(stdout)[0] ?? {};
  assert.equal(typeof timestamp, "string");
  assert.deepEqual(line, {
    level: "ERROR",
    outcome: "error",
    reason: "not_started",
    message: "ITEMS_TABLE is not set",
  });
});
