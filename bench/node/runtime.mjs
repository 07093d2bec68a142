// The loop of the Lambda runtime, as small as it can be: in favour of Node.js. Where the environment
// takes several invocations at once, as many loops.
import http from "node:http";
import { handler } from "./index.mjs";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true });

const call = (method, path, body) =>
  new Promise((resolve, reject) => {
    const headers = body ? { "content-length": Buffer.byteLength(body) } : {};
    const request = http.request(
      { host, port, method, agent, headers, path: `/2018-06-01/runtime/invocation/${path}` },
      (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("end", () => resolve([response.headers, Buffer.concat(parts).toString()]));
      },
    );
    request.on("error", reject);
    request.end(body);
  });

const serve = async () => {
  for (;;) {
    const [headers, event] = await call("GET", "next");
    const id = headers["lambda-runtime-aws-request-id"];
    try {
      await call("POST", `${id}/response`, JSON.stringify(await handler(JSON.parse(event))));
    } catch (error) {
      const told = { errorType: error.name, errorMessage: error.message };
      await call("POST", `${id}/error`, JSON.stringify(told));
    }
  }
};

await Promise.all(Array.from({ length: Number(process.env.AWS_LAMBDA_MAX_CONCURRENCY ?? 1) }, serve));
