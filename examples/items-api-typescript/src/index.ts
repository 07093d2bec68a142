// The Lambda function: environment and clock around `ItemsApi`.
//
// `ITEMS_TABLE` names the table, `RESOURCE_SERVER` whose scopes are asked for (`items` if it isn't set), and
// `CORS_ORIGINS` the pages that may read answers (none); region, credentials and endpoint are where Lambda
// puts them.

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

import { ItemsApi } from "./api";
import { readable } from "./cors";
import type { Response } from "./problem";

const api = new ItemsApi(
  // One repetition: a second attempt helps against a lost connection, a third only comes too late.
  new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  }),
  tableName(),
  process.env["RESOURCE_SERVER"] ?? "items",
);
const pages = (process.env["CORS_ORIGINS"] ?? "").split(" ").filter((origin) => origin !== "");

export async function handler(
  event: unknown,
  context: { readonly awsRequestId: string },
): Promise<Response> {
  const ids = { requestId: context.awsRequestId, traceId: process.env["_X_AMZN_TRACE_ID"] };
  return readable(await api.handle(event, Math.floor(Date.now() / 1000), ids, write), event, pages);
}

function tableName(): string {
  const table = process.env["ITEMS_TABLE"];
  if (table !== undefined) return table;
  const message = "ITEMS_TABLE is not set";
  const timestamp = new Date().toISOString();
  // Alarms count the outcome.
  const line = { timestamp, level: "ERROR", outcome: "error", reason: "not_started", message };
  write(JSON.stringify(line));
  throw new Error(message);
}

/** Not `console.log`, which would put a line of its own around ours. */
function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
