// A set of feature flags, as a reader may know it: on, off, or unknown.
//
// Off is an answer only if the writer knew the flag and the claim is there. Everything else is
// unknown, and a careful application treats unknown as off.

import type { Catalogue } from "./bits.js";
import { bytesOf, isFlag, sorted } from "./encoding.js";
import { notAccepted } from "./error.js";
import { listClaim } from "./listed.js";
import type { ClaimType } from "./type.js";
import { text } from "./value.js";

/**
 * What is known of one feature.
 *
 * - `on`: the token says that it is on.
 * - `off`: the token has the set, and the feature is not in it.
 * - `unknown`: the token doesn't say: deny, or ask elsewhere.
 */
export type Feature = "on" | "off" | "unknown";

const FOUR_PARTS = /^[0-9]+\.[0-9]+\.([^.]*)\.[^.]*$/;

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
  /** Whether the claim is there and all of it. Otherwise "not on" never means "off". */
  readonly #isWhole: boolean;
  /** The features of which "not on" means "off"; all, if there is no such list. */
  readonly #known: readonly string[] | undefined;
  /** A text in the form `bits` that waits for its catalogue. */
  readonly #bits: string | undefined;

  /** The features that are on, and whether any other is off. */
  constructor(on: readonly string[], isWhole: boolean, known?: readonly string[], bits?: string) {
    this.#on = on;
    this.#isWhole = isWhole;
    this.#known = known;
    this.#bits = bits;
  }

  /**
   * Decodes a set that was written in the form `bits`, with the writer's catalogue. A set in
   * another form needs none and stays as it is.
   *
   * @throws {@link BitsError}: another catalogue wrote the set.
   */
  withCatalogue<N extends string>(catalogue: Catalogue<N>): Features<N> {
    if (this.#bits === undefined) return this as Features;
    return ofBits(this.#bits, catalogue, this.#isWhole);
  }

  /** What is known of one feature. */
  feature(name: F): Feature {
    if (this.#on.includes(name)) return "on";
    return this.#isWhole && (this.#known === undefined || this.#known.includes(name))
      ? "off"
      : "unknown";
  }

  /** The features that are certainly on, sorted. */
  get on(): readonly string[] {
    return sorted(this.#on);
  }
}

/** A decoded text in the form `bits`. */
export function ofBits(bits: string, catalogue: Catalogue, isWhole: boolean): Features {
  const { on, known } = catalogue.decode(bits);
  return new Features(on, isWhole, known);
}

const FEATURES: ClaimType<Features> = /* @__PURE__ */ listClaim(text, (elements, isWhole) => {
  const [first = ""] = elements;
  const print = elements.length === 1 ? FOUR_PARTS.exec(first)?.[1] : undefined;
  // The form `bits`, of whatever version. Such a name is a legal flag, but hardly one that is meant:
  // better unknown than misread.
  if (print !== undefined && bytesOf(print) === 8) return new Features([], isWhole, [], first);
  return elements.every(isFlag) ? new Features(elements, isWhole) : notAccepted();
});

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
    decode: (...claim) => FEATURES.decode(...claim).withCatalogue(catalogue),
    absent: () => FEATURES.absent(),
  };
}
