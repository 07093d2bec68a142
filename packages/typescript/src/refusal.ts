// What a caller is told when a request is refused.
//
// Says what is required and never what the token holds. Knows the RFCs of the answer, but no HTTP
// library: the adapters turn a `Refusal` into their kind of response.

import { BitsError } from "./bits.js";
import { ReadError } from "./error.js";

interface Answer {
  readonly status: 401 | 403 | 503;
  readonly text: string;
  /** The error code of the challenge. */
  readonly error?: "invalid_token" | "insufficient_scope" | "insufficient_user_authentication";
}

/** Status: 401 if another token could help, 403 if this caller may not, 503 if that can't be told. */
const ANSWERS = {
  no_claims: { status: 401, text: "a token is required" },
  invalid_token: { status: 401, text: "the token is not valid here", error: "invalid_token" },
  expired: { status: 401, text: "the token has expired", error: "invalid_token" },
  keys_unavailable: { status: 503, text: "tokens can't be verified at the moment" },
  unreadable: { status: 403, text: "the token lacks what this resource needs" },
  token_use: { status: 401, text: "the other kind of token is required", error: "invalid_token" },
  client: {
    status: 401,
    text: "the token was issued to an app client that is not accepted here",
    error: "invalid_token",
  },
  scope: { status: 403, text: "the token lacks a required scope", error: "insufficient_scope" },
  group: { status: 403, text: "membership in a group is required" },
  org: { status: 403, text: "the token acts in another organisation" },
  tier: { status: 403, text: "a higher tier is required" },
  role: { status: 403, text: "another role is required" },
  permission: { status: 403, text: "the token lacks a required permission" },
  feature: { status: 403, text: "the feature is not enabled" },
  issued_too_long_ago: { status: 401, text: "a newer token is required", error: "invalid_token" },
  authenticated_too_long_ago: {
    status: 401,
    text: "a more recent sign-in is required",
    error: "insufficient_user_authentication",
  },
  authentication: {
    status: 401,
    text: "another way to sign in is required",
    error: "insufficient_user_authentication",
  },
  actor: { status: 403, text: "nobody may act for somebody else here" },
} as const satisfies Readonly<Record<string, Answer>>;

const TITLES = { 401: "Unauthorized", 403: "Forbidden", 503: "Service Unavailable" } as const;

/** What was not met: a stable word, for logs, metrics and clients. */
export type Reason = keyof typeof ANSWERS;

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

/** What the challenge says besides: never anything that the token holds. */
interface Wanted {
  readonly scopes?: readonly string[];
  readonly maxAge?: number;
  readonly levels?: readonly string[];
}

// Source: RFC 6749 section 3.3, the characters of a scope, which a level of authentication is held
// to as well; anything else would break the header.
const HEADER_WORD = /^[!#-[\]-~]+$/;

/** A refused request: status, `WWW-Authenticate` and a problem document. */
export class Refusal extends Error {
  /** What was not met. */
  readonly reason: Reason;
  readonly #wanted: Wanted;

  /** @param cause - Why, for logs: an error whose text has no value in it. */
  constructor(reason: Reason, wanted: Wanted = {}, cause?: Error) {
    super(ANSWERS[reason].text, cause === undefined ? undefined : { cause });
    this.name = "Refusal";
    this.reason = reason;
    this.#wanted = wanted;
  }

  /**
   * The refusal that an error means: claims that can't be found or read refuse the request. An
   * error that is none of this package's is thrown again: it is a fault, and nobody's refusal.
   */
  static from(this: void, error: unknown): Refusal {
    if (error instanceof Refusal) return error;
    if (error instanceof ReadError) {
      return new Refusal(error.code === "no_claims" ? "no_claims" : "unreadable", {}, error);
    }
    if (error instanceof BitsError) return new Refusal("unreadable", {}, error);
    throw error;
  }

  /**
   * The HTTP status: 401 if another token could help, 403 if this caller may not, 503 if that can't
   * be told at the moment.
   *
   * Source: RFC 6750 section 3.1, RFC 9470 section 3.
   */
  get status(): 401 | 403 | 503 {
    return ANSWERS[this.reason].status;
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
    if (this.reason === "no_claims") return 'Bearer realm="api"';
    const answer: Answer = ANSWERS[this.reason];
    if (answer.error === undefined) return undefined;
    const { scopes, maxAge, levels } = this.#wanted;
    let challenge = `Bearer realm="api", error="${answer.error}", error_description="${answer.text}"`;
    if (scopes !== undefined) challenge += `, scope="${headerWords(scopes)}"`;
    if (maxAge !== undefined) challenge += `, max_age="${maxAge}"`;
    const acrValues = headerWords(levels ?? []);
    return acrValues === "" ? challenge : `${challenge}, acr_values="${acrValues}"`;
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

  /** The headers of the answer. */
  headers(): Record<string, string> {
    const challenge = this.wwwAuthenticate();
    return {
      "content-type": "application/problem+json",
      ...(challenge === undefined ? {} : { "www-authenticate": challenge }),
    };
  }

  /** The whole answer of a Lambda behind API Gateway or a load balancer. */
  proxyResponse(): ProxyResponse {
    return {
      statusCode: this.status,
      headers: this.headers(),
      body: JSON.stringify(this.problem()),
    };
  }
}

function headerWords(words: readonly string[]): string {
  return words.filter((word) => HEADER_WORD.test(word)).join(" ");
}
