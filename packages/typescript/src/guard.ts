// What a handler asks of a token before it does anything.
//
// Everything is denied that isn't certain: a claim that is missing, unknown, ambiguous or of another
// type refuses, and so does an empty list of what is allowed. Knows claims, but no HTTP; what a
// caller is told is the refusal's matter.

import { BitsError, type Catalogue } from "./bits.js";
import type { Claims } from "./claims.js";
import { ReadError } from "./error.js";
import type { TokenUse } from "./identity.js";
import { type Reason, Refusal } from "./refusal.js";
import type { Words } from "./words.js";

/** How far the clocks of issuer and handler may differ, in seconds. */
export const CLOCK_LEEWAY = 60;

interface Requirement {
  readonly reason: Reason;
  readonly wanted?: ConstructorParameters<typeof Refusal>[1];
  isMet(claims: Claims, now: number): boolean;
}

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
    return new Guard([ofToken("access")]);
  }

  /** Wants an ID token. It tells an app who signed in and is no key to an API. */
  static idToken(): Guard {
    return new Guard([ofToken("id")]);
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
    const allowed = texts(scopes);
    return this.#and("scope", (claims) => any(allowed, has(claims.scopes())), { scopes: allowed });
  }

  /** The token has all of these scopes. */
  allScopes(scopes: readonly string[]): Guard {
    const wanted = texts(scopes);
    return this.#and("scope", (claims) => all(wanted, has(claims.scopes())), { scopes: wanted });
  }

  /** The user is in at least one of these groups. */
  anyGroup(groups: readonly string[]): Guard {
    const allowed = texts(groups);
    return this.#and("group", (claims) => any(allowed, has(new Set(claims.groups()))));
  }

  /** The user is in all of these groups. */
  allGroups(groups: readonly string[]): Guard {
    const wanted = texts(groups);
    return this.#and("group", (claims) => all(wanted, has(new Set(claims.groups()))));
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
    const allowed = texts(roles);
    return this.#and("role", (claims) => any(allowed, lists(claims.roles())));
  }

  /** The token certainly lists all of these roles. */
  allRoles(roles: readonly string[]): Guard {
    const wanted = texts(roles);
    return this.#and("role", (claims) => all(wanted, lists(claims.roles())));
  }

  /** The token certainly lists at least one of these permissions. */
  anyPermission(permissions: readonly string[]): Guard {
    const allowed = texts(permissions);
    return this.#and("permission", (claims) => any(allowed, lists(claims.permissions())));
  }

  /** The token certainly lists all of these permissions. */
  allPermissions(permissions: readonly string[]): Guard {
    const wanted = texts(permissions);
    return this.#and("permission", (claims) => all(wanted, lists(claims.permissions())));
  }

  /** The feature is certainly on, in a set of the form `comma`, `space` or `list`. */
  feature(name: string): Guard {
    const wanted = text(name);
    return this.#and("feature", (claims) => claims.features().feature(wanted) === "on");
  }

  /** The feature is certainly on, in a set of the form `bits` that this catalogue wrote. */
  featureIn<N extends string>(name: N, catalogue: Catalogue<N>): Guard {
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
      { maxAge },
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
      { levels: allowed },
    );
  }

  /** The sign-in used at least one of these methods, such as `mfa`, `swk` or `hwk`. */
  anyMethod(methods: readonly string[]): Guard {
    const allowed = texts(methods);
    return this.#and("authentication", (claims) =>
      any(allowed, has(claims.authenticationMethods())),
    );
  }

  /** The sign-in used all of these methods. */
  allMethods(methods: readonly string[]): Guard {
    const wanted = texts(methods);
    return this.#and("authentication", (claims) =>
      all(wanted, has(claims.authenticationMethods())),
    );
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
    for (const { reason, wanted, isMet } of this.#requirements) {
      let met = false;
      let cause: Error | undefined;
      try {
        met = isMet(claims, moment);
      } catch (error) {
        if (!(error instanceof ReadError || error instanceof BitsError)) throw error;
        cause = error;
      }
      if (met !== true) throw new Refusal(reason, wanted, cause);
    }
  }

  #and(reason: Reason, isMet: Requirement["isMet"], wanted?: Requirement["wanted"]): Guard {
    const requirement = wanted === undefined ? { reason, isMet } : { reason, isMet, wanted };
    return new Guard([...this.#requirements, requirement]);
  }
}

function ofToken(use: TokenUse): Requirement {
  return { reason: "token_use", isMet: (claims) => claims.tokenUse() === use };
}

function has(words: ReadonlySet<string>): (word: string) => boolean {
  return (word) => words.has(word);
}

function lists(words: Words): (word: string) => boolean {
  return (word) => words.contains(word) === "yes";
}

function any(wanted: readonly string[], holds: (word: string) => boolean): boolean {
  return wanted.some(holds);
}

/** An empty list would let every token in; it is a mistake and lets none in. */
function all(wanted: readonly string[], holds: (word: string) => boolean): boolean {
  return wanted.length > 0 && wanted.every(holds);
}

/** A moment in the future is no fresh one: no token can have been issued then. */
function recent(moment: number, now: number, seconds: number): boolean {
  return moment <= now + CLOCK_LEEWAY && now <= moment + seconds;
}

// Without the compiler's help a text in the place of a list would be its letters, and a text in the
// place of a number would be joined instead of added: both would let in whom nobody meant.

function texts(words: readonly string[]): readonly string[] {
  if (!Array.isArray(words)) throw new TypeError("a guard takes a list of texts");
  return words.map(text);
}

function text(word: string): string {
  if (typeof word !== "string") throw new TypeError("a guard compares texts");
  return word;
}

function amount(seconds: number): number {
  if (typeof seconds !== "number" || Number.isNaN(seconds)) {
    throw new TypeError("a guard takes seconds as a number");
  }
  return seconds;
}
