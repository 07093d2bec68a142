// DynamoDB Local at `AWS_ENDPOINT_URL_DYNAMODB`, and what may go wrong on the way to it.

import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

import {
  type AttributeValue,
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";

/** What happens to requests; `null` is nothing. */
export type Fault = "lost_answers" | "half_answers" | "access_denied" | "hang" | null;

type Row = Record<string, AttributeValue>;

const ENDPOINT = process.env["AWS_ENDPOINT_URL_DYNAMODB"] ?? "";

/** A client as `index.ts` makes it, but for its patience: a busy machine is slow. */
export function client(endpoint: string, requestTimeout = 60_000): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 2,
    requestHandler: { requestTimeout, throwOnRequestTimeout: true },
  });
}

const direct = client(ENDPOINT);
let tables = 0;

/** Creates a table of items under a name that nobody else has. */
export async function createTable(): Promise<string> {
  const name = `typescript-${process.pid}-${(tables += 1)}`;
  const key = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const });
  await direct.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions: [key("pk"), key("sk")],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  return name;
}

export async function put(table: string, row: Row): Promise<void> {
  await direct.send(new PutItemCommand({ TableName: table, Item: row }));
}

/** All that a table holds, by its keys. */
export async function rows(table: string): Promise<Row[]> {
  const { Items = [] } = await direct.send(new ScanCommand({ TableName: table }));
  const key = (row: Row) => `${row["pk"]?.S} ${row["sk"]?.S}`;
  return Items.sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

/** Stands between a client and DynamoDB Local. */
export class Proxy {
  fault: Fault = null;
  readonly #server = createServer((asked, answer) => {
    if (this.fault === "hang") return;
    if (this.fault === "access_denied") {
      const __type = "com.amazon.coral.service#AccessDeniedException";
      answer.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
      answer.end(JSON.stringify({ __type, message: "hidden" }));
      return;
    }
    const options = { method: asked.method, headers: asked.headers };
    const passedOn = request(ENDPOINT, options, (answered) => {
      const { statusCode = 0, headers } = answered;
      const content: Buffer[] = [];
      answered.on("data", (part: Buffer) => content.push(part));
      answered.on("end", () => {
        const whole = Buffer.concat(content);
        if (this.fault === null) return answer.writeHead(statusCode, headers).end(whole);
        // All is written, and nobody learns of it.
        if (this.fault === "half_answers") {
          const half = whole.subarray(0, whole.length / 2);
          answer.writeHead(statusCode, headers).write(half, () => answer.destroy());
        } else {
          answer.destroy();
        }
        return answer;
      });
    });
    asked.pipe(passedOn);
  });

  /** It stands there until the test ends, in whichever way. */
  static async start(test: TestContext): Promise<Proxy> {
    assert.notEqual(ENDPOINT, "", "AWS_ENDPOINT_URL_DYNAMODB names no DynamoDB Local");
    const proxy = new Proxy();
    test.after(() => {
      proxy.#server.close();
      proxy.#server.closeAllConnections();
    });
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
}
