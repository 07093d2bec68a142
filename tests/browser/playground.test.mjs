// The playground in a real browser: loaded, read by role, typed into, with the keyboard alone, in
// light and dark, wide and narrow. Everything that leaves loopback fails the test.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, afterEach, before, test } from 'node:test';

import { expectAccessible, expectNoSidewaysScroll, launch, open } from './browser.mjs';

const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 390, height: 844 };
/** Where pictures go for those who want to look; none are made otherwise. */
const pictures = process.env.PLAYGROUND_PICTURES;

let browser;
const servers = [];
const pages = [];

before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });
afterEach(async () => {
  // Pages first: one that still asks would meet a server that is gone.
  const opened = pages.splice(0);
  for (const page of opened) await page.context().close();
  for (const server of servers.splice(0)) server.kill('SIGINT');
  for (const page of opened) page.expectQuiet();
});

/** A server on a free port: its address, its process, and what it logged so far. */
async function serve(...options) {
  const server = spawn(process.env.CLAIMSMITH, ['serve', '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  servers.push(server);
  let log = '';
  server.stderr.on('data', (text) => { log += text; });
  for await (const line of createInterface(server.stdout)) {
    const address = line.match(/^playground {2}(http:\S+)/);
    if (address) return { url: address[1], server, log: () => log };
  }
  throw new Error(`claimsmith serve didn't start: ${log}`);
}

/** The page of a server, computed once. It may ask its own server and nobody else. */
async function playground(url, viewport = WIDE) {
  const page = await open(browser, url, { viewport });
  pages.push(page);
  page.setDefaultTimeout(10_000);
  await says(page, /^No findings|^\d+ finding/);
  return page;
}

const policy = (page) => page.getByRole('textbox', { name: 'Policy' });
const status = (page) => page.getByRole('status');

async function says(page, pattern) {
  await page.waitForFunction(
    ([source]) => {
      const asking = document.body.classList.contains('asking');
      return !asking && new RegExp(source).test(document.querySelector('[role=status]').textContent);
    },
    [pattern.source],
  );
}

// Puts the caret behind the text that is given, as a click would, and types.
async function typeBehind(page, place, text) {
  await policy(page).evaluate((editor, place) => {
    const at = editor.value.indexOf(place) + place.length;
    editor.focus();
    editor.setSelectionRange(at, at);
  }, place);
  await page.keyboard.type(text);
}

async function value(page, token, claim) {
  const table = page.getByRole('table', { name: new RegExp(`Claims of the ${token} token`) });
  const row = table.getByRole('row').filter({ has: page.getByRole('rowheader', { name: claim, exact: true }) });
  return (await row.count()) === 0 ? null : row.first().innerText();
}

async function look(page, name) {
  for (const colorScheme of pictures ? ['light', 'dark'] : []) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: path.join(pictures, `${name}-${colorScheme}.png`) });
  }
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
}

test('a finding appears at its line while one types, and tokens change when it is mended', async () => {
  const page = await playground((await serve()).url);
  assert.match(await value(page, 'ID', 'org_tier'), /enterprise/);

  await typeBehind(page, '[claims.org_tier', "x]\nfrom = \"org.tier\"\n[claims.sub");
  await says(page, /^1 finding, the first in line 48/);
  const finding = page.getByRole('button', { name: 'line 48, column 9' });
  assert.equal(await page.locator('#lines .wrong').innerText(), '48');
  assert.equal(await page.locator('#mirror .marked').innerText(), 'sub');
  assert.equal(await policy(page).getAttribute('aria-invalid'), 'true');
  // The last tokens stay, out of reach.
  assert.ok(await page.locator('#tokens').evaluate((tokens) => tokens.inert && tokens.classList.contains('stale')));
  assert.equal(await page.getByRole('button', { name: 'Copy as JSON' }).isDisabled(), true);

  await finding.click();
  const selected = () => policy(page).evaluate((editor) => editor.value.slice(editor.selectionStart, editor.selectionEnd));
  assert.equal(await selected(), 'sub');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'policy');
  await page.keyboard.type('plan');
  await says(page, /^No findings\. Customized/);
  assert.match(await value(page, 'ID', 'plan'), /enterprise/);
  assert.match(await value(page, 'access', 'org_tierx'), /enterprise/);
  assert.equal(await value(page, 'ID', 'org_tier'), null);
  assert.equal(await page.locator('#lines .wrong').count(), 0);
  assert.equal(await policy(page).getAttribute('aria-invalid'), null);
});

