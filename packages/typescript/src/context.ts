// The form of claims in the context of a Lambda authorizer: one flat object of texts.
//
// A REST API takes scalars only and hands them on as text, AppSync takes no nesting, and an HTTP API
// hands on what it got. So everything is text, at every door alike:
//
// | claim | text |
// |---|---|
// | text | itself |
// | number, boolean | its JSON text: `1604085585`, `true` |
// | list of plain words | the words, parted by commas: `a,b` |
// | any other list, an object | its JSON text: `["x,admin"]`, `{"a":1}` |
// | null | left out |
//
// A plain word can't begin with a bracket, so the two forms of a list can't be mistaken for each
// other. The result of an authorizer has at most 8 KB, policy included: choose the claims.

import { isListWord } from "./encoding.js";
import { ReadError } from "./error.js";
import { isText, type Members, put } from "./json.js";

/**
 * Writes claims into the form of the context. `Claims.fromLambdaAuthorizer` and
 * `Claims.fromAppsyncLambda` read them back.
 *
 * Source: AWS, "Output from an API Gateway Lambda authorizer": values are text, numbers or booleans,
 * and the key `claims` is reserved, so a claim of that name is left out.
 *
 * @param claims - The claims of a verified token.
 * @throws {@link ReadError}: a number that JavaScript can't hold has lost digits; choose without it.
 */
export function encode(claims: object): Record<string, string> {
  const context: Record<string, string> = {};
  for (const [name, value] of Object.entries(claims as Members)) {
    if (name === "claims" || value === null || value === undefined) continue;
    put(context, name, textOf(name, value));
  }
  return context;
}

function textOf(name: string, value: unknown): string {
  if (isText(value)) return value;
  if (Array.isArray(value) && value.every((word) => isText(word) && isListWord(word))) {
    return value.join(",");
  }
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== "number") return inner;
    const isExact = Number.isFinite(inner) && (!Number.isInteger(inner) || Number.isSafeInteger(inner));
    if (isExact) return inner;
    throw new ReadError("unexpected", "free of numbers too large to be exact", name, "token");
  });
}
