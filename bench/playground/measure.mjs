// Prints medians over many answers, each by an instance or a process of its own, in turns.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROUNDS = 200;
const [page, native] = process.argv.slice(2);
const read = (name) => readFileSync(name, 'utf8');
// By its text: Node.js takes a file of this name for a script.
const { answer } = await import(`data:text/javascript,${encodeURIComponent(read(path.join(page, 'wasi.js')))}`);
const program = readFileSync(path.join(page, 'engine.wasm'));

const timed = (work) => {
  const began = performance.now();
  const result = work();
  return [performance.now() - began, result];
};
const at = (times, share) => times.sort((one, other) => one - other)[Math.floor(times.length * share)];
const shown = (number) => number.toFixed(1).padStart(8);

const [compiling, engine] = timed(() => new WebAssembly.Module(program));
console.log(`compiled in ${compiling.toFixed(1)} ms`);
console.log('  median      p99   native   ratio   ms per answer');
for (const policy of ['claims.toml', 'tests/policies/everything.toml']) {
  const question = JSON.stringify({
    policy: read(policy),
    records: read('demo/records.json'),
    mode: 'pasted',
    event: read('events/v2/sign-in.json'),
  });
  const [first] = timed(() => answer(engine, question));
  const inside = [];
  const outside = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [ours, there] = timed(() => answer(engine, question));
    const [its, here] = timed(() => spawnSync(native, { input: question, encoding: 'utf8' }).stdout);
    if (there !== here) throw new Error(`${policy}: the answers differ`);
    inside.push(ours);
    outside.push(its);
  }
  const [median, other] = [at(inside, 0.5), at(outside, 0.5)];
  const rest = `${(median / other).toFixed(2).padStart(8)}   ${policy}, the first in ${first.toFixed(1)} ms`;
  console.log(shown(median) + shown(at(inside, 0.99)).padStart(9) + shown(other).padStart(9) + rest);
}