test('marks stay with their text, beyond the basic plane and while lines move', async () => {
  const page = await playground((await serve()).url);
  await typeBehind(page, 'version = 1', '\n# 𝒞 naïve ✓\nvershun = 2');
  await says(page, /^1 finding, the first in line 6/);
  assert.equal(await page.locator('#mirror .marked').innerText(), 'vershun');
  // Before the next answer comes the mark has moved along.
  await page.route('**/answer', () => {});
  await policy(page).evaluate((editor) => editor.setSelectionRange(0, 0));
  await page.keyboard.type('\n\n');
  assert.equal(await page.locator('#mirror .marked').innerText(), 'vershun');
  assert.equal(await page.locator('#lines .wrong').innerText(), '8');
});

test('what is drawn behind the editor lies exactly under it', async () => {
  const page = await playground((await serve()).url);
  const long = Array.from({ length: 200 }, (_, at) => `# ${at} ${'wide '.repeat(60)}`).join('\n');
  await policy(page).fill(long);
  await policy(page).evaluate((editor) => { editor.scrollTop = 1e6; editor.scrollLeft = 1e6; });
  await page.waitForTimeout(100);
  const scrolled = await page.evaluate(() =>
    ['policy', 'mirror', 'lines'].map((id) => {
      const { scrollTop, scrollLeft } = document.getElementById(id);
      return [scrollTop, scrollLeft];
    }));
  assert.ok(scrolled[0][0] > 1000 && scrolled[0][1] > 1000, `${scrolled}`);
  assert.deepEqual(scrolled[1], scrolled[0]);
  assert.equal(scrolled[2][0], scrolled[0][0]);
});

test('people, machines and organisations are chosen', async () => {
  const page = await playground((await serve()).url);
  const who = page.getByRole('combobox', { name: 'Token for' });
  await who.selectOption({ label: 'Cleo · 33333333…' });
  await says(page, /./);
  await page.getByRole('rowheader', { name: 'org_id', exact: true }).first().waitFor();
  await page.waitForFunction(() => document.querySelector('#tokens').textContent.includes('globex'));
  assert.match(await value(page, 'ID', 'org_id'), /globex/);

  await who.selectOption({ label: 'Ben · 22222222…' });
  await page.getByRole('combobox', { name: 'Client metadata' }).fill('org_id=globex');
  await page.waitForFunction(() => document.querySelectorAll('#suggestions option').length === 2);
  await says(page, /Customized/);
  assert.match(await value(page, 'access', 'org_id'), /globex/);
  await page.getByRole('combobox', { name: 'Client metadata' }).fill('org_id=initech');
  await says(page, /Refused: record_missing/);
  await page.getByText('No token is issued').waitFor();
  await page.getByRole('combobox', { name: 'Client metadata' }).fill('globex');
  await says(page, /Not computed: metadata: expected NAME=VALUE/);
  assert.equal(await page.locator('#metadata').getAttribute('aria-invalid'), 'true');
  await page.getByRole('combobox', { name: 'Client metadata' }).fill('');

  await who.selectOption({ label: 'Nightly import · 4machine…' });
  await says(page, /Customized: access token/);
  assert.equal(await page.getByRole('combobox', { name: 'Trigger' }).isVisible(), false);
  await who.selectOption('user:99999999-9999-4999-8999-999999999999');
  await says(page, /Refused: record_missing/);
});

