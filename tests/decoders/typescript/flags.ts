/** Flags that are on or off. One that isn't in the answer is unknown: treat it as off. */
export function readBits(text: string, catalogue: string[]): Map<string, boolean> {
  const form = /^1\.(0|[1-9][0-9]{0,3})\.([0-9a-f]{8})\.(0|[1-9a-f][0-9a-f]*)$/;
  const [, count = "", print = "", number = ""] = form.exec(text) ?? [];
  const known = catalogue.slice(0, Number(count));
  let hash = 0x811c9dc5;
  for (const letter of known.map((flag) => flag + "\n").join(""))
    hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  const right = number && known.length === Number(count) && hash === parseInt(print, 16);
  const bits = right ? BigInt("0x" + number) : 0n;
  if (!right || bits >> BigInt(known.length)) return new Map();
  return new Map(known.map((flag, place) => [flag, (bits >> BigInt(place)) % 2n === 1n]));
}

type Claims = Record<string, string>;

/** Whether a flag of the encoding `comma` is on; undefined if the token doesn't say. */
export function feature(claims: Claims, name: string): boolean | undefined {
  return claims["feature_flags"]?.split(",").includes(name);
}

/** Whether the claim belongs in the token and was left out, by a fault or a budget. */
export function omitted(claims: Claims, name: string): boolean {
  return (claims["claims_omitted"] ?? "").split(",").includes(name);
}

/** Whether the token has only the beginning of a list claim: a word that isn't in it is unknown. */
export function cut(claims: Claims, name: string): boolean {
  return (claims["claims_cut"] ?? "").split(",").includes(name);
}

/** A list claim as an API shows it: `http`, `rest`, or `json` where lists stay lists. */
export function readList(value: string | string[], door: "http" | "rest" | "json"): string[] {
  if (typeof value !== "string") return value;
  if (door === "http") value = /^\[(.*)\]$/.exec(value)?.[1] ?? "";
  return value.split(door === "http" ? " " : ",").filter((word) => word !== "");
}
