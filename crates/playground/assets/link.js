// What a link carries: a text, compressed, in letters that an address may have.

/** Bytes: what is longer isn't read. */
const MOST_SHARED = 2_000_000;

async function through(stream, bytes, most) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts = [];
  let size = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.length;
    if (size > most) throw new Error("too long");
    parts.push(read.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** A text as a link carries it; an error if it is too large for one. */
export async function packed(text) {
  if (text.length > MOST_SHARED) throw new Error("too large for a link");
  const bytes = await through(new CompressionStream("deflate-raw"), new TextEncoder().encode(text), MOST_SHARED);
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The text that a link carries. */
export async function unpacked(text) {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  return new TextDecoder().decode(await through(new DecompressionStream("deflate-raw"), bytes, MOST_SHARED));
}
