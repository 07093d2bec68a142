// Tokens that have not been verified.
//
// Needed where no authorizer stands before the handler: behind a load balancer, at a function URL,
// or to look up which key would verify a token. Everything in here can be written by anybody. No
// function turns it into `Claims`: that takes a key.

import { decodeText, isBase64url } from "./base64url.js";
import { Claims, type ClaimsOf, type Shape } from "./claims.js";
import { ReadError } from "./error.js";
import { isObject, isText, type Members, objectAt } from "./json.js";
import { parsedJson } from "./list.js";

// Without the flag `u` no letter beyond ASCII counts as one of these.
const BEARER = /^bearer /i;
const ACCESS_TOKEN = /^x-amzn-oidc-accesstoken$/i;

/**
 * The claims of a token whose signature has not been verified.
 *
 * Printed or as JSON it shows names and no values.
 */
export class UnverifiedClaims {
  readonly #claims: Claims;

  private constructor(payload: Members) {
    this.#claims = Claims.fromVerified(payload);
  }

  /**
   * Decodes a JWT, with or without `Bearer ` before it. Verifies nothing.
   *
   * Source: RFC 7515 section 7.1 (three base64url segments), RFC 6750 section 2.1 (`Bearer`).
   *
   * @throws {@link ReadError} `no_claims`: no JWT with a JSON object in it.
   */
  static decode(this: void, token: string): UnverifiedClaims {
    const payload = isText(token) ? payloadOf(token.replace(BEARER, "")) : undefined;
    if (payload === undefined) {
      throw new ReadError("no_claims", "three base64url segments around a JSON object");
    }
    return new UnverifiedClaims(payload);
  }

  /**
   * Decodes the access token that an Application Load Balancer passes on in the header
   * `x-amzn-oidc-accesstoken`. Verifies nothing.
   *
   * The neighbour `x-amzn-oidc-data` is not the user pool's token: the load balancer makes it from
   * the answer of the userInfo endpoint and signs it with a key of its own, so neither groups nor
   * the trigger's claims are in it. Anyone who can reach the function around the load balancer can
   * write both headers.
   *
   * Source: AWS, "Authenticate users using an Application Load Balancer".
   *
   * @throws {@link ReadError} `no_claims`: no such header, or no JWT in it.
   */
  static fromAlb(this: void, event: unknown): UnverifiedClaims {
    const token = accessTokenIn(event);
    if (token === undefined) {
      throw new ReadError("no_claims", "the header `x-amzn-oidc-accesstoken`");
    }
    return UnverifiedClaims.decode(token);
  }

  /** Reads the unverified claims, by the rules of `Claims.read`. */
  readUnverified<const S extends Shape>(shape: S): ClaimsOf<S> {
    return this.#claims.read(shape);
  }

  /** The claims' names, without any value. */
  toJSON(): unknown {
    return this.#claims.toJSON();
  }

  /** What `console.log` shows: the claims' names. */
  [Symbol.for("nodejs.util.inspect.custom")](): unknown {
    return { UnverifiedClaims: this.#claims.toJSON() };
  }
}

/** A header of a load balancer's event, which has one or many values of each. Two tokens are none. */
function accessTokenIn(event: unknown): string | undefined {
  const single = valuesIn(event, "headers");
  // Two spellings of one header are two, whatever the other place holds.
  const value =
    single.length > 0 ? onlyOf(single) : onlyOf(onlyOf(valuesIn(event, "multiValueHeaders")));
  return isText(value) ? value : undefined;
}

function valuesIn(event: unknown, place: string): readonly unknown[] {
  return Object.entries(objectAt(event, [place]) ?? {}).flatMap(([name, value]) =>
    ACCESS_TOKEN.test(name) ? [value] : [],
  );
}

function onlyOf(values: unknown): unknown {
  return Array.isArray(values) && values.length === 1 ? values[0] : undefined;
}

function payloadOf(token: string): Members | undefined {
  const [header = "", payload = "", ...rest] = token.split(".");
  if (rest.length !== 1 || !isBase64url(header)) return undefined;
  const text = decodeText(payload);
  const parsed = text === undefined ? undefined : parsedJson(text);
  return isObject(parsed) ? parsed : undefined;
}
