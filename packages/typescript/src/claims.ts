// `Claims`: the checked claims of one request, and reading them.
//
// Knows Cognito's own claims and the contract's, but not where an event keeps claims. A `Claims`
// comes only from a place that an AWS authorizer has checked or from a token that the application
// says it has verified; a token that has not been verified is an `UnverifiedClaims` of
// `cognito-claims/dangerous`.

import type { Catalogue } from "./bits.js";
import { list, optional } from "./composite.js";
import type { Door, Source } from "./door.js";
import { hasWord, sorted } from "./encoding.js";
import { ReadError, unexpected } from "./error.js";
import { anyDoor, opened } from "./event.js";
import { type Feature, Features, features, ofBits } from "./features.js";
import { type Actor, actor, type Identity, identityOf, type TokenUse, tokenUse } from "./identity.js";
import { isText, own } from "./json.js";
import { GROUPS, SCOPE } from "./list.js";
import { isCut, type Listed } from "./listed.js";
import { type OrgId, orgId, type Tier, tier } from "./org.js";
import { type Organisations, organisations } from "./organisations.js";
import { type ClaimType, required } from "./type.js";
import { integer, text } from "./value.js";
import { type Words, words } from "./words.js";

/** What all is read at once: a type for each claim's name. */
export type Shape = Readonly<Record<string, ClaimType<unknown>>>;

/** What {@link Claims.read} gives: `ClaimsOf<typeof shape>`. */
export type ClaimsOf<S extends Shape> = {
  readonly [C in keyof S]: S[C] extends ClaimType<infer T> ? T : never;
};

const FLAGS = "feature_flags";
const TEXTS = /* @__PURE__ */ list(text);
const SOME_TEXTS = /* @__PURE__ */ optional(TEXTS);
const TEXT = /* @__PURE__ */ optional(text);
const MOMENT = /* @__PURE__ */ required((...claim) => {
  const seconds = integer.decode(...claim);
  return seconds >= 0 ? seconds : unexpected("in the range of the asked type");
});
const ACTOR = /* @__PURE__ */ optional(actor);
const FEATURES = /* @__PURE__ */ features();
const WORDS = /* @__PURE__ */ words();

/**
 * The claims of one request, checked by a front door or by the application.
 *
 * Refers to the event and copies nothing. Printed or as JSON it shows names and no values.
 *
 * How far it can be trusted: as far as the event. Only the gateway may be allowed to invoke the
 * function (its resource policy), or anybody who may invoke it can write any claims. A null claim
 * counts as missing.
 *
 * Every method that reads throws a {@link ReadError} if the claim is missing, is of another type,
 * or was flattened so that it can't be restored. Every constructor throws one with the code
 * `no_claims` if the event has none where this front door puts them.
 */
export class Claims {
  readonly #source: Source;

  private constructor(source: Source) {
    this.#source = source;
  }

  /** From the event of an HTTP API with a JWT authorizer, payload format 2.0 or 1.0. */
  static fromHttpApi(this: void, event: unknown): Claims {
    return new Claims(opened("http_api", event));
  }

  /** From the event of a REST API with a Cognito user pool authorizer. */
  static fromRestCognito(this: void, event: unknown): Claims {
    return new Claims(opened("rest_cognito", event));
  }

  /** From the event of a REST API with a JWT authorizer. */
  static fromRestJwt(this: void, event: unknown): Claims {
    return new Claims(opened("rest_jwt", event));
  }

  /**
   * From the event of a REST, HTTP (payload format 2.0 or 1.0) or WebSocket API with a Lambda
   * authorizer that puts claims into its context in the form of `cognito-claims/context`.
   */
  static fromLambdaAuthorizer(this: void, event: unknown): Claims {
    return new Claims(opened("lambda_authorizer", event));
  }

  /**
   * From the context of a resolver whose AppSync API uses a Cognito user pool or an OpenID Connect
   * provider. A batch resolver gets an array of such contexts: read each of its elements.
   */
  static fromAppsync(this: void, context: unknown): Claims {
    return new Claims(opened("appsync", context));
  }

  /**
   * From the context of a resolver whose AppSync API uses a Lambda authorizer that puts claims into
   * `resolverContext` in the form of `cognito-claims/context`.
   */
  static fromAppsyncLambda(this: void, context: unknown): Claims {
    return new Claims(opened("appsync_lambda", context));
  }

