// Asks the engine: a server, or a worker with WebAssembly in it.

/** Milliseconds until an answer is given up, once the engine is there; and until that is given up. */
const PATIENCE = 15_000;
const LOADING = 120_000;

async function askServer(question) {
  const headers = { "content-type": "application/json" };
  let response;
  try {
    response = await fetch("answer", { method: "POST", headers, body: question });
  } catch {
    throw new Error("claimsmith doesn't answer. Is it still running?");
  }
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/** The worker, whether its engine is there, and what it is asked: one question at a time. */
let worker = null;
let loaded = false;
let asked = null;
let next = null;

function askWorker(question) {
  return new Promise((resolve, reject) => {
    // Nobody waits for a question that is older than this one.
    next?.reject(new Error("asked anew"));
    next = { question, resolve, reject };
    if (!asked) send();
  });
}

function send() {
  asked = next;
  next = null;
  if (!asked) return;
  worker ??= begin();
  wait(loaded ? PATIENCE : LOADING);
  worker.postMessage({ question: asked.question });
}

function begin() {
  const begun = new Worker("engine.js", { type: "module" });
  begun.addEventListener("message", ({ data: { loaded: there, answer, problem } }) => {
    if (worker !== begun) return;
    if (there) {
      loaded = true;
      if (asked) wait(PATIENCE);
    } else settle(problem === undefined ? (it) => it.resolve(JSON.parse(answer)) : (it) => it.reject(new Error(problem)));
  });
  begun.addEventListener("error", () => { if (worker === begun) giveUp("the engine can't be loaded"); });
  return begun;
}

function wait(patience) {
  clearTimeout(asked.timer);
  asked.timer = setTimeout(() => giveUp("the answer takes too long"), patience);
}

function settle(how) {
  const answered = asked;
  clearTimeout(answered?.timer);
  asked = null;
  if (answered) how(answered);
  send();
}

// The next question gets an engine of its own.
function giveUp(problem) {
  worker.terminate();
  worker = null;
  loaded = false;
  settle((it) => it.reject(new Error(problem)));
}

/** Asks the engine that the page names: the answer, or an error in words. */
export const engine = document.body.dataset.engine === "server" ? askServer : askWorker;
