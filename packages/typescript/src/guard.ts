// What a handler asks of a token before it does anything.
//
// Everything is denied that isn't certain: a claim that is missing, unknown, ambiguous or of another
// type refuses, and so does an empty list of what is allowed. Knows claims, but no HTTP; what a
// caller is told is the refusal's matter.

import type { Catalogue } from "./bits.js";
import type { Claims } from "./claims.js";
import { ClaimsError } from "./error.js";
import { parameter, type Reason, Refusal } from "./refusal.js";

/** How far the clocks of issuer and handler may differ, in seconds. */
export const CLOCK_LEEWAY = 60;

/** Whether the claims certainly meet it. */
type IsMet = (claims: Claims, now: number) => boolean;

/** Why it refuses, whether it is met, and the parameters of the challenge. */
type Requirement = readonly [reason: Reason, isMet: IsMet, parameters?: string];

/**
 * Requirements that a token must meet, checked in the order in which they were added.
 *
 * ```ts
 * Guard.accessToken()
 *   .client(["7example23456789"])
 *   .allScopes(["orders/write"])
 *   .org(orgInPath)
 *   .tierAtLeast("pro", ["free", "pro", "enterprise"])
 *   .anyPermission(["orders:write"])
 *   .feature("export")
 *   .check(claims);
 * ```
 *
 * A guard never changes: each method gives another one. It does nothing until it checks claims.
 */
export class Guard {
  readonly #requirements: readonly Requirement[];

  private constructor(requirements: readonly Requirement[]) {
    this.#requirements = requirements;
  }

  /** Wants an access token, which is what an API accepts. */
  static accessToken(): Guard {
    return new Guard([["token_use", (claims) => claims.tokenUse() === "access"]]);
  }

  /** Wants an ID token. It tells an app who signed in and is no key to an API. */
  static idToken(): Guard {
    return new Guard([["token_use", (claims) => claims.tokenUse() === "id"]]);
  }

  /** Takes either token. An authorizer without scopes lets both through, so think twice. */
  static eitherToken(): Guard {
    return new Guard([]);
  }

  /** The token was issued to one of these app clients. */
  client(ids: readonly string[]): Guard {
    const allowed = texts(ids);
    return this.#and("client", (claims) => allowed.includes(claims.clientId()));
  }

  /** The token has at least one of these scopes. */
  anyScope(scopes: readonly string[]): Guard {
    const wanted = parameter("scope", scopes);
    return this.#words("scope", scopes, false, (claims) => claims.scopes(), wanted);
  }

  /** The token has all of these scopes. */
  allScopes(scopes: readonly string[]): Guard {
    const wanted = parameter("scope", scopes);
    return this.#words("scope", scopes, true, (claims) => claims.scopes(), wanted);
  }

  /** The user is in at least one of these groups. */
  anyGroup(groups: readonly string[]): Guard {
    return this.#words("group", groups, false, (claims) => claims.groups());
  }

  /** The user is in all of these groups. */
  allGroups(groups: readonly string[]): Guard {
    return this.#words("group", groups, true, (claims) => claims.groups());
  }

  /** The token acts in this organisation, such as the one in the request's path. */
  org(id: string): Guard {
    const wanted: string = text(id);
    return this.#and("org", (claims) => claims.orgId() === wanted);
  }

