// The function's log: one line of JSON for each request, without values.

import { createHash } from "node:crypto";

import { optional, ReadError, text } from "cognito-claims";

import { claimsOf } from "./caller";
import type { Problem } from "./problem";
import type { Request } from "./request";
import type { LeftOut } from "./row";

/** The ids by which others know an invocation. */
export interface Ids {
  readonly requestId: string;
  readonly traceId: string | undefined;
}

/** What one invocation logs. */
export class Log {
  readonly #ids: Ids;
  readonly #write: (line: string) => void;

  constructor(ids: Ids, write: (line: string) => void) {
    const traceId = plain(ids.traceId, /^[A-Za-z0-9=;:_-]{1,256}$/);
    this.#ids = { requestId: ids.requestId, traceId };
    this.#write = write;
  }

  /** The line of a request that has its answer. */
  answered(request: Request, status: number, problem: Problem | undefined, milliseconds: number) {
    this.#line(status < 500 ? "INFO" : "ERROR", {
      status,
      reason: problem?.reason,
      cause: problem?.cause,
      ...caller(request),
      request_id: this.#ids.requestId,
      // The gateway's access log has it too.
      api_request_id: plain(request.gatewayId, /^[A-Za-z0-9=_-]{1,64}$/),
      trace_id: this.#ids.traceId,
      milliseconds: Math.round(milliseconds * 1000) / 1000,
    });
  }

  /** The line of items that a list lacks. */
  leftOut({ items, attributes }: LeftOut) {
    this.#line("WARN", {
      message: "items_left_out",
      cause: "an attribute is missing or of another form",
      items,
      attributes: attributes.join(","),
      request_id: this.#ids.requestId,
      trace_id: this.#ids.traceId,
    });
  }

  #line(level: string, fields: object) {
    this.#write(JSON.stringify({ timestamp: new Date().toISOString(), level, ...fields }));
  }
}

/** Tells people apart, and names nobody: the same as where the token was issued. */
function caller(request: Request): { identity_hash?: string; app_client?: string | undefined } {
  const claims = unlessUnreadable(() => claimsOf(request));
  if (claims === undefined) return {};
  const claim = (name: string) => unlessUnreadable(() => claims.claim(name, optional(text)));
  const identity = unlessUnreadable(() => claims.identity());
  // The issuer ends with the pool's id.
  const pool = claim("iss")?.split("/").at(-1);
  const client = plain(claim("client_id") ?? claim("aud"), /^[A-Za-z0-9_+]{1,128}$/);
  if (identity?.kind !== "user" || pool === undefined) return { app_client: client };
  return { identity_hash: identityHash(pool, identity.sub), app_client: client };
}

/** The first 64 bits of SHA-256 over a user pool's id and a `sub`, as every function of ours logs it. */
export function identityHash(pool: string, sub: string): string {
  return createHash("sha256").update(`${pool}\0${sub}`).digest("hex").slice(0, 16);
}

function unlessUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReadError) return undefined;
    throw error;
  }
}

/** An id that may stand in a log as it is. Whoever asks may have chosen it. */
function plain(id: string | undefined, form: RegExp): string | undefined {
  return id !== undefined && form.test(id) ? id : undefined;
}
