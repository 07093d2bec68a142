// What a handler asks of a token before it does anything.
//
// Everything is denied that isn't certain: a claim that is missing, unknown, ambiguous or of another
// type refuses, and so does an empty list of what is allowed. Knows claims, but no HTTP; what a
// caller is told is the refusal's matter.

import type { Catalogue } from "./bits.js";
import type { Claims } from "./claims.js";
import { ClaimsError } from "./error.js";
import type { Features } from "./features.js";
import { isText } from "./json.js";
import { type GuardReason, parameter, refusal } from "./refusal.js";

/** How far the clocks of issuer and handler may differ, in seconds. */
export const CLOCK_LEEWAY = 60;

/** Whether the claims certainly meet it. */
type IsMet = (claims: Claims, now: number) => boolean;

/** The methods of claims that give words, by the reason for which these refuse. */
const HELD = {
  authentication: "authenticationMethods",
  client: "clientId",
  group: "groups",
  org: "orgId",
  permission: "permissions",
  role: "roles",
  scope: "scopes",
  tier: "tier",
  token_use: "tokenUse",
} as const;

/** Why it refuses, whether it is met, and the parameters of the challenge. */
type Requirement = readonly [reason: GuardReason, isMet: IsMet, parameters?: string | undefined];

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
    return new Guard([]).#words("token_use", ["access"]);
  }

  /** Wants an ID token. It tells an app who signed in and is no key to an API. */
  static idToken(): Guard {
    return new Guard([]).#words("token_use", ["id"]);
  }

  /** Takes either token. An authorizer without scopes lets both through, so think twice. */
  static eitherToken(): Guard {
    return new Guard([]);
  }

  /** The token was issued to one of these app clients. */
  client(ids: readonly string[]): Guard {
    return this.#words("client", ids);
  }

  /** The token has at least one of these scopes. */
  anyScope(scopes: readonly string[]): Guard {
    return this.#words("scope", scopes);
  }

  /** The token has all of these scopes. */
  allScopes(scopes: readonly string[]): Guard {
    return this.#words("scope", scopes, true);
  }

  /** The user is in at least one of these groups. */
  anyGroup(groups: readonly string[]): Guard {
    return this.#words("group", groups);
  }

  /** The user is in all of these groups. */
  allGroups(groups: readonly string[]): Guard {
    return this.#words("group", groups, true);
  }

  /** The token acts in this organisation, such as the one in the request's path. */
  org(id: string): Guard {
    return this.#words("org", [id]);
  }

  /**
   * The organisation's tier is `least` or a higher one. `ascending` is the application's order,
   * lowest first; a tier that isn't in it is below all.
   */
  tierAtLeast(least: string, ascending: readonly string[]): Guard {
    const needed = ascending.indexOf(least);
    const high = ascending.filter((tier) => needed >= 0 && ascending.indexOf(tier) >= needed);
    return this.#words("tier", high);
  }

  /** The token certainly lists at least one of these roles. */
  anyRole(roles: readonly string[]): Guard {
    return this.#words("role", roles);
  }

  /** The token certainly lists all of these roles. */
  allRoles(roles: readonly string[]): Guard {
    return this.#words("role", roles, true);
  }

  /** The token certainly lists at least one of these permissions. */
  anyPermission(permissions: readonly string[]): Guard {
    return this.#words("permission", permissions);
  }

  /** The token certainly lists all of these permissions. */
  allPermissions(permissions: readonly string[]): Guard {
    return this.#words("permission", permissions, true);
  }

  /** The feature is certainly on, in a set of the form `comma`, `space` or `list`. */
  feature(name: string): Guard {
    return this.#feature(name, (claims) => claims.features());
  }

  /** The feature is certainly on, in a set of the form `bits` that this catalogue wrote. */
  featureIn<N extends string>(name: NoInfer<N>, catalogue: Catalogue<N>): Guard {
    return this.#feature(name, (claims) => claims.featuresIn<string>(catalogue));
  }

  /**
   * The token was issued at most so many seconds ago, so that its claims are as fresh.
   *
   * @throws RangeError: no whole number from 0 to 2^53-1.
   */
  issuedWithin(seconds: number): Guard {
    return this.#within("issued_too_long_ago", seconds, "issuedAt");
  }

  /**
   * The user signed in at most so many seconds ago. A refresh doesn't count.
   *
   * @throws RangeError: no whole number from 0 to 2^53-1.
   */
  authenticatedWithin(seconds: number): Guard {
    return this.#within(
      "authenticated_too_long_ago",
      seconds,
      "authenticatedAt",
      `, max_age="${seconds}"`,
    );
  }

  /**
   * The sign-in reached one of these levels of authentication, by the pool's names for them: the
   * needed one and all that are better. A token that tells no level is refused.
   *
   * The refusal asks for step-up in the words of RFC 9470: `acr_values`.
   */
  authentication(levels: readonly string[]): Guard {
    return this.#words("authentication", levels, false, "acr_values", "authenticationLevel");
  }

  /** The sign-in used at least one of these methods, such as `mfa`, `swk` or `hwk`. */
  anyMethod(methods: readonly string[]): Guard {
    return this.#words("authentication", methods);
  }

  /** The sign-in used all of these methods. */
  allMethods(methods: readonly string[]): Guard {
    return this.#words("authentication", methods, true);
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
   * @param now - Whole seconds since 1970; by default the clock's.
   * @throws {@link Refusal}: the first requirement that isn't certainly met.
   */
  check(claims: Claims, now: number = Math.floor(Date.now() / 1000)): void {
    const moment = amount(now);
    for (const [reason, isMet, parameters] of this.#requirements) {
      let cause: Error | undefined;
      try {
        if (isMet(claims, moment)) continue;
      } catch (error) {
        if (!(error instanceof ClaimsError)) throw error;
        cause = error;
      }
      throw refusal(reason, parameters, cause);
    }
  }

  /** What the claims hold is among these words, or holds every one. */
  #words(
    reason: keyof typeof HELD,
    words: readonly string[],
    every = false,
    named: "scope" | "acr_values" | undefined = reason === "scope" ? reason : undefined,
    held: (typeof HELD)[keyof typeof HELD] | "authenticationLevel" = HELD[reason],
  ): Guard {
    const wanted = texts(words);
    const isMet: IsMet = (claims) => {
      const words = claims[held]() ?? [];
      const all = new Set(isText(words) ? [words] : words);
      const isHeld = (word: string): boolean => all.has(word);
      // An empty list would let every token in; it is a mistake and lets none in.
      return every ? wanted.length > 0 && wanted.every(isHeld) : wanted.some(isHeld);
    };
    return this.#and(reason, isMet, named && parameter(named, wanted));
  }

  #feature(name: string, read: (claims: Claims) => Features): Guard {
    const wanted = text(name);
    return this.#and("feature", (claims) => read(claims).feature(wanted) === "on");
  }

  #within(
    reason: GuardReason,
    seconds: number,
    since: "issuedAt" | "authenticatedAt",
    parameters?: string,
  ): Guard {
    const most = amount(seconds);
    const isMet: IsMet = (claims, now) => {
      const moment = claims[since]();
      // A moment in the future is no fresh one: no token can have been issued then.
      return moment <= now + CLOCK_LEEWAY && now <= moment + most;
    };
    return this.#and(reason, isMet, parameters);
  }

  #and(...requirement: Requirement): Guard {
    return new Guard([...this.#requirements, requirement]);
  }
}

// Without the compiler's help a text in the place of a list would be its letters, and a text in the
// place of a number would be joined instead of added: both would let in whom nobody meant.

function texts(words: readonly string[]): readonly string[] {
  return Array.isArray(words) ? words.map(text) : mistaken();
}

function text(word: string): string {
  return isText(word) ? word : mistaken();
}

function amount(seconds: number): number {
  if (Number.isSafeInteger(seconds) && seconds >= 0) return seconds;
  throw new RangeError("not whole seconds");
}

function mistaken(): never {
  throw new TypeError("not what a guard takes");
}
