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
const { answer, load } = await import(`data:text/javascript,${encodeURIComponent(shim)}`);
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
    const events = existsSync(folder) && name !== 'claims.toml' ? files(folder).map((event) => [event, read(event)]) : corpus;
    const answered = events.map(([event, text]) => same({ ...question, event: text }, event));
    assert(answered.some((it) => it.outcome === 'customized'));
    // Those of the corpus that are no events.
    assert.equal(answered.some((it) => it.field === 'event'), events === corpus);
    // The first of those whom the records know.
    assert(same({ ...question, mode: 'chosen', source: 'TokenGeneration_HostedAuth', version: '2' }).event);
  });
}

test('what is no question, and what is nested deeply', () => {
  const deep = '['.repeat(100_000);
  const question = { policy: read('claims.toml'), records: '[]', mode: 'pasted' };
  same({ ...question, policy: `a = ${deep}` });
  same({ ...question, records: deep });
  same({ ...question, event: deep });
  for (const text of ['', '{', deep, '{"policy":1}']) {
    const [there, here] = answers(text);
    assert.equal(there, here);
    assert.match(there, /^no question of the page: /);
  }
});

test('whatever becomes of one question, the next is answered', () => {
  const question = JSON.stringify({ policy: read('claims.toml'), records: '[]', mode: 'chosen' });
  const before = answer(engine, question);
  // More than its memory may grow to.
  assert.throws(() => answer(engine, ' '.repeat(160 << 20)), /^Error: (out of memory|the engine )/);
  assert.equal(answer(engine, question), before);
});

test('a program that traps is a problem in words', () => {
  // A memory, and a `_start` that is nothing but `unreachable`.
  const traps = Buffer.from(
    '0061736d010000000104016000000302010005030100010713' + '02066d656d6f72790200065f73746172740000' + '0a05010300000b', 'hex');
  assert.throws(() => answer(new WebAssembly.Module(traps), ''), /^Error: the engine stopped: unreachable$/);
});

test('it is given nothing that reaches beyond the question', () => {
  const given = ['environ_get', 'environ_sizes_get', 'fd_read', 'fd_write', 'proc_exit', 'random_get'];
  for (const { module, name } of WebAssembly.Module.imports(engine)) {
    assert(module === 'wasi_snapshot_preview1' && given.includes(name), `${module}.${name}`);
  }
});

test('it is loaded from a server that does not know its type, too', async () => {
  const program = readFileSync(path.join(page, 'engine.wasm'));
  const question = JSON.stringify({ policy: read('claims.toml'), records: '[]', mode: 'chosen' });
  for (const type of ['application/wasm', 'application/octet-stream', 'application/wasm; charset=utf-8']) {
    globalThis.fetch = async () => new Response(program, { headers: { 'content-type': type } });
    assert.equal(answer(await load('engine.wasm'), question), answer(engine, question), type);
  }
  globalThis.fetch = async () => new Response('gone', { status: 404 });
  await assert.rejects(load('engine.wasm'), /^Error: the engine can't be loaded: status 404$/);
});
