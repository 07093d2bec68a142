// A set of feature flags, as a reader may know it: on, off, or unknown.
//
// Off is an answer only if the writer knew the flag and the claim is there. Everything else is
// unknown, and a careful application treats unknown as off.

import type { Catalogue } from "./bits.js";
import { decodeList } from "./composite.js";
import { bytesOf, isFlag, sorted } from "./encoding.js";
import { isWhole } from "./listed.js";
import { type ClaimType, notAccepted } from "./type.js";
import { text } from "./value.js";

/**
 * What is known of one feature.
 *
 * - `on`: the token says that it is on.
 * - `off`: the token has the set, and the feature is not in it.
 * - `unknown`: the token doesn't say: deny, or ask elsewhere.
 */
export type Feature = "on" | "off" | "unknown";

/** Of which features "not on" means "off"; a text in the form `bits` knows none yet. */
type Known =
  | { readonly all: true }
  | { readonly names: readonly string[] }
  | { readonly bits: string };

const ALL: Known = { all: true };

/**
 * The features of a token.
 *
 * Reads the forms `comma`, `space` and `list` at every front door. A claim that is missing gives a
 * set in which every feature is unknown, and in a set that was cut those that aren't on are. A set
 * in the form `bits` waits for its catalogue: {@link featuresIn}.
 *
 * @typeParam F - The features that the application asks for.
 */
export class Features<F extends string = string> {
  readonly #on: readonly string[];
  readonly #known: Known;
  /** Whether the claim is there and all of it. Otherwise "not on" never means "off". */
  readonly #whole: boolean;

  private constructor(on: readonly string[], known: Known, whole: boolean) {
    this.#on = on;
    this.#known = known;
    this.#whole = whole;
  }

  /** The set of a token that doesn't say: every feature is unknown. */
  static unknown(): Features {
    return new Features([], ALL, false);
  }

  /**
   * Decodes a text in the form `bits`.
   *
   * @throws {@link BitsError}: another form, or another catalogue.
   */
  static fromBits<N extends string>(bits: string, catalogue: Catalogue<N>): Features<N> {
    return Features.ofBits(bits, catalogue, true);
  }

  /** @internal */
  static ofBits(bits: string, catalogue: Catalogue, whole: boolean): Features {
    const { on, known } = catalogue.decode(bits);
    return new Features(on, { names: known }, whole);
  }

  /**
   * The set that these elements of a claim are, or `undefined`.
   *
   * @internal
   */
  static ofElements(elements: readonly string[], whole: boolean): Features | undefined {
    const [only] = elements;
    // Such a name is a legal flag, but hardly one that is meant: better unknown than misread.
    if (only !== undefined && elements.length === 1 && looksLikeBits(only)) {
      return new Features([], { bits: only }, whole);
    }
    return elements.every(isFlag) ? new Features(elements, ALL, whole) : undefined;
  }

  /**
   * Decodes a set that was written in the form `bits`, with the writer's catalogue. A set in
   * another form needs none and stays as it is.
   *
   * @throws {@link BitsError}: another catalogue wrote the set.
   */
  withCatalogue<N extends string>(catalogue: Catalogue<N>): Features<N> {
    return "bits" in this.#known
      ? Features.ofBits(this.#known.bits, catalogue, this.#whole)
      : (this as Features);
  }

  /** What is known of one feature. */
  feature(name: F): Feature {
    if (this.#on.includes(name)) return "on";
    if (!this.#whole || "bits" in this.#known) return "unknown";
    return "all" in this.#known || this.#known.names.includes(name) ? "off" : "unknown";
  }

  /** The features that are certainly on, sorted. */
  get on(): readonly string[] {
    return sorted(this.#on);
  }
}

const FEATURES: ClaimType<Features> = {
  decode(value, claim, source, element) {
    if (value === null || value === undefined) return Features.unknown();
    const elements = decodeList(text, value, claim, source, element);
    const features = Features.ofElements(elements, isWhole(claim, source));
    if (features === undefined) throw notAccepted(claim, source);
    return features;
  },
  absent() {
    return Features.unknown();
  },
};

/** A set of features; `features<"beta" | "export">()` lets ask for these alone. */
export function features<F extends string = string>(): ClaimType<Features<F>> {
  return FEATURES;
}

/**
 * A set of features in any form, where the form `bits` is decoded with this catalogue. Reading it
 * throws a {@link BitsError} if another catalogue wrote the set.
 */
export function featuresIn<N extends string>(catalogue: Catalogue<N>): ClaimType<Features<N>> {
  return {
    decode(value, claim, source, element) {
      return FEATURES.decode(value, claim, source, element).withCatalogue(catalogue);
    },
    absent() {
      return Features.unknown();
    },
  };
}

const FOUR_PARTS = /^[0-9]+\.[0-9]+\.([^.]*)\.[^.]*$/;

/** Whether a text has the four parts of `bits.ts`, of whatever version. */
function looksLikeBits(word: string): boolean {
  const print = FOUR_PARTS.exec(word)?.[1];
  return print !== undefined && bytesOf(print) === 8;
}
