// Which words may stand in a set of flags or a list, and how texts of words are parted and sorted.
//
// The trigger that writes the claims has the same rules. Character classes are written out: what
// `\s` means differs between languages, and readers of all languages must agree.

const FLAG = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
// White_Space of Unicode beyond the control characters, among which it has more.
const SPACE = "\\x20\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+$";
// No mark that parts or wraps, no control character (Cc), no white space.
const LIST_WORD = new RegExp(`^[^\\0-\\x1f\\x7f-\\x9f,[\\]{}"\\\\${SPACE}`);
const WITHOUT_SPACE = new RegExp(`^[^\\x09-\\x0d\\x85${SPACE}`);

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
  return inOrder(left) < inOrder(right) ? -1 : 1;
}

/** Moves the halves of code points beyond U+FFFF behind all others. */
function inOrder(word: string): string {
  return word.replace(/[\ud800-\uffff]/g, (unit) =>
    String.fromCharCode(unit.charCodeAt(0) + (unit < "\ue000" ? 0x2000 : -0x800)),
  );
}

/** How many bytes a text has in UTF-8, where two halves of UTF-16 are four. */
export function bytesOf(text: string): number {
  return text.replace(/[\u0080-\u07ff\ud800-\udfff]/g, "..").replace(/[^\0-\x7f]/g, "...").length;
}
