// Runs AWS's own library on the corpus and holds its answers against those that this crate must give.
//
//     node aws-jwt-verify.mjs FOLDER-WITH-node_modules
//
// Both must agree, or the case must say why this crate is stricter. It may never be laxer.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const installed = createRequire(resolve(process.argv[2] ?? ".", "x.js"));
const { CognitoJwtVerifier } = installed("aws-jwt-verify");
const { pools, cases } = JSON.parse(readFileSync(new URL("corpus.json", import.meta.url)));

const verifiers = {};
for (const tokenUse of ["access", "id", null]) {
  const verifier = CognitoJwtVerifier.create(
    pools.map(({ id, clients }) => ({ userPoolId: id, clientId: clients, tokenUse })),
  );
  for (const { id, keys } of pools) {
    // The library takes no set with `key_ops`; it doesn't look at them either.
    verifier.cacheJwks({ keys: keys.map(({ key_ops, ...key }) => key) }, id);
  }
  verifiers[tokenUse ?? "either"] = verifier;
}

const counts = { agree: 0, stricter: 0, wrong: 0 };
for (const { name, use, leeway, now, token, ours, stricter } of cases) {
  Date.now = () => now * 1000;
  let theirs = "ok";
  try {
    verifiers[use].verifySync(token, { graceSeconds: leeway });
  } catch (error) {
    theirs = error.constructor.name;
  }
  const same = (ours === "ok") === (theirs === "ok");
  if (same && !stricter) {
    counts.agree += 1;
  } else if (!same && stricter && theirs === "ok") {
    counts.stricter += 1;
  } else {
    counts.wrong += 1;
    console.log(`${name}: ours ${ours}, theirs ${theirs}, stricter ${stricter ?? "nowhere said"}`);
  }
}
console.log(
  `${cases.length} tokens: ${counts.agree} answered alike, ` +
    `${counts.stricter} refused by this crate alone and said why, ${counts.wrong} wrong`,
);
process.exitCode = counts.wrong === 0 && cases.length >= 200 ? 0 : 1;
