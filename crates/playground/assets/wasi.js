// The engine is a program in WebAssembly, and this is the system that it runs on: a question on standard
// input, an answer on standard output, random bytes. It can reach no file, clock, variable or network.
//
// Names and signatures are those of WASI, preview 1.

const DONE = 0;
const BAD_DESCRIPTOR = 8;
const [STDIN, STDOUT, STDERR] = [0, 1, 2];
// No more are given at once.
const RANDOM_BYTES = 65536;

/** Thrown when the program exits, because it must not go on. */
class Exit {
  constructor(status) {
    this.status = status;
  }
}

/** The program at an address, compiled. */
export async function load(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the engine can't be loaded: status ${response.status}`);
  // Only under its own type is it compiled while it arrives, and not every server knows the type.
  if (response.headers.get("content-type") === "application/wasm") {
    return WebAssembly.compileStreaming(response);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

/**
 * The answer to a question, both texts; throws an error in words. Each question has an instance of its
 * own: whatever becomes of it, the next one finds nothing of it.
 */
export function answer(module, question) {
  const output = { [STDOUT]: [], [STDERR]: [] };
  const written = (descriptor) => {
    const decoder = new TextDecoder();
    const parts = output[descriptor].map((bytes) => decoder.decode(bytes, { stream: true }));
    return parts.join("");
  };
  const wasi_snapshot_preview1 = system(new TextEncoder().encode(question), output, () => memory);
  const { _start, memory } = new WebAssembly.Instance(module, { wasi_snapshot_preview1 }).exports;
  let status = 0;
  try {
    _start();
  } catch (thrown) {
    if (!(thrown instanceof Exit)) throw new Error(`the engine stopped: ${thrown.message}`);
    status = thrown.status;
  }
  if (status !== 0) throw new Error(written(STDERR).trim() || `the engine ended with ${status}`);
  return written(STDOUT);
}

/** The six functions that the program calls. `memory` gives its memory, which grows. */
function system(input, output, memory) {
  const bytes = (at, length) => new Uint8Array(memory().buffer, at, length);
  const view = () => new DataView(memory().buffer);
  const put = (at, number) => view().setUint32(at, number, true);
  // A list of buffers: address and length of each.
  const buffers = (list, count) =>
    Array.from({ length: count }, (_, index) =>
      bytes(view().getUint32(list + 8 * index, true), view().getUint32(list + 8 * index + 4, true)));
  return {
    environ_sizes_get(count, size) {
      put(count, 0);
      put(size, 0);
      return DONE;
    },
    environ_get() {
      return DONE;
    },
    random_get(at, length) {
      for (let done = 0; done < length; done += RANDOM_BYTES) {
        crypto.getRandomValues(bytes(at + done, Math.min(RANDOM_BYTES, length - done)));
      }
      return DONE;
    },
    fd_read(descriptor, list, count, size) {
      if (descriptor !== STDIN) return BAD_DESCRIPTOR;
      const before = input.length;
      for (const buffer of buffers(list, count)) {
        const part = input.subarray(0, buffer.length);
        buffer.set(part);
        input = input.subarray(part.length);
      }
      put(size, before - input.length);
      return DONE;
    },
    fd_write(descriptor, list, count, size) {
      if (!(descriptor in output)) return BAD_DESCRIPTOR;
      // Copies, because the memory is the program's.
      const parts = buffers(list, count).map((buffer) => buffer.slice());
      output[descriptor].push(...parts);
      put(size, parts.reduce((sum, part) => sum + part.length, 0));
      return DONE;
    },
    proc_exit(status) {
      throw new Exit(status);
    },
  };
}
