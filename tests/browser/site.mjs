// The playground behind a server, or as files that any server hands out; and what a person does on it.

import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { after, afterEach, before, describe } from 'node:test';

import { expectAccessible, expectNoSidewaysScroll, launch, open } from './browser.mjs';

export const WIDE = { width: 1440, height: 900 };
export const WIDTHS = [375, 768, 1440, 2200];
/** Where pictures go for those who want to look; none are made otherwise. */
const pictures = process.env.PLAYGROUND_PICTURES;

/** `claimsmith serve` on a free port: its address, its process, and what it logged so far. */
export async function serve(...options) {
  const server = spawn(process.env.CLAIMSMITH, ['serve', '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  server.stderr.on('data', (text) => { log += text; });
  const end = () => server.kill('SIGINT');
  for await (const line of createInterface(server.stdout)) {
    const address = line.match(/^playground {2}(http:\S+)/);
    if (address) return { url: address[1], server, end, log: () => log };
  }
  throw new Error(`claimsmith serve didn't start: ${log}`);
}

const TYPES = { html: 'text/html', css: 'text/css', js: 'text/javascript', wasm: 'application/wasm', svg: 'image/svg+xml' };

/** The page without a server, from the folder in PLAYGROUND_PAGE. */
export async function host() {
  const server = createServer(async (request, response) => {
    const name = new URL(request.url, 'http://page').pathname.slice(1) || 'index.html';
    const text = await readFile(path.join(process.env.PLAYGROUND_PAGE, path.basename(name))).catch(() => null);
    if (!text) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': TYPES[name.split('.').pop()] }).end(text);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, end: () => server.close() };
}

/** The page, answered once. It may ask its own place and nobody else. */
export async function playground(browser, url, { viewport = WIDE, ...options } = {}) {
  const page = await open(browser, url, { viewport, ...options });
  page.setDefaultTimeout(10_000);
  await says(page, /^(Issued|Refused|Not computed|\d+ problem)/);
  return page;
}

export const policy = (page) => page.getByRole('textbox', { name: 'Policy' });
export const records = (page) => page.getByRole('textbox', { name: 'Records' });
export const who = (page) => page.getByRole('combobox', { name: 'Token for' });

/** Waits until the status says this, and no answer is under way. */
export async function says(page, pattern) {
  await page.waitForFunction(
    ([source]) => {
      const asking = document.body.classList.contains('asking');
      return !asking && new RegExp(source).test(document.querySelector('[role=status]').textContent);
    },
    [pattern.source],
  );
}

/** Waits until the tokens say this. */
export async function tokensSay(page, text) {
  await page.waitForFunction(
    (text) => document.querySelector('#tokens').textContent.includes(text), text);
}

/** Puts the caret behind the text that is given, as a click would, and types. */
export async function typeBehind(page, editor, place, text) {
  await editor.evaluate((area, place) => {
    const at = area.value.indexOf(place) + place.length;
    area.focus();
    area.setSelectionRange(at, at);
  }, place);
  await page.keyboard.type(text);
}

/** The line of a claim in a token, or nothing. */
export async function claim(page, token, name) {
  const region = page.getByRole('region', { name: `${token} token`, exact: true });
  const row = region.locator(`[data-claim="${name}"]`);
  return (await row.count()) === 0 ? null : row.first().innerText();
}

/** Pictures, if they are wanted; and nothing for axe-core to find, nor wider than the window. */
export async function look(page, name) {
  for (const colorScheme of pictures ? ['light', 'dark'] : []) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: path.join(pictures, `${name}-${colorScheme}.png`), fullPage: true });
  }
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
}

/** What stands in the panes. */
export async function panes(page) {
  return { policy: await policy(page).inputValue(), records: await records(page).inputValue() };
}

/**
 * Runs tests behind a server and, where it is built, on the page without one. `tests` gets a function that
 * opens the page; at the end of each test what was noticed on it is told.
 */
export function everywhere(tests) {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser?.close(); });
  const places = [['behind its server', () => serve()]];
  // Its engine is WebAssembly, for which not every machine has a compiler.
  if (process.env.PLAYGROUND_PAGE) places.push(['without a server', host]);
  for (const [name, start] of places) {
    describe(`the playground ${name}`, () => {
      let site;
      const pages = [];
      before(async () => { site = await start(); });
      after(() => site.end());
      afterEach(async () => {
        const opened = pages.splice(0);
        for (const page of opened) await page.context().close();
        for (const page of opened) page.expectQuiet();
      });
      tests(async (address = '', options = {}) => {
        const page = await playground(browser, site.url + address, { allowed: [site.url], ...options });
        pages.push(page);
        return page;
      });
    });
  }
}
