// What a caller is told when a request is refused.
//
// Says what is required and never what the token holds. Knows the RFCs of the answer, but no HTTP
// library: the adapters turn a `Refusal` into their kind of response.

import { ClaimsError, ReadError } from "./error.js";

/** Status, what is required in words, and the error code of the challenge. */
export type Answer = readonly [status: 401 | 403 | 503, text: string, error?: string];

const INVALID = "invalid_token";
const INSUFFICIENT = "insufficient_user_authentication";

/** 401 if another token could help, 403 if this caller may not, 503 if that can't be told now. */
const ANSWERS = {
  no_claims: [401, "a token is required"],
  unreadable: [403, "the token lacks what this resource needs"],
  token_use: [401, "the other kind of token is required", INVALID],
  client: [401, "the token was issued to an app client that is not accepted here", INVALID],
  scope: [403, "the token lacks a required scope", "insufficient_scope"],
  group: [403, "membership in a group is required"],
  org: [403, "the token acts in another organisation"],
  tier: [403, "a higher tier is required"],
  role: [403, "another role is required"],
  permission: [403, "the token lacks a required permission"],
  feature: [403, "the feature is not enabled"],
  issued_too_long_ago: [401, "a newer token is required", INVALID],
  authenticated_too_long_ago: [401, "a more recent sign-in is required", INSUFFICIENT],
  authentication: [401, "another way to sign in is required", INSUFFICIENT],
  actor: [403, "nobody may act for somebody else here"],
} as const satisfies Readonly<Record<string, Answer>>;

const TITLES = { 401: "Unauthorized", 403: "Forbidden", 503: "Service Unavailable" } as const;

/** What a guard or claims that can't be read refuse. */
export type GuardReason = keyof typeof ANSWERS;

/**
 * What was not met: a stable word, for logs, metrics and clients. The last three are those of a token
 * that the application verifies itself.
 */
export type Reason = GuardReason | "invalid_token" | "expired" | "keys_unavailable";

/** A problem document. Source: RFC 9457 section 3. */
export interface Problem {
  /** What is required, in words. */
  readonly detail: string;
  /** The stable word of this package. */
  readonly reason: Reason;
  readonly status: number;
  readonly title: string;
  readonly type: "about:blank";
}

/** The answer of a Lambda. Source: AWS, "Output format of a Lambda function for proxy integration". */
export interface ProxyResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

// Source: RFC 6749 section 3.3, the characters of a scope, which a level of authentication is held
// to as well; anything else would break the header.
const HEADER_WORD = /^[!#-[\]-~]+$/;

/** A refused request: status, `WWW-Authenticate` and a problem document. */
export class Refusal extends ClaimsError {
  /** What was not met. */
  readonly reason: Reason;
  readonly #answer: Answer;
  readonly #parameters: string;

  /**
   * Guards make them.
   *
   * @param parameters - What the challenge says besides: never anything that the token holds.
   * @param cause - Why, for logs: an error whose text has no value in it.
   * @internal
   */
  constructor(reason: Reason, answer: Answer, parameters = "", cause?: Error) {
    super(answer[1], cause && { cause });
    this.name = "Refusal";
    this.reason = reason;
    this.#answer = answer;
    this.#parameters = parameters;
  }

  /**
   * The refusal that an error means: claims that can't be found or read refuse the request. An
   * error that is none of this package's is thrown again: it is a fault, and nobody's refusal.
   */
  static from(this: void, error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    if (!(error instanceof ClaimsError)) throw error;
    const nothing = error instanceof ReadError && error.code === "no_claims";
    return refusal(nothing ? "no_claims" : "unreadable", "", error);
  }

  /**
   * The HTTP status: 401 if another token could help, 403 if this caller may not, 503 if that can't
   * be told at the moment.
   *
   * Source: RFC 6750 section 3.1, RFC 9470 section 3.
   */
  get status(): 401 | 403 | 503 {
    return this.#answer[0];
  }

  /**
   * The value of the header `WWW-Authenticate`, where the RFCs define one.
   *
   * A REST API renames this header of a Lambda's answer to `x-amzn-Remapped-WWW-Authenticate`.
   *
   * Source: RFC 6750 section 3 (`invalid_token`, `insufficient_scope`), RFC 9470 section 3
   * (`insufficient_user_authentication`, `max_age`, `acr_values`).
   */
  wwwAuthenticate(): string | undefined {
    const [, text, error] = this.#answer;
    const realm = 'Bearer realm="api"';
    if (this.reason === "no_claims") return realm;
    return error && `${realm}, error="${error}", error_description="${text}"${this.#parameters}`;
  }

  /**
   * The problem document, for a body of type `application/problem+json`.
   *
   * Source: RFC 9457 section 3; with the type `about:blank` the title is the status phrase (section
   * 4.2.1).
   */
  problem(): Problem {
    const { status } = this;
    return {
      detail: this.message,
      reason: this.reason,
      status,
      title: TITLES[status],
      type: "about:blank",
    };
  }

  /** The whole answer of a Lambda behind API Gateway or a load balancer. */
  proxyResponse(): ProxyResponse {
    const challenge = this.wwwAuthenticate();
    const headers: Record<string, string> = { "content-type": "application/problem+json" };
    if (challenge) headers["www-authenticate"] = challenge;
    return { statusCode: this.status, headers, body: JSON.stringify(this.problem()) };
  }
}

/** The refusal for a reason of guards. */
export function refusal(reason: GuardReason, parameters?: string, cause?: Error): Refusal {
  return new Refusal(reason, ANSWERS[reason], parameters, cause);
}

/** A parameter of the challenge with the words that a header can hold; without one there is none. */
export function parameter(name: string, words: readonly string[]): string {
  const all = words.filter((word) => HEADER_WORD.test(word)).join(" ");
  return all && `, ${name}="${all}"`;
}
