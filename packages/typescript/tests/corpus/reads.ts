// What is read of a case's claims: claim by claim, in a shape of one, and by the methods' names.

import {
  BitsError,
  Catalogue,
  CatalogueError,
  type Claims,
  type ClaimType,
  featuresIn,
  ReadError,
  Refusal,
} from "cognito-claims";
import type { UnverifiedClaims } from "cognito-claims/dangerous";

import { canonical, type Read, type Refused } from "./case.js";
import { shown, typeOf } from "./types.js";

/** Every way to the answer of a question. */
export function waysTo(read: Read, claims: Claims | UnverifiedClaims): (() => unknown)[] {
  if (read.method !== undefined) {
    const { method } = read;
    if (!("claim" in claims)) throw new Error("a token without a signature has no methods");
    return [() => answered(method, read, claims)];
  }
  const name = read.claim ?? "";
  const type = (): ClaimType<unknown> =>
    read.catalogue === undefined
      ? typeOf(read.as ?? "")
      : featuresIn(new Catalogue(read.catalogue));
  if ("claim" in claims) {
    return [() => claims.claim(name, type()), () => claims.read({ [name]: type() })[name]];
  }
  return [() => claims.readUnverified({ [name]: type() })[name]];
}

/** Asks, compares, and throws what differs. */
export function compare(read: Read, ask: () => unknown, keepsSecrets: (text: string) => void): void {
  let answer: unknown;
  try {
    answer = shown(ask(), read.value);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = codeOf(error);
    if (code === undefined) throw error;
    same("the error", read.error, code);
    keepsSecrets(`${String(error)} ${JSON.stringify(error)} ${error.stack ?? ""}`);
    if (error instanceof ReadError) {
      same("the error's claim", read.about, error.claim);
      if (read.refusal !== undefined) refused(read.refusal, Refusal.from(error), keepsSecrets);
    }
    return;
  }
  if (read.error !== undefined) throw new Error(`read as ${canonical(answer)}`);
  same("the value", read.value, answer);
}

/** Compares a refusal with what a caller is to be told. */
export function refused(
  expected: Refused,
  refusal: Refusal,
  keepsSecrets: (text: string) => void,
): void {
  const challenge = refusal.wwwAuthenticate();
  const told = {
    reason: refusal.reason,
    status: refusal.status,
    www_authenticate: challenge ?? null,
    problem: refusal.problem(),
  };
  same("the refusal", expected, told);
  const response = refusal.proxyResponse();
  same("its answer", { status: expected.status, body: expected.problem }, {
    status: response.statusCode,
    body: JSON.parse(response.body) as unknown,
  });
  const headers: Record<string, string> = { "content-type": "application/problem+json" };
  if (challenge !== undefined) headers["www-authenticate"] = challenge;
  same("its headers", headers, response.headers);
  keepsSecrets(`${String(refusal)} ${canonical(told)} ${String(refusal.cause)}`);
}

/** Throws unless both are the same JSON. */
export function same(what: string, expected: unknown, got: unknown): void {
  if (canonical(expected) !== canonical(got)) {
    throw new Error(`${what} is ${canonical(got)} and not ${canonical(expected)}`);
  }
}

function codeOf(error: Error): string | undefined {
  if (error instanceof ReadError) return error.code;
  if (error instanceof BitsError) return `bits_${error.code}`;
  if (error instanceof CatalogueError) return `catalogue_${error.code}`;
  return undefined;
}

function answered(method: string, read: Read, claims: Claims): unknown {
  const of = read.of ?? "";
  switch (method) {
    case "groups": return claims.groups();
    case "scopes": return claims.scopes();
    case "token_use": return claims.tokenUse();
    case "client_id": return claims.clientId();
    case "issued_at": return claims.issuedAt();
    case "authenticated_at": return claims.authenticatedAt();
    case "authentication_level": return claims.authenticationLevel();
    case "authentication_methods": return claims.authenticationMethods();
    case "identity": {
      const identity = claims.identity();
      return identity.kind === "user"
        ? { user: { sub: identity.sub, username: identity.username } }
        : { client: { client_id: identity.clientId } };
    }
    case "actor": {
      const actor = claims.actor();
      return actor && { sub: actor.sub, issuer: actor.issuer ?? null };
    }
    case "org_id": return claims.orgId();
    case "tier": return claims.tier();
    case "features": return claims.features();
    case "roles": return claims.roles();
    case "permissions": return claims.permissions();
    case "organisations": return claims.organisations();
    case "omitted": return claims.omitted(of);
    case "is_cut": return claims.isCut(of);
    case "contains": return claims.contains(of);
    case "feature": return claims.feature(of);
    case "role": return claims.role(of);
    case "permission": return claims.permission(of);
    case "features_in": return claims.featuresIn(new Catalogue(read.catalogue ?? []));
    default: throw new Error(`no method ${method}`);
  }
}
