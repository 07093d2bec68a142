// The text of a token's segments.
//
// Source: RFC 7515 section 2: the URL-safe alphabet of RFC 4648 section 5 without padding. Nothing
// of any runtime is used, and nothing is forgiven.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const LETTERS = /^[A-Za-z0-9_-]*$/;

/** Whether a text stands for bytes. */
export function isBase64url(text: string): boolean {
  return LETTERS.test(text) && text.length % 4 !== 1;
}

/** The text in UTF-8 that a text stands for, or `undefined`. */
export function decodeText(text: string): string | undefined {
  if (!isBase64url(text)) return undefined;
  let escaped = "";
  let bits = 0;
  let count = 0;
  for (const letter of text) {
    bits = ((bits << 6) | ALPHABET.indexOf(letter)) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      escaped += `%${((bits >> count) & 0xff).toString(16).padStart(2, "0")}`;
    }
  }
  try {
    // Refuses every byte that isn't UTF-8.
    return decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
}

/** The text that stands for a text's bytes in UTF-8. */
export function encodeText(text: string): string {
  const escaped = encodeURIComponent(text).replace(/%([0-9A-F]{2})|[^%]/g, (letter, hex?: string) =>
    (hex ?? letter.charCodeAt(0).toString(16)).toLowerCase(),
  );
  let encoded = "";
  for (let place = 0; place < escaped.length; place += 6) {
    const three = escaped.slice(place, place + 6);
    const bits = Number.parseInt(three.padEnd(6, "0"), 16);
    const letters = Math.ceil((three.length * 4) / 6);
    for (let letter = 0; letter < letters; letter++) {
      encoded += ALPHABET.charAt((bits >> (18 - 6 * letter)) & 63);
    }
  }
  return encoded;
}
