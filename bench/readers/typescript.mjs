// Six typed claims of an HTTP API event, read by the reader in TypeScript, beside nothing but
// `JSON.parse` of the same event and six property reads.
//
//   node bench/readers/typescript.mjs PACKAGE_FOLDER
//
// Both sides run in this one process, in rounds that take turns; the numbers are medians. The package
// is one that `tests/typescript/run` has built: `target/typescript/node_modules/cognito-claims`.

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = pathToFileURL(`${resolve(process.argv[2])}/`);
const library = await import(new URL("dist/esm/index.js", folder));
const { Token } = await import(new URL("dist/esm/testing.js", folder));
const { Claims, boolean, features, integer, orgId, tier, words } = library;

const ROUNDS = 201;
const CALLS = 2000;

const token = Token.access()
  .claim("org_id", "acme")
  .claim("org_tier", "pro")
  .claim("feature_flags", "beta,export")
  .claim("permissions", ["orders:read", "orders:write"])
  .claim("seats", 25)
  .claim("mfa", true);
const text = JSON.stringify(token.httpApi());
const shape = {
  org_id: orgId,
  org_tier: tier,
  feature_flags: features(),
  permissions: words(),
  seats: integer,
  mfa: boolean,
};

const sides = {
  parsed() {
    const { claims } = JSON.parse(text).requestContext.authorizer.jwt;
    return [
      claims.org_id,
      claims.org_tier,
      claims.feature_flags,
      claims.permissions,
      claims.seats,
      claims.mfa,
    ];
  },
  read() {
    return Claims.fromHttpApi(JSON.parse(text)).read(shape);
  },
  found() {
    return Claims.fromEvent(JSON.parse(text)).read(shape);
  },
};

const times = { parsed: [], read: [], found: [] };
let kept;
for (let round = 0; round < ROUNDS; round++) {
  const names = Object.keys(sides);
  // Another order each round: who comes first also collects the garbage of who came last.
  for (let place = 0; place < names.length; place++) {
    const name = names[(place + round) % names.length];
    const side = sides[name];
    const began = process.hrtime.bigint();
    for (let call = 0; call < CALLS; call++) kept = side();
    // The first rounds are the compiler's.
    if (round > 20) times[name].push(Number(process.hrtime.bigint() - began) / CALLS);
  }
}
if (kept === undefined) throw new Error("nothing was read");

const median = (values) => values.sort((left, right) => left - right)[values.length >> 1];
const [parsed, read, found] = [times.parsed, times.read, times.found].map(median);
const microseconds = (nanoseconds) => `${(nanoseconds / 1000).toFixed(2)} µs`;
console.log(`typescript: an event of ${text.length} bytes`);
console.log(`typescript: JSON.parse and six property reads: ${microseconds(parsed)}`);
console.log(`typescript: JSON.parse and six typed claims: ${microseconds(read)}`);
console.log(`typescript: the same, with the front door found: ${microseconds(found)}`);
console.log(`typescript ratio ${(read / parsed).toFixed(2)} of at most 3`);
