// Events of every front door from one set of claims, for the tests of those who read them.

import { encodeText } from "./base64url.js";
import { encode } from "./context.js";
import { type Json, type JsonObject, put } from "./json.js";
import { httpEvent, restEvent, webSocketEvent } from "./testing/events.js";
import * as flatten from "./testing/flatten.js";

/** When the example tokens were issued, in seconds since 1970. */
export const ISSUED_AT = 1_900_000_000;
/** The app client of the example tokens. */
export const CLIENT_ID = "1example23456789";

const SUB = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
const ISSUED: JsonObject = {
  iss: "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE",
  auth_time: ISSUED_AT,
  iat: ISSUED_AT,
  exp: ISSUED_AT + 3600,
};

/**
 * The claims of a token that a user pool could have issued. Not signed. A token never changes: each
 * method gives another one, or an event.
 *
 * ```ts
 * const token = Token.access().claim("org_id", "acme").claim("cognito:groups", ["admin"]);
 * assert.equal(Claims.fromEvent(token.httpApi()).orgId(), "acme");
 * ```
 */
export class Token {
  /** The claims as they stand in the token. */
  readonly payload: JsonObject;

  private constructor(payload: JsonObject) {
    this.payload = Object.freeze(payload);
  }

  /** A user's access token with the scope `openid`. */
  static access(): Token {
    return new Token({
      ...ISSUED,
      token_use: "access",
      sub: SUB,
      username: "ada",
      client_id: CLIENT_ID,
      scope: "openid",
      version: 2,
    });
  }

  /** A user's ID token. */
  static id(): Token {
    return new Token({
      ...ISSUED,
      token_use: "id",
      sub: SUB,
      "cognito:username": "ada",
      aud: CLIENT_ID,
      email_verified: true,
    });
  }

  /** An access token of client credentials, with the scope `api/read`. */
  static client(): Token {
    return new Token({
      ...ISSUED,
      token_use: "access",
      sub: CLIENT_ID,
      client_id: CLIENT_ID,
      scope: "api/read",
      version: 2,
    });
  }

  /** The same token with one claim more, or another value for it. */
  claim(name: string, value: Json): Token {
    const payload: Record<string, Json> = { ...this.payload };
    put(payload, name, value);
    return new Token(payload);
  }

  /** The same token without this claim. */
  without(name: string): Token {
    const others = Object.entries(this.payload).filter(([other]) => other !== name);
    return new Token(Object.fromEntries(others));
  }

  /** The token as text with a signature that verifies nowhere. */
  unsigned(): string {
    const segments = [{ alg: "RS256" }, this.payload].map((part) => encodeText(JSON.stringify(part)));
    return [...segments, "c2ln"].join(".");
  }

  /** HTTP API with a JWT authorizer, payload format 2.0, a route that asks for no scope. */
  httpApi() {
    return httpEvent({ jwt: { claims: flatten.httpApi(this.payload), scopes: null } });
  }

  /** HTTP API with a JWT authorizer, payload format 1.0. */
  httpApi10() {
    const claims = flatten.httpApi(this.payload);
    return { version: "1.0", ...restEvent({ claims, scopes: null }) };
  }

  /** REST API with a Cognito authorizer. */
  restCognito() {
    return restEvent({ claims: flatten.restCognito(this.payload) });
  }

  /** REST API with a JWT authorizer. */
  restJwt() {
    return restEvent({ claims: this.payload });
  }

  /** REST API with a Lambda authorizer that puts the claims into its context. */
  restLambdaAuthorizer() {
    return restEvent(this.#context());
  }

  /** HTTP API with a Lambda authorizer, payload format 2.0. */
  httpLambdaAuthorizer() {
    return httpEvent({ lambda: encode(this.payload) });
  }

  /** WebSocket API with a Lambda authorizer. */
  websocket() {
    return webSocketEvent(this.#context());
  }

  /** AppSync with a Cognito user pool, as the whole resolver context. */
  appsync() {
    const { sub, username, iss, "cognito:groups": groups } = this.payload;
    return {
      arguments: {},
      identity: {
        claims: this.payload,
        sub: sub ?? null,
        username: username ?? null,
        groups: groups ?? null,
        issuer: iss ?? null,
        sourceIp: ["192.0.2.1"],
        defaultAuthStrategy: "ALLOW",
      },
    };
  }

  /** AppSync with a Lambda authorizer. */
  appsyncLambda() {
    return { arguments: {}, identity: { resolverContext: encode(this.payload) } };
  }

  /** Application Load Balancer: the access token in a header, unverified. */
  alb() {
    return {
      requestContext: {
        elb: {
          targetGroupArn:
            "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/example/0123456789abcdef",
        },
      },
      httpMethod: "GET",
      path: "/items",
      queryStringParameters: {},
      headers: { "x-amzn-oidc-accesstoken": this.unsigned() },
      body: "",
      isBase64Encoded: false,
    };
  }

  #context(): Record<string, string | number> {
    const context: Record<string, string | number> = encode(this.payload);
    return { ...context, principalId: "ada", integrationLatency: 12 };
  }
}
