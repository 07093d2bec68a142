// What a caller is told when there is no answer, and what the log says.
//
// SPEC: RFC 9457. The member `reason` is a stable word for programs.

import { ClaimsError, Refusal } from "cognito-claims";

/** What a function answers a gateway. SPEC: AWS, "Output format of a Lambda function for proxy integration". */
export interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface More {
  /** A header that says what would do. */
  readonly hint?: Readonly<Record<string, string>>;
  /** For the log alone; without values. */
  readonly cause?: string | undefined;
}

/** A problem document, its status and its cause. */
export class Problem extends Error {
  readonly status: number;
  readonly reason: string;
  /** For the log alone; without values. */
  override readonly cause: string | undefined;
  readonly #document: object;
  readonly #hint: Readonly<Record<string, string>>;

  private constructor(
    status: number,
    reason: string,
    document: object,
    more: More = {},
  ) {
    super(reason);
    this.status = status;
    this.reason = reason;
    this.#document = document;
    this.#hint = more.hint ?? {};
    this.cause = more.cause;
  }

  /** Whatever was thrown. */
  static of(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof ClaimsError) return Problem.#refused(Refusal.from(error));
    return Problem.#unforeseen(error);
  }

  static badRequest(detail: string): Problem {
    return Problem.#new(400, "Bad Request", "bad_request", detail);
  }

  static tierLimit(): Problem {
    const detail = "the organisation's tier allows no more items";
    return Problem.#new(403, "Forbidden", "tier_limit", detail);
  }

  static notOwner(): Problem {
    return Problem.#new(403, "Forbidden", "not_owner", "somebody else made the item");
  }

  static noRoute(): Problem {
    const detail = "there is GET /items, POST /items and DELETE /items/{id}";
    return Problem.#new(404, "Not Found", "not_found", detail);
  }

  /** The same whether another organisation has one. */
  static noItem(): Problem {
    return Problem.#new(404, "Not Found", "not_found", "there is no item of this id");
  }

  static exists(): Problem {
    return Problem.#new(409, "Conflict", "exists", "there is an item of this id");
  }

  static tooLarge(limit: number): Problem {
    const detail = `the body has more than ${limit} bytes`;
    return Problem.#new(413, "Content Too Large", "too_large", detail);
  }

  /** SPEC: RFC 9110, 15.5.16; W3C, Linked Data Platform 1.0, 7.1, for the header. */
  static unsupportedMediaType(): Problem {
    const detail = "the body is not of the type application/json";
    return Problem.#new(415, "Unsupported Media Type", "unsupported_media_type", detail, {
      hint: { "accept-post": "application/json" },
    });
  }

  /** The table failed, for a reason that only the log knows. */
  static unavailable(cause: string): Problem {
    const detail = "try again in a moment";
    return Problem.#new(503, "Service Unavailable", "table_failed", detail, { cause });
  }

  /** The claims refuse: `cognito-claims` has worked the whole answer out. */
  static #refused(refusal: Refusal): Problem {
    const challenge = refusal.wwwAuthenticate();
    return new Problem(refusal.status, refusal.reason, refusal.problem(), {
      hint: challenge === undefined ? {} : { "www-authenticate": challenge },
      cause: refusal.cause instanceof Error ? refusal.cause.message : undefined,
    });
  }

  /** A mistake of this code. The log has the error's class alone, because its text may hold anything. */
  static #unforeseen(error: unknown): Problem {
    const name = error instanceof Error ? error.name : typeof error;
    const cause = /^[A-Za-z]{1,64}$/.test(name) ? name : "Error";
    return Problem.#new(500, "Internal Server Error", "internal", undefined, { cause });
  }

  static #new(
    status: number,
    title: string,
    reason: string,
    detail: string | undefined,
    more: More = {},
  ): Problem {
    const document = { type: "about:blank", title, status, detail, reason };
    return new Problem(status, reason, document, more);
  }

  /** What the caller gets: with the id by which the log has the request. */
  response(requestId: string): Response {
    const document = { ...this.#document, request_id: requestId };
    const answer = response(this.status, document, "application/problem+json");
    return { ...answer, headers: { ...answer.headers, ...this.#hint } };
  }
}

export function noContent(): Response {
  return { statusCode: 204, headers: { "cache-control": "no-store" }, body: "" };
}

/** An answer that belongs to its caller: no cache may keep it for others. */
export function response(status: number, body: object, contentType = "application/json"): Response {
  return {
    statusCode: status,
    headers: { "content-type": contentType, "cache-control": "no-store" },
    body: JSON.stringify(body),
  };
}
