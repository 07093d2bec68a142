// Who a token is for, and who acts for that person.
//
// The `sub` of a client is its client id. Code that takes every `sub` for a user could give a client
// the rights of a user, so the two are different things here.

import { optional } from "./composite.js";
import type { Door } from "./door.js";
import { ReadError, unexpected } from "./error.js";
import { isText, own } from "./json.js";
import { type ClaimType, required } from "./type.js";
import { decodeObject, decodeText, text } from "./value.js";

/** Which of the two tokens of a sign-in: the ID token tells an app who it was, an API accepts the
 * access token. */
export type TokenUse = "id" | "access";

/** Which of the two tokens: the claim `token_use`. Source: AWS, "Verifying JSON web tokens". */
export const tokenUse: ClaimType<TokenUse> = /* @__PURE__ */ required((value, source) => {
  const word = decodeText(value, source);
  return word === "id" || word === "access"
    ? word
    : unexpected("one of the words `id`, `access`");
});

/** Who the token is for: a person who signed in, or an app client with client credentials. */
export type Identity =
  | {
      readonly kind: "user";
      /** The stable key of the user. */
      readonly sub: string;
      /** The user name: `username` of an access token, `cognito:username` of an ID token. */
      readonly username: string;
    }
  | {
      readonly kind: "client";
      /** The app client's id. */
      readonly clientId: string;
    };

/**
 * Who acts for the subject of a token.
 *
 * Earlier actors, which may be nested in `act`, decide nothing (RFC 8693, section 4.1) and are not
 * read.
 */
export interface Actor {
  /** The actor's `sub`: a person's, a client's id, or a name in the system of the issuer. */
  readonly sub: string;
  /** Who issued the actor's token, if `act` says it. Two issuers may know the same `sub`. */
  readonly issuer: string | undefined;
}

/** Claims, as far as they are needed here. */
interface Read {
  readonly door: Door;
  claim<T>(name: string, type: ClaimType<T>): T;
}

const SUB = /* @__PURE__ */ required(
  (value, source) => decodeText(value, source) || unexpected("text that is not empty"),
);

/**
 * Who the token is for.
 *
 * Source: AWS, "Understanding the access token": tokens from client credentials have no `username`,
 * and their `sub` is the client id.
 */
export function identityOf(claims: Read): Identity {
  const use = claims.claim("token_use", tokenUse);
  const sub = claims.claim("sub", SUB);
  if (use === "id") return { kind: "user", sub, username: claims.claim("cognito:username", text) };
  const clientId = claims.claim("client_id", text);
  const username = claims.claim("username", optional(text));
  if ((username === undefined) !== (sub === clientId)) {
    throw new ReadError(
      "ambiguous",
      "`username` and `client_id` make it neither a user nor a client",
      "sub",
      claims.door,
    );
  }
  return username === undefined ? { kind: "client", clientId } : { kind: "user", sub, username };
}

/**
 * Who acts for the subject: the claim `act`.
 *
 * The shape that Cognito writes is not verified on AWS, so anything but an object with a `sub` is an
 * error, and never nobody. Source: RFC 8693, section 4.1; AWS, Cognito API reference,
 * GetDerivedToken.
 */
export const actor: ClaimType<Actor> = /* @__PURE__ */ required((value, source) => {
  const act = decodeObject(value, source);
  const sub = own(act, "sub");
  const issuer = own(act, "iss") ?? undefined;
  if (!isText(sub) || (issuer !== undefined && !isText(issuer))) {
    return unexpected("an object of the asked shape");
  }
  return sub === "" ? unexpected("a `sub` that is not empty") : { sub, issuer };
});
