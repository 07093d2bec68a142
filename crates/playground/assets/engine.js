// The worker with the engine, so that a long answer doesn't stop the page. It is sent {number, question}
// and sends {number, answer} or {number, problem}.

import { answer, load } from "./wasi.js";

let engine = null;

async function loaded() {
  engine ??= load(new URL("engine.wasm", import.meta.url));
  try {
    return await engine;
  } catch (error) {
    // The next question tries again.
    engine = null;
    throw error;
  }
}

addEventListener("message", async ({ data: { number, question } }) => {
  try {
    postMessage({ number, answer: answer(await loaded(), question) });
  } catch (error) {
    postMessage({ number, problem: error.message });
  }
});
// While the page is still being drawn.
loaded().catch(() => {});
