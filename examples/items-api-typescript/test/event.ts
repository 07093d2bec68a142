// The event of a request, as each front door sends it. README.md of the cases says what is in an `Ask`.

import { Token } from "cognito-claims/testing";

type Members = Record<string, unknown>;

export const DOORS = ["http_api", "http_lambda_authorizer", "rest_cognito", "rest_lambda_authorizer"] as const;
export type Door = (typeof DOORS)[number];

export interface TokenCase {
  readonly is: "access" | "id" | "client";
  readonly claims: Readonly<Record<string, string | string[]>>;
}

export interface Ask {
  readonly door?: Door;
  readonly token: string;
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly json?: unknown;
  readonly text?: string;
  readonly base64?: string;
  readonly type?: string | null;
  readonly each?: readonly string[];
  readonly fill?: readonly [string, number];
  readonly event?: unknown;
  readonly later?: number;
}

/** The same request for each text that stands for `§`. */
export function filled(ask: Ask): Ask[] {
  const texts = ask.fill ? [ask.fill[0].repeat(ask.fill[1])] : (ask.each ?? [""]);
  return texts.map((text) => {
    const fill = ([name, value]: [string, unknown]) => [
      name,
      typeof value === "string" ? value.replaceAll("§", () => text) : value,
    ];
    return Object.fromEntries(Object.entries(ask).map(fill)) as unknown as Ask;
  });
}

export function tokenOf({ is, claims }: TokenCase): Token {
  const token = is === "access" ? Token.access() : is === "id" ? Token.id() : Token.client();
  return Object.entries(claims).reduce((made, [name, value]) => made.claim(name, value), token);
}

export function eventOf(ask: Ask, door: Door, token: Token): Members {
  const body = ask.json === undefined ? (ask.text ?? ask.base64) : JSON.stringify(ask.json);
  const method = ask.method ?? (body === undefined ? "GET" : "POST");
  const type = ask.type === undefined && body !== undefined ? "application/json" : ask.type;
  // A REST API hands names of headers on as they were sent, and values also in lists.
  const isRest = door.startsWith("rest_");
  const headers = type == null ? {} : isRest ? { "Content-Type": type } : { "content-type": type };
  const multiValueHeaders = isRest && type != null ? { "Content-Type": [type] } : {};
  const sent = { body: body ?? null, isBase64Encoded: ask.base64 !== undefined, headers };
  const asked =
    isRest
      ? { ...sent, multiValueHeaders, ...restQuery(ask.query ?? ""), httpMethod: method, path: ask.path ?? "/items" }
      : {
          ...sent,
          rawQueryString: ask.query ?? "",
          rawPath: ask.path ?? "/items",
          requestContext: { http: { method } },
        };
  return merged(merged(through(door, token), asked), ask.event ?? {}) as Members;
}

function through(door: Door, token: Token): unknown {
  if (door === "http_api") return token.httpApi();
  if (door === "http_lambda_authorizer") return token.httpLambdaAuthorizer();
  return door === "rest_cognito" ? token.restCognito() : token.restLambdaAuthorizer();
}

/** SPEC: AWS, "Input format of a Lambda function for proxy integration": the last value, and all. */
function restQuery(query: string): Members {
  if (query === "") return {};
  const pairs = new URLSearchParams(query);
  const all = [...pairs.keys()].map((name): [string, string[]] => [name, pairs.getAll(name)]);
  return {
    queryStringParameters: Object.fromEntries(pairs),
    multiValueQueryStringParameters: Object.fromEntries(all),
  };
}

/** SPEC: RFC 7396, JSON Merge Patch. */
function merged(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Members = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
