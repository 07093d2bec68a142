// Pages of a list: how many items, and after which one.
//
// The token of the next page holds an id and nothing else. Which organisation is listed comes from
// the claims, for each page anew, so that a forged token can't list another organisation.

import { type Id, parseId } from "./item";
import { Problem } from "./problem";

/** Most items on a page. */
const LARGEST_PAGE = 100;
/** Items on a page unless the caller asks for another number. */
const DEFAULT_PAGE = 25;

/** One page of a list. */
export interface Page {
  readonly limit: number;
  /** The last item of the page before. */
  readonly after: Id | undefined;
}

/** Reads the parameters of a query. */
export function parse(limit: string | null, next: string | null): Page {
  return {
    limit: limit === null ? DEFAULT_PAGE : parseLimit(limit),
    after: next === null ? undefined : idOf(next),
  };
}

/** The token of the page after an item. */
export function token(last: Id): string {
  return Buffer.from(last).toString("base64url");
}

function parseLimit(digits: string): number {
  const limit = /^\+?[0-9]+$/.test(digits) ? Number(digits) : 0;
  if (limit >= 1 && limit <= LARGEST_PAGE) return limit;
  throw Problem.badRequest(`\`limit\` is not 1 to ${LARGEST_PAGE}`);
}

function idOf(next: string): Id {
  const id = parseId(Buffer.from(next, "base64url").toString());
  // Node decodes leniently: only what we would have written is ours.
  if (id !== undefined && token(id) === next) return id;
  throw Problem.badRequest("`next` is not from a page before");
}
