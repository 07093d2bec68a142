// What only the playground's own server does: it follows the files, keeps other sites' pages out, and can end.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { launch } from './browser.mjs';
import { claim, panes, playground, policy, says, serve as start, tokensSay, typeBehind, who } from './site.mjs';

let browser;
const servers = [];
const pages = [];

before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });
afterEach(async () => {
  // Pages first: one that still asks would meet a server that is gone.
  const opened = pages.splice(0);
  for (const page of opened) await page.context().close();
  for (const server of servers.splice(0)) server.end();
  for (const page of opened) page.expectQuiet();
});
const serve = async (...options) => {
  const server = await start(...options);
  servers.push(server);
  return server;
};
const visit = async (url) => {
  const page = await playground(browser, url);
  pages.push(page);
  return page;
};

test("an edited text stays when its file changes, and an unedited one follows it", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'playground-'));
  const file = path.join(folder, 'claims.toml');
  const text = await readFile('claims.toml', 'utf8');
  await writeFile(file, text);
  const page = await visit((await serve('--policy', file)).url);
  await typeBehind(page, policy(page), '[claims.org_tier', '_of_the_day');
  await who(page).selectOption({ label: 'Dan · 44444444…' });
  await tokensSay(page, '"initech"');
  await page.reload();
  await says(page, /^Issued/);
  assert.match(await claim(page, 'ID', 'org_tier_of_the_day'), /free/);
  assert.equal(await page.getByText('edited', { exact: true }).isVisible(), true);

  await writeFile(file, text.replace('[claims.org_tier]', '[claims.plan]'));
  await page.reload();
  await says(page, /^Issued/);
  await page.getByText('edited; the file has changed since').waitFor();
  assert.match(await claim(page, 'ID', 'org_tier_of_the_day'), /free/);
  await page.getByRole('button', { name: 'Reset' }).click();
  await tokensSay(page, 'plan');
  assert.match(await claim(page, 'ID', 'plan'), /enterprise/);
  // Unedited, it follows the file.
  await writeFile(file, text);
  await page.reload();
  await says(page, /^Issued/);
  assert.equal(await policy(page).inputValue(), text);
  assert.equal(await readFile(file, 'utf8'), text);
  await rm(folder, { recursive: true });
});

test('a server that is gone is said, and the tokens are marked as older', async () => {
  const { url, server } = await serve();
  const page = await visit(url);
  server.kill('SIGINT');
  await new Promise((resolve) => server.once('exit', resolve));
  await typeBehind(page, policy(page), 'version = 1', ' ');
  await says(page, /claimsmith doesn't answer/);
  assert.ok(await page.locator('#tokens').evaluate((tokens) => tokens.inert));
  // The browser itself notes the failed request.
  assert.throws(() => page.expectQuiet(), /ERR_CONNECTION_REFUSED/);
  pages.splice(pages.indexOf(page), 1);
  await page.context().close();
});

test("another site's page learns nothing and computes nothing", async () => {
  const { url, log } = await serve();
  const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>other')).listen(0, '127.0.0.1');
  await new Promise((resolve) => site.once('listening', resolve));
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${site.address().port}/`);
  const outcome = await page.evaluate(async (url) => {
    const outcomes = [];
    for (const path of ['answer', '2015-03-31/functions/pre-token/invocations']) {
      for (const type of ['application/json', 'text/plain']) {
        const options = { method: 'POST', body: '{}', headers: { 'content-type': type } };
        for (const mode of ['cors', 'no-cors']) {
          outcomes.push(await fetch(url + path, { ...options, mode }).then(({ type }) => type, () => 'blocked'));
        }
      }
    }
    return outcomes;
  }, url);
  assert.deepEqual(outcome, Array(8).fill('blocked'));
  assert.ok(!log().includes('pre-token:'), log());
  assert.match(log(), /denied: the request comes from another site's page/);

  const framed = await page.evaluate(async (url) => {
    const frame = document.createElement('iframe');
    frame.src = url;
    document.body.append(frame);
    await new Promise((resolve) => { frame.onload = resolve; });
    return frame.contentWindow.length === 0 && frame.contentDocument === null;
  }, url);
  assert.ok(framed);
  assert.equal(page.frames().some((frame) => frame.url() === url), false);
  await context.close();
  site.close();
});

test('the page begins with the files that lie here', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'playground-'));
  const [policyFile, recordsFile] = ['claims.toml', 'people.json'].map((name) => path.join(folder, name));
  await writeFile(policyFile, await readFile('claims.toml', 'utf8'));
  await writeFile(recordsFile, (await readFile('demo/records.json', 'utf8')).replaceAll('enterprise', 'platinum'));
  const page = await visit((await serve('--policy', policyFile, '--records', recordsFile)).url);
  assert.match(await claim(page, 'ID', 'org_tier'), /platinum/);
  assert.equal((await panes(page)).records, await readFile(recordsFile, 'utf8'));
  await rm(folder, { recursive: true });
});

test('records that are too large for an editor are left out, and that is said', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'playground-'));
  const file = path.join(folder, 'items.json');
  const items = Array.from({ length: 20_000 }, (_, at) => ({ pk: `USER#${at}`, sk: 'PROFILE', org_id: 'acme-corp', note: 'x'.repeat(20) }));
  await writeFile(file, JSON.stringify(items));
  const page = await visit((await serve('--records', file)).url);
  assert.equal((await panes(page)).records, '[]');
  await page.getByText('too large').waitFor();
  await rm(folder, { recursive: true });
});