  /**
   * Finds the front door by the event's structure.
   *
   * Three authorizers share the place `requestContext.authorizer.claims`. They are told apart by the
   * payload version, by values that are not text (REST with JWT authorizer) and by times in Java's
   * form (REST with Cognito authorizer). Where these signs are missing or disagree, as they do with
   * some emulators, the error has the code `ambiguous_door`; the other constructors always work.
   *
   * The context of a Lambda authorizer counts only if its `token_use` is that of a token: what
   * another authorizer says in words of its own is no claim. If yours leaves `token_use` out, use
   * {@link Claims.fromLambdaAuthorizer} or {@link Claims.fromAppsyncLambda}.
   *
   * Events whose token no authorizer has checked (load balancers, function URLs) have no claims.
   */
  static fromEvent(this: void, event: unknown): Claims {
    return new Claims(anyDoor(event));
  }

  /**
   * The claims of a token whose signature, issuer, client and times have been verified by the
   * caller, with the JSON types of the token. Nothing is checked here.
   */
  static fromVerified(this: void, payload: object): Claims {
    return new Claims(opened("token", payload));
  }

  /**
   * Promises that no group of the user pool has a comma in its name.
   *
   * Needed only behind a Cognito authorizer of a REST API: it shows groups as `a,b`, and Cognito
   * allows commas in group names, so that the one group `x,admin` looks like two. Without this
   * promise such text is ambiguous, and an error. Whoever may name groups could otherwise forge one.
   *
   * Source: AWS, Cognito API reference, GroupNameType.
   */
  assumeCommaFreeGroups(): Claims {
    return new Claims({ ...this.#source, commaFreeGroups: true });
  }

  /** The front door that they came through. */
  get door(): Door {
    return this.#source.door;
  }

  /** Whether there is a claim of this name. */
  contains(name: string): boolean {
    return (own(this.#source.entries, name) ?? null) !== null;
  }

  /** Reads one claim; `optional(type)` if it may be missing. */
  claim<T>(name: string, type: ClaimType<T>): T {
    const source = this.#source;
    const value = own(source.entries, name);
    try {
      return value === undefined || value === null
        ? type.absent()
        : type.decode(value, source, name, false);
    } catch (error) {
      // A type knows neither the claim nor the door.
      throw error instanceof ReadError
        ? new ReadError(error.code, error.detail, name, source.door)
        : error;
    }
  }

  /**
   * Reads many claims: `claims.read({ org_id: orgId, seats: optional(integer) })`. A claim that has
   * no member is not looked at.
   */
  read<const S extends Shape>(shape: S): ClaimsOf<S> {
    let all: Record<string, unknown> = {};
    for (const [name, type] of Object.entries(shape)) {
      const value = this.claim(name, type);
      // An assignment would set the prototype.
      if (name === "__proto__") all = { ...all, [name]: value };
      else all[name] = value;
    }
    return all as ClaimsOf<S>;
  }

  /**
   * The groups, in the token's order: the claim `cognito:groups`. No such claim means no group.
   *
   * Cognito's groups have no blanks in their names. If another trigger writes names that do, an HTTP
   * API shows one such group like two, which can't be told apart. See also
   * {@link Claims.assumeCommaFreeGroups}.
   *
   * Source: AWS, "Understanding the access token": a list, absent for a user without groups.
   */
  groups(): readonly string[] {
    return this.claim(GROUPS, SOME_TEXTS) ?? [];
  }

  /**
   * The scopes of an access token, sorted: the claim `scope`. ID tokens have none, and a token
   * without the claim is an error, not an empty set.
   *
   * The `scopes` that an HTTP API puts beside the claims is null on a route that asks for none,
   * whatever the token holds, and is therefore never looked at.
   */
  scopes(): ReadonlySet<string> {
    return new Set(sorted(this.claim(SCOPE, TEXTS)));
  }

  /** Which of the two tokens this is: the claim `token_use`. */
  tokenUse(): TokenUse {
    return this.claim("token_use", tokenUse);
  }

  /**
   * The app client that the token was issued to: `client_id` of an access token, `aud` of an ID
   * token. The `aud` of an access token may be something else and is never taken for it.
   *
   * Source: AWS, "Verifying JSON web tokens".
   */
  clientId(): string {
    return this.claim(this.tokenUse() === "access" ? "client_id" : "aud", text);
  }

  /** When the token was issued, in seconds since 1970: the claim `iat`. */
  issuedAt(): number {
    return this.claim("iat", MOMENT);
  }

  /**
   * When the user signed in, in seconds since 1970: the claim `auth_time`. A refresh leaves it.
   *
   * Source: AWS, "Authentication levels with ACR and AMR claims".
   */
  authenticatedAt(): number {
    return this.claim("auth_time", MOMENT);
  }

  /**
   * How sure the sign-in was: the claim `acr`, such as `urn:cognito:loa:2`, or the pool's own name
   * of that level. `undefined` if the token doesn't say. A refresh leaves it.
   *
   * Source: AWS, "Authentication levels with ACR and AMR claims".
   */
  authenticationLevel(): string | undefined {
    return this.claim("acr", TEXT);
  }

  /**
   * How the user signed in, sorted: the claim `amr`, words such as `pwd`, `otp`, `hwk`, `mfa` or
   * `fed`. Empty if the token doesn't say. A refresh leaves it.
   *
   * Source: AWS, "Authentication levels with ACR and AMR claims"; RFC 8176.
   */
  authenticationMethods(): ReadonlySet<string> {
    return new Set(sorted(this.claim("amr", SOME_TEXTS) ?? []));
  }

  /**
   * Who the token is for: a user or a client. A token that an actor got for a person has the
   * person's identity; {@link Claims.actor} says who acts. Claims that fit neither are ambiguous.
   */
  identity(): Identity {
    return identityOf(this);
  }

  /**
   * Who acts for the subject: the claim `act`. `undefined` if nobody is known to.
   *
   * An HTTP API shows an object in a form that can't be undone: behind it the claim is an error,
   * which tells that somebody acts and not who.
   */
  actor(): Actor | undefined {
    return this.claim("act", ACTOR);
  }

  /** The organisation that the token acts in: the claim `org_id`. An empty id is an error. */
  orgId(): OrgId {
    return this.claim("org_id", orgId);
  }

  /** What the organisation has paid for: the claim `org_tier`. */
  tier(): Tier {
    return this.claim("org_tier", tier);
  }

  /**
   * The claim `feature_flags` in one of the forms `comma`, `space` and `list`. If it is missing,
   * every feature is unknown.
   */
  features(): Features {
    return this.claim(FLAGS, FEATURES);
  }

  /**
   * The claim `feature_flags` in the form `bits`, decoded with the writer's catalogue. If it is
   * missing, every feature is unknown.
   *
   * @throws {@link BitsError}: the claim is in another form, or another catalogue wrote it.
   */
  featuresIn<N extends string>(catalogue: Catalogue<N>): Features<N> {
    const bits = own(this.#source.entries, FLAGS) ?? null;
    if (bits === null) return new Features([], false);
    // No text is none that a catalogue wrote.
    return ofBits(isText(bits) ? bits : "", catalogue, !this.isCut(FLAGS));
  }

  /**
   * Whether one feature is on. Unknown if the claim is missing or can't be read, and for the form
   * `bits`, which needs {@link Claims.featuresIn}.
   */
  feature(name: string): Feature {
    return this.#orUnknown(() => this.features().feature(name));
  }

  /** The roles: the claim `roles`. If it is missing, every role is unknown. */
  roles(): Words {
    return this.claim("roles", WORDS);
  }

  /** Whether the token lists a role. Unknown if the claim is missing, cut or can't be read. */
  role(name: string): Listed {
    return this.#orUnknown(() => this.roles().contains(name));
  }

  /** The permissions: the claim `permissions`. If it is missing, every permission is unknown. */
  permissions(): Words {
    return this.claim("permissions", WORDS);
  }

  /** Whether the token lists a permission. Unknown if the claim is missing, cut or can't be read. */
  permission(name: string): Listed {
    return this.#orUnknown(() => this.permissions().contains(name));
  }

  /**
   * All organisations of the person: the claim `organisations`. If it is missing, every organisation
   * is unknown. They are for showing. The one that the token acts in is {@link Claims.orgId}.
   */
  organisations(): Organisations {
    return this.claim("organisations", organisations);
  }

  /**
   * Whether the trigger left the claim out because of a fault or the budget: its name is in
   * `claims_omitted`. A claim that is missing for another reason was never meant to be there.
   */
  omitted(name: string): boolean {
    const marker = own(this.#source.entries, "claims_omitted");
    return isText(marker) && hasWord(marker, name);
  }

  /**
   * Whether the token has only the beginning of a list claim: its name is in `claims_cut`, or that
   * marker can't be read. What such a list doesn't hold is unknown.
   */
  isCut(name: string): boolean {
    return isCut(name, this.#source);
  }

  /** The front door and the claims' names, without any value. */
  toJSON(): { readonly door: Door; readonly names: readonly string[] } {
    return { door: this.#source.door, names: Object.keys(this.#source.entries) };
  }

  /** What `console.log` shows: {@link Claims.toJSON}. */
  [Symbol.for("nodejs.util.inspect.custom")](): unknown {
    return this.toJSON();
  }

  #orUnknown<T>(read: () => T): T | "unknown" {
    try {
      return read();
    } catch (error) {
      if (error instanceof ReadError) return "unknown";
      throw error;
    }
  }
}
