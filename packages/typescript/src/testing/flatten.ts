// How front doors flatten claims: a model of AWS, not of our reader. Knows nothing but JSON.

import { byCodePoint } from "../encoding.js";
import { type Json, type JsonObject, put } from "../json.js";

/** HTTP API with a JWT authorizer: Go's `%v` of each value; null is left out. */
export function httpApi(payload: JsonObject): Record<string, string> {
  return flatten(payload, (_, value) => go(value));
}

/** REST API with a Cognito authorizer: lists joined by commas, `exp` and `iat` as Java dates. */
export function restCognito(payload: JsonObject): Record<string, string> {
  return flatten(payload, (name, value) =>
    (name === "exp" || name === "iat") && typeof value === "number" && value >= 0
      ? javaDate(value)
      : java(value),
  );
}

function flatten(
  payload: JsonObject,
  text: (name: string, value: Json) => string,
): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(payload)) {
    if (value !== null) put(flat, name, text(name, value));
  }
  return flat;
}

function go(value: Json): string {
  if (value === null) return "<nil>";
  if (isList(value)) return `[${value.map(go).join(" ")}]`;
  if (typeof value !== "object") return String(value);
  const members = Object.entries(value).sort(([left], [right]) => byCodePoint(left, right));
  return `map[${members.map(([name, inner]) => `${name}:${go(inner)}`).join(" ")}]`;
}

function java(value: Json): string {
  if (typeof value === "string") return value;
  return isList(value) ? value.map(java).join(",") : JSON.stringify(value);
}

/** `Sat Jan 30 04:49:05 UTC 2021`. */
function javaDate(seconds: number): string {
  const [day = "", date = "", month = "", year = "", time = ""] = new Date(seconds * 1000)
    .toUTCString()
    .split(" ");
  return `${day.replace(",", "")} ${month} ${date} ${time} UTC ${year}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
