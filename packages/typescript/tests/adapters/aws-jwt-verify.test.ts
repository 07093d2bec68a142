// With the real verifier, whose keys are given.

import assert from "node:assert/strict";
import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { test } from "node:test";

import { CognitoJwtVerifier } from "aws-jwt-verify";
import * as errors from "aws-jwt-verify/error";
import { Guard, Refusal } from "cognito-claims";
import { claimsOf, verified } from "cognito-claims/aws-jwt-verify";
import { CLIENT_ID, Token } from "cognito-claims/testing";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

const verifier = CognitoJwtVerifier.create({
  userPoolId: "eu-west-1_EXAMPLE",
  tokenUse: "access",
  clientId: CLIENT_ID,
});
const { n, e } = publicKey.export({ format: "jwk" });
const jwk = { kty: "RSA", use: "sig", alg: "RS256", kid: "k", n: String(n), e: String(e) };
verifier.cacheJwks({ keys: [jwk] });

const now = Math.floor(Date.now() / 1000);
const token = Token.access().claim("org_id", "acme").claim("iat", now).claim("exp", now + 60);

function signed(of: Token, key: KeyObject = privateKey, kid = "k"): string {
  const header = Buffer.from(JSON.stringify({ alg: "RS256", kid })).toString("base64url");
  const begun = `${header}.${Buffer.from(JSON.stringify(of.payload)).toString("base64url")}`;
  return `${begun}.${createSign("RSA-SHA256").update(begun).sign(key, "base64url")}`;
}

const refusedAs = (reason: string) => (error: unknown): boolean => {
  assert.ok(error instanceof Refusal);
  assert.equal(error.reason, reason);
  assert.equal(error.cause, undefined);
  return true;
};

test("a verified token has claims", async () => {
  const claims = await verified(verifier, errors, `Bearer ${signed(token)}`);
  Guard.accessToken().org("acme").client([CLIENT_ID]).check(claims);
  assert.equal(claims.door, "token");
  assert.equal(claimsOf(await verifier.verify(signed(token))).orgId(), "acme");
});

test("any other is refused, and nothing of it is told", async () => {
  const cases: [string | null | undefined, string][] = [
    [undefined, "no_claims"],
    [null, "no_claims"],
    ["", "no_claims"],
    [signed(token), "no_claims"],
    ["Basic e30=", "no_claims"],
    ["Bearer x", "invalid_token"],
    [`Bearer ${token.unsigned()}`, "invalid_token"],
    [`Bearer ${signed(token, stranger)}`, "invalid_token"],
    [`Bearer ${signed(token.claim("exp", now - 1))}`, "expired"],
    [`Bearer ${signed(token.claim("token_use", "id"))}`, "token_use"],
    [`Bearer ${signed(token.claim("client_id", "other"))}`, "client"],
    [`Bearer ${signed(token.claim("iss", "https://example.com"))}`, "invalid_token"],
  ];
  for (const [authorization, reason] of cases) {
    await assert.rejects(verified(verifier, errors, authorization), refusedAs(reason));
  }
});

test("keys that can't be had are nobody's fault", async () => {
  const offline = CognitoJwtVerifier.create(
    { userPoolId: "eu-west-1_EXAMPLE", tokenUse: "access", clientId: CLIENT_ID },
  );
  await assert.rejects(
    verified({ verify: async (text) => offline.verifySync(text) }, errors, `Bearer ${signed(token)}`),
    refusedAs("keys_unavailable"),
  );
  for (const odd of [{ use: "enc" }, { kty: "oct" }]) {
    const other = CognitoJwtVerifier.create({
      userPoolId: "eu-west-1_EXAMPLE",
      tokenUse: "access",
      clientId: CLIENT_ID,
    });
    other.cacheJwks({ keys: [{ ...jwk, ...odd }] });
    const tried = verified(other, errors, `Bearer ${signed(token)}`);
    await assert.rejects(tried, refusedAs("keys_unavailable"));
  }
});

test("scopes and groups that a verifier asks for are no reason for another token", async () => {
  const pool = { userPoolId: "eu-west-1_EXAMPLE", tokenUse: "access", clientId: CLIENT_ID } as const;
  for (const [reason, wanted] of [
    ["scope", { scope: "orders/write" }],
    ["group", { groups: "admins" }],
  ] as const) {
    const asking = CognitoJwtVerifier.create({ ...pool, ...wanted });
    asking.cacheJwks({ keys: [jwk] });
    await assert.rejects(
      verified(asking, errors, `Bearer ${signed(token)}`),
      (error) => refusedAs(reason)(error) && Refusal.from(error).status === 403,
    );
  }
});

test("a token of no pool of many is not valid, and its issuer is not told", async () => {
  const pool = { tokenUse: "access", clientId: CLIENT_ID } as const;
  const many = CognitoJwtVerifier.create([
    { ...pool, userPoolId: "eu-west-1_EXAMPLE" },
    { ...pool, userPoolId: "eu-west-1_OTHER" },
  ]);
  for (const odd of [token.claim("iss", "https://example.com/s3cret"), token.without("iss")]) {
    const tried = verified(many, errors, `Bearer ${signed(odd)}`);
    await assert.rejects(tried, refusedAs("invalid_token"));
  }
});

test("a mistake of the server is no refusal", async () => {
  const pool = { userPoolId: "eu-west-1_EXAMPLE", tokenUse: "access", clientId: CLIENT_ID } as const;
  const lacking = CognitoJwtVerifier.create({ ...pool, clientId: undefined as unknown as string });
  const fault = new TypeError("x");
  const failing = CognitoJwtVerifier.create({
    ...pool,
    customJwtCheck: () => {
      throw fault;
    },
  });
  for (const one of [lacking, failing]) one.cacheJwks({ keys: [jwk] });
  await assert.rejects(
    verified(lacking, errors, `Bearer ${signed(token)}`),
    errors.ParameterValidationError,
  );
  await assert.rejects(verified(failing, errors, `Bearer ${signed(token)}`), fault);
});

test("no name of a class is needed, because bundlers shorten them", async () => {
  const classes = Object.entries(errors).filter(([name]) => name.endsWith("Error"));
  assert.ok(classes.length > 20);
  for (const [name, one] of classes as [string, typeof errors.JwtBaseError][]) {
    const { name: whole, prototype } = one;
    Object.defineProperty(one, "name", { value: "e" });
    const error = Object.create(prototype) as Error;
    const tried = verified({ verify: () => Promise.reject(error) }, errors, "Bearer x");
    const isFault = /^(ParameterValidation|NotSupported|JwtBase|FailedAssertion|AlbJwks)/.test(name);
    await assert.rejects(tried, (told) => (isFault ? told === error : told instanceof Refusal), name);
    Object.defineProperty(one, "name", { value: whole });
  }
});
