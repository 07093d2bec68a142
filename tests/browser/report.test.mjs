// The pages of `simulate --html` and `diff --html` as a person meets them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { expectAccessible, expectNoSidewaysScroll, launch, open } from './browser.mjs';

const HOSTILE = '</script><img src=https://example.com/x onerror=console.log(1)>';
const folder = mkdtempSync(path.join(tmpdir(), 'claimsmith-pages-'));
let browser;

/** Makes a page with the command; `status` is how it must end. */
function page(name, args, { status = 0, input } = {}) {
  const file = path.join(folder, `${name}.html`);
  const all = [args[0], '--html', file, ...args.slice(1)];
  try {
    execFileSync(process.env.CLAIMSMITH, all, { input, stdio: ['pipe', 'pipe', 'pipe'] });
    assert.equal(status, 0);
  } catch (error) {
    if (error.status !== status) throw error;
  }
  return `file://${file}`;
}

function hostileEvent() {
  const text = execFileSync('cat', ['events/v2/sign-in.json'], { encoding: 'utf8' });
  const event = JSON.parse(text);
  event.request.userAttributes.email = HOSTILE;
  event.request.userAttributes[`custom:${HOSTILE}`] = HOSTILE;
  event.callerContext.clientId = HOSTILE;
  return JSON.stringify(event);
}

