// The corpus that all readers share, as its page `conformance/README.md` describes it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A JSON value, which is compared by its text. */
export type Value = string | number | boolean | null | Value[] | { [member: string]: Value };

/** What a caller is told. */
export interface Refused {
  reason: string;
  status: number;
  www_authenticate: string | null;
  problem: { [member: string]: Value };
}

/** One question and its answer. */
export interface Read {
  claim?: string;
  as?: string;
  method?: string;
  of?: string;
  catalogue?: string[];
  value?: Value;
  error?: string;
  about?: string;
  refusal?: Refused;
}

/** A guard and its answer. */
export interface Guarded {
  guard: [string, ...Value[]][];
  now: number;
  passes?: boolean;
  refusal?: Refused;
}

/** One event or payload, and what is read of it. */
export interface Case {
  name: string;
  door: string;
  event: Value;
  comma_free_groups?: boolean;
  token?: { [claim: string]: Value };
  opens: string | { error: string; refusal?: Refused };
  reads?: Read[];
  guards?: Guarded[];
  secrets?: string[];
}

/** All cases, file by file. */
export function casesIn(folder: string): Case[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".jsonl"));
  return files.sort().flatMap((file) =>
    readFileSync(join(folder, file), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Case),
  );
}

/** A value's JSON text with sorted members. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    const entries = Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1));
    // A list of pairs: an object would take a member such as `__proto__` for something else.
    return ["object", entries];
  });
}
