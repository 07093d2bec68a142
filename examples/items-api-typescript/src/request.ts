// An HTTP request, read from the event of a gateway: an HTTP API's (payload format 2.0) or a REST
// API's. Nothing of it says who asks.
//
// SPEC: AWS, "Working with AWS Lambda proxy integrations for HTTP APIs", and "Input format of a
// Lambda function for proxy integration".

export interface Request {
  /** What the gateway sent, for the reader of claims. */
  readonly event: unknown;
  readonly isRest: boolean;
  /** Whether it is a REST API's, with what that calls claims. */
  readonly hasClaims: boolean;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** The gateway's own id of the request; a caller can choose that of a REST API. */
  readonly gatewayId: string;
}

/** Reads the request. What isn't there is empty. */
export function requestOf(event: unknown): Request {
  const isRest = at(event, "version") !== "2.0";
  const method = isRest ? at(event, "httpMethod") : at(event, "requestContext", "http", "method");
  return {
    event,
    isRest,
    hasClaims: isRest && isObject(at(event, "requestContext", "authorizer", "claims")),
    method: text(method),
    path: text(at(event, isRest ? "path" : "rawPath")),
    query: isRest ? restQuery(event) : new URLSearchParams(text(at(event, "rawQueryString"))),
    contentType: header(event, "content-type"),
    body: Buffer.from(
      text(at(event, "body")),
      at(event, "isBase64Encoded") === true ? "base64" : "utf8",
    ),
    gatewayId: text(at(event, "requestContext", "requestId")),
  };
}

/** The page that asks, or nothing. */
export function originOf(event: unknown): string {
  return header(event, "origin");
}

/** A header by its name in small letters. A REST API hands names on as they were sent. */
function header(event: unknown, name: string): string {
  const headers = Object.entries(at(event, "headers") ?? {});
  return text(headers.find(([sent]) => sent.toLowerCase() === name)?.[1]);
}

/** A REST API has undone the escapes, and has the values of a repeated name apart. */
function restQuery(event: unknown): URLSearchParams {
  const single = at(event, "queryStringParameters") ?? {};
  const repeated = at(event, "multiValueQueryStringParameters") ?? {};
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries({ ...single, ...repeated })) {
    for (const value of [values].flat()) query.append(name, text(value));
  }
  return query;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  for (const name of path) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
