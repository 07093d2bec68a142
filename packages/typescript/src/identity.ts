// Who a token is for, and who acts for that person.
//
// The `sub` of a client is its client id. Code that takes every `sub` for a user could give a client
// the rights of a user, so the two are different things here.

import { optional, oneOf } from "./composite.js";
import type { Source } from "./door.js";
import { ambiguous, unexpected } from "./error.js";
import { own } from "./json.js";
import { type ClaimType, required } from "./type.js";
import { decodeObject, text } from "./value.js";

/** Which of the two tokens of a sign-in: the ID token tells an app who it was, an API accepts the
 * access token. */
export type TokenUse = "id" | "access";

/** Which of the two tokens: the claim `token_use`. Source: AWS, "Verifying JSON web tokens". */
export const tokenUse: ClaimType<TokenUse> = oneOf("id", "access");

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

/** Reads one claim. */
type Read = <T>(name: string, type: ClaimType<T>) => T;

/**
 * Who the token is for.
 *
 * Source: AWS, "Understanding the access token": tokens from client credentials have no `username`,
 * and their `sub` is the client id.
 */
export function identityOf(read: Read, source: Source): Identity {
  const use = read("token_use", tokenUse);
  const sub = read("sub", text);
  if (sub === "") throw unexpected("text that is not empty", "sub", source);
  if (use === "id") return { kind: "user", sub, username: read("cognito:username", text) };
  const clientId = read("client_id", text);
  const username = read("username", optional(text));
  if (username !== undefined && sub !== clientId) return { kind: "user", sub, username };
  if (username === undefined && sub === clientId) return { kind: "client", clientId };
  throw ambiguous(
    "`username` and `client_id` make it neither a user nor a client",
    "sub",
    source,
  );
}

/**
 * Who acts for the subject: the claim `act`.
 *
 * The shape that Cognito writes is not verified on AWS, so anything but an object with a `sub` is an
 * error, and never nobody. Source: RFC 8693, section 4.1; AWS, Cognito API reference,
 * GetDerivedToken.
 */
export const actor: ClaimType<Actor> = required((value, claim, source) => {
  const act = decodeObject(value, claim, source);
  const sub = own(act, "sub");
  const issuer = own(act, "iss") ?? undefined;
  if (typeof sub !== "string" || (issuer !== undefined && typeof issuer !== "string")) {
    throw unexpected("an object of the asked shape", claim, source);
  }
  if (sub === "") throw unexpected("a `sub` that is not empty", claim, source);
  return { sub, issuer };
});
