// Who asks, by the claims of the token. Everything that depends on the caller starts here.
//
// The gateway has verified the token, and asks for scopes where it can. The scope is asked for
// again here, because the same code stands behind routes that ask for none. So is the kind of the
// token: a JWT authorizer without scopes takes an ID token as well, which tells an app who signed
// in and is no key to an API.

import { Claims, Guard, oneOf, ReadError } from "cognito-claims";

import type { Request } from "./request";

/** How many items an organisation may have, by its tier; `undefined` is any number. */
const LIMITS = { enterprise: undefined, pro: 1_000, free: 10 } as const;

/** A tier that this code doesn't know counts as the lowest. What is no text is no tier. */
const TIER = oneOf("enterprise", "pro", "free").or("free");

/** The group of the pool whose members may delete what others of their organisation made. */
const ADMINS = "admins";

/** A person or a machine, acting in one organisation. */
export class Caller {
  readonly orgId: string;
  /** `user:` or `client:` and who: a client's id must never pass for a user's. */
  readonly name: string;
  /**
   * Whether items show who made them. A feature that is unknown, because the flags were left out of
   * this token, counts as off.
   */
  readonly seesAuthors: boolean;
  readonly #claims: Claims;

  private constructor(claims: Claims) {
    const identity = claims.identity();
    this.name =
      identity.kind === "user" ? `user:${identity.sub}` : `client:${identity.clientId}`;
    this.orgId = claims.orgId();
    this.seesAuthors = claims.features().feature("audit-log") === "on";
    this.#claims = claims;
  }

  /** The caller, if their access token has the scope. */
  static withScope(scope: string, request: Request, now: number): Caller {
    const claims = claimsOf(request);
    Guard.accessToken().allScopes([scope]).check(claims, now);
    return new Caller(claims);
  }

  /**
   * Whether the caller is in the group of the admins. Which organisation they are an admin of is the
   * token's to say, as for everybody.
   *
   * A REST API's Cognito authorizer joins groups by commas, and a group may be called `x,admins`. So
   * there whoever is in several is no admin, unless `claimsOf` makes the promise of
   * `assumeCommaFreeGroups`.
   */
  get isAdmin(): boolean {
    try {
      return this.#claims.groups().includes(ADMINS);
    } catch (error) {
      if (error instanceof ReadError) return false;
      throw error;
    }
  }

  /**
   * How many items the organisation may have; `undefined` is any number.
   *
   * Read where it is needed, so that a token without a tier can still list.
   */
  itemLimit(): number | undefined {
    return LIMITS[this.#claims.claim("org_tier", TIER)];
  }
}

/**
 * The claims, found by the request's front door.
 *
 * What a REST API calls claims is a Cognito authorizer's: an HTTP API can send events of the old format,
 * which look the same, and ours doesn't. Without them it has a Lambda authorizer, or none.
 */
export function claimsOf({ event, hasClaims }: Request): Claims {
  return hasClaims ? Claims.fromRestCognito(event) : Claims.fromEvent(event);
}
