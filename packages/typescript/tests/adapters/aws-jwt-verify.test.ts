// With the real verifier, whose keys are given.

import assert from "node:assert/strict";
import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { test } from "node:test";

import { CognitoJwtVerifier } from "aws-jwt-verify";
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
verifier.cacheJwks({
  keys: [{ kty: "RSA", use: "sig", alg: "RS256", kid: "k", n: String(n), e: String(e) }],
});

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
  const claims = await verified(verifier, `Bearer ${signed(token)}`);
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
    await assert.rejects(verified(verifier, authorization), refusedAs(reason));
  }
});

test("keys that can't be had are nobody's fault", async () => {
  const offline = CognitoJwtVerifier.create(
    { userPoolId: "eu-west-1_EXAMPLE", tokenUse: "access", clientId: CLIENT_ID },
  );
  await assert.rejects(
    verified({ verify: async (text) => offline.verifySync(text) }, `Bearer ${signed(token)}`),
    refusedAs("keys_unavailable"),
  );
});
