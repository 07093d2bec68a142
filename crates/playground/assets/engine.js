// The worker with the engine, so that a long answer doesn't stop the page. It sends {loaded} when it can
// answer at once; it is sent {question}, and sends {answer} or {problem}.

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

addEventListener("message", async ({ data: { question } }) => {
  try {
    const module = await loaded();
    postMessage({ loaded: true });
    postMessage({ answer: answer(module, question) });
  } catch (error) {
    postMessage({ problem: error.message });
  }
});
// While the page is still being drawn.
loaded().catch(() => {});
