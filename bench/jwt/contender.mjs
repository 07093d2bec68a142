// AWS's own aws-jwt-verify as a contender; the protocol is that of src/main.rs.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { resolve } from "node:path";

const { CognitoJwtVerifier } = createRequire(resolve(process.argv[2], "x.js"))("aws-jwt-verify");

let verify;
for await (const line of createInterface({ input: process.stdin })) {
  if (!verify) {
    const { token, keys, pool, client } = JSON.parse(line);
    const verifier = CognitoJwtVerifier.create({
      userPoolId: pool,
      tokenUse: "access",
      clientId: client,
    });
    verifier.cacheJwks(keys);
    verify = () => verifier.verifySync(token);
    continue;
  }
  const duration = Number(line);
  const started = performance.now();
  const before = process.cpuUsage();
  let count = 0;
  while (performance.now() - started < duration) {
    for (let i = 0; i < 8; i += 1) verify();
    count += 8;
  }
  const { user, system } = process.cpuUsage(before);
  console.log((count * 1e6) / (user + system));
}
