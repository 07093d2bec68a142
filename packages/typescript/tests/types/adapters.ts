// The adapters against the types of the real libraries. Compiled and never run.

import { CognitoJwtVerifier, JwtVerifier } from "aws-jwt-verify";
import * as errors from "aws-jwt-verify/error";
import { decomposeUnverifiedJwt } from "aws-jwt-verify/jwt";
import type {
  CognitoAccessTokenPayload,
  CognitoIdTokenPayload,
  CognitoJwtPayload,
} from "aws-jwt-verify/jwt-model";
import type { APIGatewayProxyEventV2, APIGatewayProxyResult, APIGatewayProxyStructuredResultV2, Handler } from "aws-lambda";
import type { APIGatewayProxyEvent, APIGatewayProxyHandlerV2 } from "aws-lambda";
import { Claims, ClaimsError, Guard, Refusal } from "cognito-claims";
import { claimsOf, verified } from "cognito-claims/aws-jwt-verify";
import * as onExpress from "cognito-claims/express";
import * as onHono from "cognito-claims/hono";
import { Token } from "cognito-claims/testing";
import express from "express";
import { Hono } from "hono";

declare const access: CognitoAccessTokenPayload;
declare const id: CognitoIdTokenPayload;
declare const either: CognitoJwtPayload;
claimsOf(access).orgId();
claimsOf(id).orgId();
claimsOf(either).orgId();
// @ts-expect-error: a payload that nobody has verified
claimsOf(decomposeUnverifiedJwt("e30.e30.c2ln").payload);

const pool = { userPoolId: "eu-west-1_EXAMPLE" };
const accessOnly = CognitoJwtVerifier.create({ ...pool, tokenUse: "access", clientId: "web" });
const anyToken = CognitoJwtVerifier.create({ ...pool, tokenUse: null, clientId: null });
const many = CognitoJwtVerifier.create([{ ...pool, tokenUse: "id", clientId: "web" }]);
// @ts-expect-error: a verifier of another issuer's tokens
verified(JwtVerifier.create({ issuer: "https://example.com", audience: "web" }), errors, "Bearer x");
// @ts-expect-error: this one wants to be told more with each token
verified(CognitoJwtVerifier.create(pool), errors, "Bearer x");
export const all = [
  verified(accessOnly, errors, "Bearer x"),
  verified(anyToken, errors, undefined),
  verified(many, errors, null),
];

const guard = Guard.accessToken();
const hono = new Hono<{ Variables: { other: string }; Bindings: { event: object } }>();
hono.use(onHono.guarded(guard));
hono.use("/orders/*", onHono.guarded(guard, Claims.fromHttpApi));
hono.get("/items/:id", onHono.guarded(guard), (c) =>
  c.json({ org: onHono.claimsOf(c).orgId(), id: c.req.param("id") }),
);

const app = express();
app.use(onExpress.bindEvent);
app.use(onExpress.guarded(guard));
app.get("/items/:id", onExpress.guarded(guard), (req, res) => {
  res.json({ org: onExpress.claimsOf(req).orgId(), id: req.params.id });
});
app.use(onExpress.refusals);
declare const inner: Handler<APIGatewayProxyEventV2, APIGatewayProxyResult>;
export const wrapped: typeof inner = onExpress.withEvent(inner);

// What a refusal answers is what a handler may answer, and testing events are what it may get.
export const handler: APIGatewayProxyHandlerV2 = async (event) => {
  try {
    guard.check(Claims.fromEvent(event));
    return { statusCode: 200 };
  } catch (error) {
    return Refusal.from(error).proxyResponse();
  }
};
const refusal = Refusal.from(new ClaimsError());
export const rest: APIGatewayProxyResult = refusal.proxyResponse();
export const http: APIGatewayProxyStructuredResultV2 = refusal.proxyResponse();
export const httpEvent: APIGatewayProxyEventV2 = Token.access().httpApi();
export const restEvent: APIGatewayProxyEvent = Token.access().restJwt();