test('an event is pasted, and what is wrong in it is said', async () => {
  const page = await playground((await serve()).url);
  await page.getByText('The event that Cognito would send').click();
  await page.getByRole('button', { name: 'Edit it as text' }).click();
  const event = page.getByRole('textbox', { name: 'Trigger event, as JSON' });
  const made = JSON.parse(await event.inputValue());
  assert.equal(made.triggerSource, 'TokenGeneration_HostedAuth');
  await says(page, /^No findings\. Customized/);

  await event.fill('{\n  nonsense');
  await says(page, /the event can't be read, \$: not JSON \(line 2, column 3\)/);
  assert.equal(await event.getAttribute('aria-invalid'), 'true');
  await event.fill(JSON.stringify({ ...made, triggerSource: 'PreSignUp_SignUp' }));
  await says(page, /another trigger's source/);
  await event.fill(await readFile('events/v2/sign-in-suspended-org.json', 'utf8'));
  await says(page, /Refused: record_refused/);
  await event.fill(await readFile('events/v1/sign-in.json', 'utf8'));
  await says(page, /Customized: ID token/);
  assert.equal(await event.getAttribute('aria-invalid'), null);
});

test('the keyboard alone does', async () => {
  const page = await playground((await serve()).url);
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent);
  const tabTo = async (id) => {
    for (let i = 0; i < 40 && (await focused()) !== id; i++) await page.keyboard.press('Tab');
    assert.equal(await focused(), id);
  };
  await tabTo('policy');
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('vershun = 1 ');
  await says(page, /^\d+ finding/);
  // Tab is no trap: it leads out of the editor to the first finding, and Enter back to its place.
  await page.keyboard.press('Tab');
  assert.match(await focused(), /^line 1, column/);
  await page.keyboard.press('Enter');
  assert.equal(await focused(), 'policy');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  assert.equal(await focused(), 'reset');
  await page.keyboard.press('Enter');
  await says(page, /^No findings/);
  await tabTo('who');
  await page.keyboard.press('ArrowDown');
  await says(page, /Customized/);
  await page.waitForFunction(() => document.querySelector('#made-event').textContent.includes('22222222'));
});

test("a reload keeps what was typed, and a reset takes the file's text again", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'playground-'));
  const file = path.join(folder, 'claims.toml');
  const text = await readFile('claims.toml', 'utf8');
  await writeFile(file, text);
  const page = await playground((await serve('--policy', file)).url);
  await typeBehind(page, '[claims.org_tier', '_of_the_day');
  await page.getByRole('combobox', { name: 'Token for' }).selectOption({ label: 'Dan · 44444444…' });
  await page.waitForFunction(() => document.querySelector('#tokens').textContent.includes('initech'));
  await page.reload();
  await says(page, /^No findings/);
  assert.match(await value(page, 'ID', 'org_tier_of_the_day'), /free/);
  assert.equal(await page.getByText('edited', { exact: true }).isVisible(), true);

  await writeFile(file, text.replace('[claims.org_tier]', '[claims.plan]'));
  await page.reload();
  await says(page, /^No findings/);
  await page.getByText('edited; the file has changed since').waitFor();
  assert.match(await value(page, 'ID', 'org_tier_of_the_day'), /free/);
  await page.getByRole('button', { name: 'Reset' }).click();
  await page.waitForFunction(() => document.querySelector('#tokens').textContent.includes('plan'));
  assert.match(await value(page, 'ID', 'plan'), /free/);
  // Unedited, it follows the file.
  await writeFile(file, text);
  await page.reload();
  await says(page, /^No findings/);
  assert.equal(await policy(page).inputValue(), text);
  assert.equal(await readFile(file, 'utf8'), text);
  await rm(folder, { recursive: true });
});

test('the policy is downloaded as it stands', async () => {
  const page = await playground((await serve()).url);
  await typeBehind(page, 'version = 1', '   # mine: ünï');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'claims.toml');
  assert.equal(await readFile(await download.path(), 'utf8'), await policy(page).inputValue());
});

test('a server that is gone is said, and the tokens are marked as older', async () => {
  const { url, server } = await serve();
  const page = await playground(url);
  server.kill('SIGINT');
  await new Promise((resolve) => server.once('exit', resolve));
  await typeBehind(page, 'version = 1', ' ');
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

for (const [name, viewport] of [['wide', WIDE], ['narrow', NARROW]]) {
  test(`is accessible and fits, light and dark, ${name}`, async () => {
    const page = await playground((await serve()).url, viewport);
    await page.getByText('App client, scopes, attributes').click();
    await page.getByText('The event that Cognito would send').click();
    const who = page.getByRole('combobox', { name: 'Token for' });
    await who.selectOption({ label: 'Finn · 66666666…' });
    await page.getByText('Shed:', { exact: true }).waitFor();
    await look(page, `${name}-shed`);
    await who.selectOption({ label: 'Eve · 55555555…' });
    await says(page, /Refused/);
    await page.getByRole('radio', { name: 'Paste an event' }).check();
    await typeBehind(page, '[claims.org_tier', ']\n[claims.sub');
    await says(page, /finding, the first|findings, the first/);
    await look(page, `${name}-findings`);
  });
}