before(async () => { browser = await launch(); });
after(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const policies = ['--against', 'claims.toml', '--policy', 'crates/cli/tests/diff/changed.toml'];
const few = ['sign-in', 'sign-in-many-flags', 'sign-in-no-record', 'sign-in-suspended-org']
  .map((name) => `events/v2/${name}.json`);
const folders = ['events/v1', 'events/v2', 'events/v3'];
const pages = {
  'one event': () => page('event', ['simulate', 'events/v2/sign-in-many-flags.json']),
  'a refused event': () => page('refused', ['simulate', 'events/v2/sign-in-suspended-org.json'], { status: 3 }),
  'many events': () => page('many', ['simulate', ...few], { status: 3 }),
  'two policies': () => page('diff', ['diff', '--values', ...policies, ...folders], { status: 3 }),
  'a hostile event': () => page('hostile', ['simulate', '-'], { input: hostileEvent() }),
};

for (const [name, make] of Object.entries(pages)) {
  describe(name, () => {
    test('is quiet and accessible, light and dark', async () => {
      const shown = await open(browser, make());
      await expectAccessible(shown);
      shown.expectQuiet();
      await shown.context().close();
    });
    test('fits a telephone', async () => {
      const shown = await open(browser, make(), { viewport: { width: 375, height: 800 } });
      await shown.evaluate(() => document.querySelectorAll('details').forEach((it) => { it.open = true; }));
      await expectNoSidewaysScroll(shown);
      shown.expectQuiet();
      await shown.context().close();
    });
  });
}

test('one event is read by role', async () => {
  const shown = await open(browser, pages['one event']());
  const names = async (role) => shown.getByRole(role).allTextContents();
  assert.deepEqual(await names('heading'), [
    'events/v2/sign-in-many-flags.json', 'Outcome, tokens and lookups', 'ID token', 'Access token', 'Lookups',
  ]);
  const token = shown.getByRole('region', { name: 'ID token' });
  const claim = token.locator('[data-claim="org_id"]');
  assert.match(await claim.innerText(), /^"org_id": "acme-corp"\s+tenant\s+28\s+bytes$/);
  const out = token.getByRole('list', { name: 'Not in the ID token' }).getByRole('listitem').first();
  assert.match(await out.innerText(), /^feature_flags left out for size 7,468 bytes the budget of 4,096 bytes is short \(tier\.features \+ .*\)$/);
  // Cognito's own are folded.
  const own = token.locator('[data-claim="iss"]');
  assert.equal(await own.isVisible(), false);
  await token.getByText(/^and 18 of Cognito’s own, [\d,]+ bytes$/).click();
  assert.equal(await own.isVisible(), true);
  await shown.getByText('Where the bytes go').click();
  assert.match(
    await shown.getByRole('figure', { name: /^ID token/ }).getByRole('img').first().getAttribute('aria-label'),
    /^925 to 2,234 bytes of a budget of 4,096\. Well-known limits: cookie 4,096, nginx 8,192, gateway 10,240\.$/,
  );
  // A long value unfolds, by keyboard too.
  const access = shown.getByRole('region', { name: 'Access token' });
  const whole = access.getByText('experiment-240-rollout');
  assert.equal(await whole.isVisible(), false);
  await access.locator('.value summary').first().focus();
  await shown.keyboard.press('Enter');
  assert.equal(await whole.isVisible(), true);
  const lookups = shown.getByRole('region', { name: 'Lookups' }).getByRole('listitem');
  assert.equal(await lookups.count(), 3);
  assert.match(await lookups.nth(1).textContent(), /org.*found.*ORG#acme-corp/);
  await shown.context().close();
});

test('the picture of a token is to scale', async () => {
  const shown = await open(browser, pages['one event']());
  await shown.getByText('Where the bytes go').click();
  const width = (selector) => shown.locator(`figure[aria-label^="Access token"] .token-bar ${selector}`)
    .evaluateAll((all) => all.reduce((sum, one) => sum + one.getBoundingClientRect().width, 0));
  const [track, upper, lower] = [await width('.track'), await width('.maybe'), await width('.surely')];
  assert.ok(Math.abs(upper / track - 9505 / 10240) < 0.002, `${upper} of ${track}`);
  assert.ok(Math.abs(lower / track - 8405 / 10240) < 0.002, `${lower} of ${track}`);
  const [added, all] = [await width('.part.added'), await width('.part')];
  assert.ok(Math.abs(all / track - 1) < 0.01, 'the claims fill the width');
  assert.ok(Math.abs(added / all - (5601 + 21 + 24) * 4 / 3 / 9505) < 0.005, `${added} of ${all}`);
  await shown.context().close();
});

test('a refusal says why and what the person reads', async () => {
  const shown = await open(browser, pages['a refused event']());
  const main = shown.getByRole('main');
  assert.match(await main.textContent(), /Refused: record_refused\. No token is issued\./);
  assert.match(await main.textContent(), /PreTokenGeneration failed with error sign-in refused\./);
  await shown.context().close();
});

test('many events lead to one', async () => {
  const shown = await open(browser, pages['many events']());
  assert.equal(await shown.getByRole('heading', { level: 1 }).textContent(), '4 events');
  const refusals = shown.getByRole('table', { name: 'Refusals by reason' });
  assert.equal(await refusals.getByRole('row').count(), 3);
  const largest = shown.getByRole('region', { name: 'Access token' }).getByRole('link').first();
  assert.match(await largest.textContent(), /sign-in-many-flags/);
  // A link opens what it leads to.
  const token = shown.getByRole('article', { name: /v2\/sign-in-many-flags/ });
  assert.equal(await token.isVisible(), false);
  await shown.getByRole('link', { name: /v2\/sign-in-many-flags/ }).first().click();
  assert.equal(await token.isVisible(), true);
  shown.expectQuiet();
  await shown.context().close();
});

test('two policies begin with the verdict', async () => {
  const shown = await open(browser, pages['two policies']());
  const heading = shown.getByRole('heading', { level: 1 });
  assert.equal(
    await heading.textContent(),
    '1 person locked out; 1 refused at some sign-ins; 1 person and 1 machine can now sign in; '
      + '5 people lose email; 2 lose feature_flags; 5 people and 1 machine get org_name; and 6 more claims',
  );
  assert.match(await shown.title(), /^1 person locked out; /);
  const token = shown.getByRole('region', { name: 'Access token' });
  const table = token.getByRole('table', { name: /before and after$/ });
  const row = table.getByRole('row').filter({ has: shown.getByRole('rowheader', { name: /left out for size/ }) });
  assert.deepEqual(await row.getByRole('cell').allTextContents(), ['0', '7']);
  assert.doesNotMatch(await shown.getByRole('main').textContent(), /\bshed\b|\breads\b|customized/i);
  await shown.context().close();
});

test('sizes before and after share an axis', async () => {
  const shown = await open(browser, pages['two policies']());
  const picture = shown.getByRole('region', { name: 'Access token' }).getByRole('img');
  assert.equal(
    await picture.getAttribute('aria-label'),
    'Access token: how many tokens are how large, before above the axis and after below it; '
      + 'budget before 10,240 bytes; budget after 2,300 bytes.',
  );
  const drawn = await picture.evaluate((svg) => {
    const box = (element) => {
      const { left, right, top, bottom, height } = element.getBoundingClientRect();
      return { left, right, top, bottom, height };
    };
    const columns = (selector) => [...svg.querySelectorAll(selector)].map((column) => {
      const [from, to, count] = column.textContent.match(/[\d,]+/g).map((it) => Number(it.replaceAll(',', '')));
      return { from, to, count, ...box(column), fill: getComputedStyle(column).fill };
    });
    return {
      all: box(svg), axis: box(svg.querySelector('.axis')).top,
      before: columns('.column.before'), after: columns('.column:not(.before)'),
    };
  });
  const { all, axis, before, after: next } = drawn;
  const count = (columns) => columns.reduce((sum, column) => sum + column.count, 0);
  assert.deepEqual([count(before), count(next)], [54, 57]);
  const most = 10_240;
  for (const column of [...before, ...next]) {
    const left = all.left + (column.from / most) * (all.right - all.left);
    assert.ok(Math.abs(column.left - left) < 1, `${column.from} bytes at ${column.left}, not ${left}`);
  }
  // One token is as high on both sides.
  const tallest = Math.max(...[...before, ...next].map((column) => column.count));
  const top = Math.max(...[...before, ...next].map((column) => column.height));
  for (const column of [...before, ...next]) {
    assert.ok(Math.abs(column.height - Math.max((column.count / tallest) * top, 2)) <= 1.01, `${column.count}: ${column.height}`);
  }
  assert.ok(before.every((column) => Math.abs(column.bottom - axis) <= 1), 'before stands on the axis');
  assert.ok(next.every((column) => Math.abs(column.top - axis) <= 1), 'after hangs from it');
  assert.notEqual(before[0].fill, next[0].fill);
  await shown.context().close();
});

/** How many lines the text of each element takes, in the page. */
const linesOf = (elements) => elements.map((element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  return new Set([...range.getClientRects()].map((rectangle) => Math.round(rectangle.top))).size;
});

test('a name in the verdict goes to the next line whole', async () => {
  const policy = (name, text) => {
    const file = path.join(folder, `${name}.toml`);
    writeFileSync(file, `version = 1\n${text}`);
    return file;
  };
  const sides = ['--against', policy('without', ''), '--policy', policy('with', '[claims.acme-org-tier-name]\nvalue = 1\n')];
  const address = page('name', ['diff', ...sides, 'events/v2/sign-in.json'], { status: 4 });
  const shown = await open(browser, address, { viewport: { width: 375, height: 800 } });
  const heading = shown.getByRole('heading', { level: 1 });
  assert.equal(await heading.textContent(), 'Nobody locked out; 1 person gets acme-org-tier-name');
  assert.deepEqual(await heading.locator('bdi').evaluateAll(linesOf), [1]);
  await shown.context().close();
});

test('two policies are read on a telephone without a scroll or a broken name', async () => {
  const shown = await open(browser, pages['two policies'](), { viewport: { width: 375, height: 800 } });
  const lines = await shown.locator('h1 bdi, .changes th bdi').evaluateAll(linesOf);
  assert.deepEqual(lines, Array(20).fill(1));
  const seen = await shown.evaluate(() => {
    const cells = [...document.querySelectorAll('tbody th, tbody td')];
    const labels = [...document.querySelectorAll('svg text')].map((it) => it.getBoundingClientRect());
    const apart = (one, other) => one.right <= other.left || other.right <= one.left
      || one.bottom <= other.top + 1 || other.bottom <= one.top + 1;
    return {
      outside: cells.filter((cell) => cell.getBoundingClientRect().right > 375).map((cell) => cell.textContent),
      cut: labels.filter((label) => label.left < 0 || label.right > 375).length,
      overlapping: labels.some((one, at) => labels.slice(at + 1).some((other) => !apart(one, other))),
    };
  });
  assert.deepEqual(seen, { outside: [], cut: 0, overlapping: false });
  await shown.context().close();
});

test('a hostile event stays text', async () => {
  const shown = await open(browser, pages['a hostile event']());
  assert.equal(await shown.locator('img, script, iframe, [onerror]').count(), 0);
  const token = shown.getByRole('region', { name: 'ID token' });
  await token.locator('.own summary').click();
  assert.match(await token.locator('[data-claim="email"]').innerText(), /^"email": "<\/script><img src=https:/);
  shown.expectQuiet();
  await shown.context().close();
});

test('it prints in full width', async () => {
  const shown = await open(browser, pages['one event']());
  await shown.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const background = await shown.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(background, 'rgb(255, 255, 255)');
  assert.ok((await shown.pdf({ format: 'A4' })).length > 10_000);
  await shown.context().close();
});
