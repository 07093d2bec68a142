// The encoding `bits`: many flags in few bytes.
//
//   1.40.9f3c2a1b.5
//   │ │  │        └ a hexadecimal number; bit i is flag i of the catalogue (here flags 0 and 2)
//   │ │  └ FNV-1a (32 bits, 8 hex digits) of the first 40 names, each followed by a line feed
//   │ └ how many flags the writer knew, decimal
//   └ version of this format
//
// The number is lower case without leading zeros; the empty set is `0`. The catalogue is a list to
// which names are only ever appended. A reader takes the first `count` names of its own list and
// compares the fingerprint, so that a reordered list is noticed instead of misread. Deploy a longer
// list to the readers first: a reader that knows fewer names than the writer can't check the
// fingerprint, and then every flag is unknown to it. A flag at or beyond `count` is unknown too: it
// is not off, the writer just didn't know it.

import { isFlag } from "./encoding.js";
import { ClaimsError } from "./error.js";

/** Most flags in one catalogue. */
export const CATALOGUE_LIMIT = 1024;

const VERSION = "1";
const COUNT = /^(?:0|[1-9][0-9]*)$/;
const FINGERPRINT = /^[0-9a-f]{8}$/;
const NUMBER = /^(?:0|[1-9a-f][0-9a-f]*)$/;

/** Why a list of names is no catalogue. */
export type CatalogueErrorCode = "not_plain" | "duplicate" | "too_many";

/** A list of names that is no catalogue: a mistake in the application. */
export class CatalogueError extends Error {
  /** What is wrong. */
  readonly code: CatalogueErrorCode;
  /** Which name is wrong, counted from 0. */
  readonly position: number | undefined;

  constructor(code: CatalogueErrorCode, position?: number) {
    super(
      code === "too_many"
        ? `more than ${CATALOGUE_LIMIT} flags`
        : `flag ${position} is ${code === "duplicate" ? "in the list already" : "not a plain name"}`,
    );
    this.name = "CatalogueError";
    this.code = code;
    this.position = position;
  }
}

/**
 * Why a text can't be decoded.
 *
 * - `form`: not of the form `version.count.fingerprint.number`.
 * - `version`: a version of the format that this reader doesn't know.
 * - `longer_catalogue`: the writer knew more flags than this reader.
 * - `other_catalogue`: the first names differ between writer and reader.
 */
export type BitsErrorCode = "form" | "version" | "longer_catalogue" | "other_catalogue";

const BITS_PROBLEMS: Readonly<Record<BitsErrorCode, string>> = {
  form: "not a flag set of the form version.count.fingerprint.number",
  version: "unknown version of the flag set",
  longer_catalogue: "the flag set was written with a longer catalogue",
  other_catalogue: "the flag set was written with another catalogue",
};

/** A set of flags that can't be decoded. The set itself is never part of the error. */
export class BitsError extends ClaimsError {
  /** What went wrong. */
  readonly code: BitsErrorCode;

  constructor(code: BitsErrorCode) {
    super(BITS_PROBLEMS[code]);
    this.name = "BitsError";
    this.code = code;
  }
}

/** A decoded flag set. */
export interface Flags {
  /** The flags that are on, in the catalogue's order. */
  readonly on: readonly string[];
  /** The flags that the writer knew; any of these that isn't on is off. */
  readonly known: readonly string[];
}

/** The ordered, append-only list of flags that writer and reader share. */
export class Catalogue<N extends string = string> {
  /** The names in their order. */
  readonly names: readonly N[];
  /** The fingerprint of the first names, for each count of them. */
  readonly #fingerprints: readonly number[];

  /**
   * Takes the names in their fixed order.
   *
   * @throws {@link CatalogueError}: a name that isn't plain or stands there twice, or too many.
   */
  constructor(names: readonly N[]) {
    if (names.length > CATALOGUE_LIMIT) throw new CatalogueError("too_many");
    const seen = new Set<string>();
    let hash = 0x811c9dc5;
    const fingerprints = [hash];
    names.forEach((name, position) => {
      if (!isFlag(name)) throw new CatalogueError("not_plain", position);
      if (seen.has(name)) throw new CatalogueError("duplicate", position);
      seen.add(name);
      hash = fnv(hash, `${name}\n`);
      fingerprints.push(hash);
    });
    this.names = Object.freeze([...names]);
    this.#fingerprints = fingerprints;
  }

  /**
   * Encodes the flags that are on. A flag that isn't in the catalogue can't be written and stays
   * out.
   */
  encode(on: Iterable<string>): string {
    const flags = new Set(on);
    // One hexadecimal digit holds four flags; the highest digit comes first.
    let number = "";
    for (let place = 0; place < this.names.length; place += 4) {
      let digit = 0;
      this.names.slice(place, place + 4).forEach((name, bit) => {
        if (flags.has(name)) digit |= 1 << bit;
      });
      number = digit.toString(16) + number;
    }
    const count = this.names.length;
    const canonical = number.replace(/^0+/, "") || "0";
    return `${VERSION}.${count}.${this.#fingerprint(count)}.${canonical}`;
  }

  /**
   * Decodes a text that {@link Catalogue.encode} wrote.
   *
   * @throws {@link BitsError}; in every case all flags are unknown, which a careful reader treats
   * as off.
   */
  decode(text: string): Flags {
    const parts = text.split(".");
    const [version, count = "", print = "", number = ""] = parts;
    if (parts.length !== 4) throw new BitsError("form");
    if (version !== VERSION) throw new BitsError("version");
    if (!COUNT.test(count) || isBeyond64Bits(count)) throw new BitsError("form");
    const known = Number(count);
    if (known > this.names.length) throw new BitsError("longer_catalogue");
    if (!FINGERPRINT.test(print)) throw new BitsError("form");
    if (this.#fingerprint(known) !== print) throw new BitsError("other_catalogue");
    if (!NUMBER.test(number)) throw new BitsError("form");
    const on: string[] = [];
    for (let place = 0; place < number.length; place++) {
      const digit = Number.parseInt(number.charAt(number.length - 1 - place), 16);
      for (let bit = 0; bit < 4; bit++) {
        if (((digit >> bit) & 1) === 0) continue;
        const flag = place * 4 + bit;
        const name = this.names[flag];
        // A bit beyond the count names no flag: the text isn't ours.
        if (flag >= known || name === undefined) throw new BitsError("form");
        on.push(name);
      }
    }
    return { on, known: this.names.slice(0, known) };
  }

  #fingerprint(count: number): string {
    return (this.#fingerprints[count] ?? 0).toString(16).padStart(8, "0");
  }
}

/**
 * A catalogue whose names the compiler knows: `catalogue(["beta", "export"])`.
 *
 * @throws {@link CatalogueError}, as the constructor.
 */
export function catalogue<const N extends string>(names: readonly N[]): Catalogue<N> {
  return new Catalogue(names);
}

/**
 * FNV-1a, 32 bits: a checksum against mistakes, not against attackers. The token's signature guards
 * the claim; this guards the list.
 */
function fnv(hash: number, ascii: string): number {
  for (let place = 0; place < ascii.length; place++) {
    hash = Math.imul(hash ^ ascii.charCodeAt(place), 0x01000193) >>> 0;
  }
  return hash;
}

/** Counts of more than 64 bits are no counts, for readers of every language. */
function isBeyond64Bits(digits: string): boolean {
  return digits.length > 20 || (digits.length === 20 && digits > "18446744073709551615");
}
