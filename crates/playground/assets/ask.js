// Asks the engine: a server, or a worker with WebAssembly in it.

/** Milliseconds until an answer is given up. */
const PATIENCE = 15_000;

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

let worker = null;
let sent = 0;
const open = new Map();

function askWorker(question) {
  if (!worker) {
    worker = new Worker("engine.js", { type: "module" });
    worker.addEventListener("message", ({ data }) => {
      const settle = open.get(data.number);
      open.delete(data.number);
      settle?.(data);
    });
    worker.addEventListener("error", () => giveUp("the engine can't be loaded"));
  }
  const number = ++sent;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => giveUp("the answer takes too long"), PATIENCE);
    open.set(number, ({ answer, problem }) => {
      clearTimeout(timer);
      if (problem === undefined) resolve(JSON.parse(answer));
      else reject(new Error(problem));
    });
    worker.postMessage({ number, question });
  });
}

// The next question gets an engine of its own.
function giveUp(problem) {
  worker.terminate();
  worker = null;
  for (const settle of open.values()) settle({ problem });
  open.clear();
}

/** Asks the engine that the page names: the answer, or an error in words. */
export const engine = document.body.dataset.engine === "server" ? askServer : askWorker;
