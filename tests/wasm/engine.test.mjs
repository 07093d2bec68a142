// The engine of the page that lies below the target folder, behind the page's own `wasi.js`.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const page = path.join(process.env.CARGO_TARGET_DIR, 'wasm-page');
const native = path.join(process.env.PROGRAMS, 'playground-engine');
const read = (name) => readFileSync(name, 'utf8');
// By its text: Node.js takes a file of this name for a script.
const shim = read(path.join(page, 'wasi.js'));
const { answer } = await import(`data:text/javascript,${encodeURIComponent(shim)}`);
const engine = new WebAssembly.Module(readFileSync(path.join(page, 'engine.wasm')));

/** What both programs answer to a question: the answer or the problem. */
function answers(question) {
  const { status, stdout, stderr } = spawnSync(native, { input: question, encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.notEqual(status, null);
  const here = status === 0 ? stdout : stderr.trim();
  let there;
  try {
    there = answer(engine, question);
  } catch (problem) {
    there = problem.message;
  }
  return [there, here];
}

function same(question, what) {
  const [there, here] = answers(JSON.stringify(question));
  assert.equal(there, here, what);
  return JSON.parse(there);
}

const files = (folder) =>
  readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.json')).map((name) => path.join(folder, name));
const corpus = files('events').map((name) => [name, read(name)]);
const policies = [
  ['claims.toml', 'demo/records.json'],
  ['tests/policies/everything.toml', 'demo/records.json'],
  ['tests/policies/tight.toml', 'demo/records.json'],
  ['infra/examples/own-tables/claims.toml', 'crates/playground/starters/own-table.json'],
  ...readdirSync('examples/policies', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [`examples/policies/${name}/claims.toml`, `examples/policies/${name}/records.json`]),
];

for (const [name, records] of policies) {
  test(`${name}: as on this machine`, () => {
    const question = { policy: read(name), records: existsSync(records) ? read(records) : '[]', mode: 'pasted' };
    const folder = path.join(path.dirname(name), 'events');
    const own = name.startsWith('examples/') ? files(folder).map((event) => [event, read(event)]) : [];
    const answered = [...own, ...corpus].map(([event, text]) => same({ ...question, event: text }, event));
    assert(answered.some((it) => it.line?.outcome === 'customized'));
    assert(answered.some((it) => it.field === 'event'));
    // The first of those whom the records know.
    assert(same({ ...question, mode: 'chosen', source: 'TokenGeneration_HostedAuth', version: '2' }).event);
  });
}
