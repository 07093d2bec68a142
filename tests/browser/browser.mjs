// A browser that notices what a page does: errors, and requests to anywhere it should not go.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const library = createRequire(path.join(process.env.BROWSER_LIBRARIES, 'from.js'));
const { chromium } = library('playwright-core');
const axe = library.resolve('axe-core/axe.min.js');

/** The browser; close it when the tests are done. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
}

/**
 * Opens an address. `expectQuiet()` of the page fails if there was an error or a word on the
 * console, an exception, or a request that doesn't begin with one of `allowed`.
 *
 * `options` are Playwright's for a context: `colorScheme`, `viewport`, …
 */
export async function open(browser, address, { allowed = [address], ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const noise = [];
  page.on('console', (message) => noise.push(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => noise.push(`exception: ${error.message}`));
  await context.route('**/*', (route) => {
    const asked = route.request().url();
    if (allowed.some((prefix) => asked.startsWith(prefix))) return route.continue();
    noise.push(`request: ${asked}`);
    return route.abort();
  });
  page.expectQuiet = () => assert.deepEqual(noise, []);
  await page.goto(address);
  return page;
}

/** Fails if axe-core finds anything serious or critical, in the light or the dark. */
export async function expectAccessible(page) {
  // Evaluated, not added as an element, which the page's content security policy would refuse.
  await page.evaluate(readFileSync(axe, 'utf8'));
  const options = { resultTypes: ['violations'] };
  for (const [colorScheme, only] of [['light', {}], ['dark', { runOnly: ['color-contrast'] }]]) {
    await page.emulateMedia({ colorScheme });
    const found = await page.evaluate((chosen) => globalThis.axe.run(chosen), { ...options, ...only });
    assert.ok(found.passes.length > 0, 'axe-core looked at nothing');
    const grave = found.violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
    const named = grave.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html).join(' ')}`);
    assert.deepEqual(named, [], colorScheme);
  }
}

/** Fails if the page is wider than its window. */
export async function expectNoSidewaysScroll(page) {
  const { content, window } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
  }));
  assert.ok(content <= window, `${content} pixels in a window of ${window}`);
}