  /**
   * The organisation's tier is `least` or a higher one. `ascending` is the application's order,
   * lowest first; a tier that isn't in it is below all.
   */
  tierAtLeast(least: string, ascending: readonly string[]): Guard {
    const order = texts(ascending);
    const needed = order.indexOf(text(least));
    return this.#and("tier", (claims) => {
      const rank = order.indexOf(claims.tier());
      return needed >= 0 && rank >= needed;
    });
  }

  /** The token certainly lists at least one of these roles. */
  anyRole(roles: readonly string[]): Guard {
    return this.#words("role", roles, false, (claims) => claims.roles());
  }

  /** The token certainly lists all of these roles. */
  allRoles(roles: readonly string[]): Guard {
    return this.#words("role", roles, true, (claims) => claims.roles());
  }

  /** The token certainly lists at least one of these permissions. */
  anyPermission(permissions: readonly string[]): Guard {
    return this.#words("permission", permissions, false, (claims) => claims.permissions());
  }

  /** The token certainly lists all of these permissions. */
  allPermissions(permissions: readonly string[]): Guard {
    return this.#words("permission", permissions, true, (claims) => claims.permissions());
  }

  /** The feature is certainly on, in a set of the form `comma`, `space` or `list`. */
  feature(name: string): Guard {
    const wanted = text(name);
    return this.#and("feature", (claims) => claims.features().feature(wanted) === "on");
  }

  /** The feature is certainly on, in a set of the form `bits` that this catalogue wrote. */
  featureIn<N extends string>(name: NoInfer<N>, catalogue: Catalogue<N>): Guard {
    const wanted = text(name);
    return this.#and("feature", (claims) => {
      const set: { feature(name: string): string } = claims.featuresIn<string>(catalogue);
      return set.feature(wanted) === "on";
    });
  }

  /** The token was issued at most so many seconds ago, so that its claims are as fresh. */
  issuedWithin(seconds: number): Guard {
    const most = amount(seconds);
    return this.#and("issued_too_long_ago", (claims, now) => recent(claims.issuedAt(), now, most));
  }

  /** The user signed in at most so many seconds ago. A refresh doesn't count. */
  authenticatedWithin(seconds: number): Guard {
    const maxAge = amount(seconds);
    return this.#and(
      "authenticated_too_long_ago",
      (claims, now) => recent(claims.authenticatedAt(), now, maxAge),
      `, max_age="${maxAge}"`,
    );
  }

  /**
   * The sign-in reached one of these levels of authentication, by the pool's names for them: the
   * needed one and all that are better. A token that tells no level is refused.
   *
   * The refusal asks for step-up in the words of RFC 9470: `acr_values`.
   */
  authentication(levels: readonly string[]): Guard {
    const allowed = texts(levels);
    return this.#and(
      "authentication",
      (claims) => {
        const level = claims.authenticationLevel();
        return level !== undefined && allowed.includes(level);
      },
      parameter("acr_values", allowed),
    );
  }

  /** The sign-in used at least one of these methods, such as `mfa`, `swk` or `hwk`. */
  anyMethod(methods: readonly string[]): Guard {
    return this.#words("authentication", methods, false, usedMethods);
  }

  /** The sign-in used all of these methods. */
  allMethods(methods: readonly string[]): Guard {
    return this.#words("authentication", methods, true, usedMethods);
  }

  /**
   * Nobody acts for the subject. Tells delegation only: a token that was exchanged without an actor
   * token looks like one of a sign-in.
   */
  noActor(): Guard {
    return this.#and("actor", (claims) => claims.actor() === undefined);
  }

  /**
   * Checks the requirements in their order.
   *
   * @param now - Seconds since 1970; by default the clock's.
   * @throws {@link Refusal}: the first requirement that isn't certainly met.
   */
  check(claims: Claims, now: number = Math.floor(Date.now() / 1000)): void {
    const moment = amount(now);
    for (const [reason, isMet, parameters] of this.#requirements) {
      let met = false;
      let cause: Error | undefined;
      try {
        met = isMet(claims, moment);
      } catch (error) {
        if (!(error instanceof ClaimsError)) throw error;
        cause = error;
      }
      if (met !== true) throw new Refusal(reason, parameters, cause);
    }
  }

  /** The token has some of these words, or every one. */
  #words(
    reason: Reason,
    words: readonly string[],
    every: boolean,
    held: (claims: Claims) => Iterable<string>,
    parameters?: string,
  ): Guard {
    const wanted = texts(words);
    const isMet: IsMet = (claims) => {
      const all = new Set(held(claims));
      const isHeld = (word: string): boolean => all.has(word);
      // An empty list would let every token in; it is a mistake and lets none in.
      return every ? wanted.length > 0 && wanted.every(isHeld) : wanted.some(isHeld);
    };
    return this.#and(reason, isMet, parameters);
  }

  #and(...requirement: Requirement): Guard {
    return new Guard([...this.#requirements, requirement]);
  }
}

function usedMethods(claims: Claims): Iterable<string> {
  return claims.authenticationMethods();
}

/** A moment in the future is no fresh one: no token can have been issued then. */
function recent(moment: number, now: number, seconds: number): boolean {
  return moment <= now + CLOCK_LEEWAY && now <= moment + seconds;
}

// Without the compiler's help a text in the place of a list would be its letters, and a text in the
// place of a number would be joined instead of added: both would let in whom nobody meant.

function texts(words: readonly string[]): readonly string[] {
  if (!Array.isArray(words)) throw new TypeError("a guard takes lists of texts");
  return words.map(text);
}

function text(word: string): string {
  if (typeof word !== "string") throw new TypeError("a guard takes texts");
  return word;
}

function amount(seconds: number): number {
  if (typeof seconds !== "number" || Number.isNaN(seconds)) {
    throw new TypeError("a guard takes seconds");
  }
  return seconds;
}
