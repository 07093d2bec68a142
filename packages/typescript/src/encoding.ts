// Which words may stand in a set of flags or a list, and how texts of words are parted and sorted.
//
// The trigger that writes the claims has the same rules. Character classes are written out: what
// `\s` means differs between languages, and readers of all languages must agree.

const FLAG = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
// No mark that parts or wraps, no control character (Cc), no White_Space of Unicode.
const LIST_WORD =
  /^[^\u0000-\u0020,[\]{}"\\\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;
const WITHOUT_SPACE =
  /^[^\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;

/**
 * Whether a flag may be written: a letter or digit, then letters, digits, `_`, `.` or `-`, at most
 * 64 in all.
 */
export function isFlag(name: string): boolean {
  return FLAG.test(name);
}

/**
 * Whether a word may stand in a list claim: no blank and none of the marks with which a front door
 * parts or wraps elements, nothing invisible, and not empty.
 */
export function isListWord(word: string): boolean {
  return LIST_WORD.test(word);
}

/** Whether a text has no white space and is not empty, as groups and scopes have to be. */
export function isWithoutSpace(word: string): boolean {
  return WITHOUT_SPACE.test(word);
}

/** Whether a text of words that commas part has this word. No word is empty. */
export function hasWord(text: string, word: string): boolean {
  return word !== "" && text.split(",").includes(word);
}

/** The words without repetition in the order of their code points, as every language can have it. */
export function sorted(words: Iterable<string>): string[] {
  return [...new Set(words)].sort(byCodePoint);
}

/** Compares by code points; JavaScript's own order is that of the halves of UTF-16. */
export function byCodePoint(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  for (let place = 0; place < shorter; place++) {
    const difference = rank(left.charCodeAt(place)) - rank(right.charCodeAt(place));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Half a code point beyond U+FFFF comes after every other half. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x2800 : unit;
}

/** How many bytes a text has in UTF-8. */
export function bytesOf(text: string): number {
  let bytes = 0;
  for (const letter of text) {
    const point = letter.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}
