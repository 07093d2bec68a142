// Which pages may read the answers.
//
// A REST API hands on what the function says. An HTTP API that has CORS says it by itself, and drops what
// the function says.
//
// SPEC: Fetch standard, "CORS check"; AWS, "CORS for REST APIs in API Gateway" and "Configure CORS for HTTP
// APIs in API Gateway".

import type { Response } from "./problem";
import { originOf } from "./request";

/** The answer, which the page that asks may read if its origin is one of these. */
export function readable(answer: Response, event: unknown, origins: readonly string[]): Response {
  if (origins.length === 0) return answer;
  const origin = originOf(event);
  const allowed = origins.includes(origin) ? { "access-control-allow-origin": origin } : {};
  return { ...answer, headers: { ...answer.headers, vary: "origin", ...allowed } };
}
