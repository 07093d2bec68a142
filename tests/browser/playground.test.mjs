// The playground in a real browser, behind its server and as files without one: loaded, read by role, typed
// into, with the keyboard alone, in light and dark, at four widths. Everything that leaves its place fails
// the test.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import {
  WIDTHS, claim, everywhere, look, panes, policy, records, says, tokensSay, typeBehind, who,
} from './site.mjs';

everywhere(tests);

function tests(visit) {
  test('both tokens stand side by side above the fold', async () => {
    const page = await visit();
    const boxes = [];
    for (const token of ['ID token', 'Access token']) {
      const box = await page.getByRole('region', { name: token, exact: true }).boundingBox();
      const last = await page.getByRole('region', { name: token, exact: true }).locator('[data-claim=org_tier]').boundingBox();
      assert.ok(last.y + last.height < 900, `${token} ends at ${last.y + last.height}`);
      boxes.push(box);
    }
    assert.equal(boxes[0].y, boxes[1].y);
    assert.ok(boxes[0].x + boxes[0].width <= boxes[1].x);
    for (const area of [policy(page), records(page), who(page)]) assert.ok((await area.boundingBox()).y < 900);
  });

  test('a claim lights up its lines in the policy and its items', async () => {
    const page = await visit();
    const lit = (editor) => page.locator(`[data-editor=${editor}] .mirror .lit`).allInnerTexts().then((texts) => texts.join(''));
    const tier = page.getByRole('region', { name: 'Access token', exact: true }).locator('[data-claim=org_tier]');
    await tier.hover();
    assert.match(await lit('policy'), /^org_tier\]\nfrom = "org\.tier"\ndefault = "free"$/);
    assert.match(await lit('records'), /^\{"pk": "ORG#acme-corp", "sk": "PROFILE".*\}$/);
    await who(page).hover();
    assert.equal(await lit('policy'), '');

    const button = tier.getByRole('button', { name: 'org_tier' });
    await button.focus();
    await page.keyboard.press('Enter');
    await who(page).hover();
    assert.match(await lit('policy'), /^org_tier/);
    assert.equal(await button.getAttribute('aria-pressed'), 'true');
    const seen = await page.locator('[data-editor=policy] .mirror .lit').first().evaluate((lit) => {
      const [line, pane] = [lit, lit.closest('.editor')].map((it) => it.getBoundingClientRect());
      return line.top >= pane.top && line.bottom <= pane.bottom;
    });
    assert.ok(seen, 'the lines are out of sight');
    // It stays lit while one types, and goes out when it is pressed again.
    await typeBehind(page, policy(page), 'version = 1', '\n# more');
    await says(page, /^Issued/);
    assert.match(await lit('policy'), /^org_tier/);
    await tier.getByRole('button', { name: 'org_tier' }).click();
    await who(page).hover();
    assert.equal(await lit('policy'), '');
  });

  test('a problem appears at its line while one types, and tokens change when it is mended', async () => {
    const page = await visit();
    assert.match(await claim(page, 'ID', 'org_tier'), /enterprise/);
    await typeBehind(page, policy(page), '[claims.org_tier', 'x]\nfrom = "org.tier"\n[claims.sub');
    await says(page, /^1 problem, the first in line 48/);
    const pane = page.locator('[data-editor=policy]');
    assert.equal(await pane.locator('.lines .wrong').innerText(), '48');
    assert.equal(await pane.locator('.mirror .marked').innerText(), 'sub');
    assert.equal(await policy(page).getAttribute('aria-invalid'), 'true');
    assert.ok(!(await pane.locator('.findings').innerText()).includes('`'), 'a backtick is left');
    // The last tokens stay, out of reach.
    assert.ok(await page.locator('#tokens').evaluate((tokens) => tokens.inert && tokens.classList.contains('stale')));
    assert.equal(await page.getByRole('button', { name: 'Copy as JSON' }).isDisabled(), true);

    await page.getByRole('button', { name: 'line 48, column 9' }).click();
    const selected = () => policy(page).evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
    assert.equal(await selected(), 'sub');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'policy');
    await page.keyboard.type('plan');
    await says(page, /^Issued/);
    assert.match(await claim(page, 'ID', 'plan'), /enterprise/);
    assert.match(await claim(page, 'Access', 'org_tierx'), /enterprise/);
    assert.equal(await claim(page, 'ID', 'org_tier'), null);
    assert.equal(await pane.locator('.lines .wrong').count(), 0);
    assert.equal(await policy(page).getAttribute('aria-invalid'), null);
  });

  test('records are edited, and what is wrong in them is said at its line', async () => {
    const page = await visit();
    const pane = page.locator('[data-editor=records]');
    await typeBehind(page, records(page), '"name": "Acme Corporation", "tier": "', 'free", "was": "');
    await tokensSay(page, '"free"');
    assert.match(await claim(page, 'ID', 'org_tier'), /free/);
    await typeBehind(page, records(page), '[\n', '  {"pk": "TIER#gold"},\n');
    await says(page, /records, line 2/);
    assert.equal(await pane.locator('.lines .wrong').innerText(), '2');
    assert.equal(await records(page).getAttribute('aria-invalid'), 'true');
    assert.equal(await policy(page).getAttribute('aria-invalid'), null);
    await page.getByRole('button', { name: 'line 2', exact: true }).click();
    await page.keyboard.press('Delete');
    await says(page, /^Issued/);
    assert.equal(await records(page).getAttribute('aria-invalid'), null);
  });

  test('marks stay with their text, beyond the basic plane and while lines move', async () => {
    const page = await visit();
    const pane = page.locator('[data-editor=policy]');
    await typeBehind(page, policy(page), 'version = 1', '\n# 𝒞 naïve ✓\nvershun = 2');
    await says(page, /^1 problem, the first in line 6/);
    assert.equal(await pane.locator('.mirror .marked').innerText(), 'vershun');
    // In the moment before the next answer the mark has moved along.
    const moved = await policy(page).evaluate((area) => {
      area.focus();
      area.setSelectionRange(0, 0);
      document.execCommand('insertText', false, '\n\n');
      const pane = area.closest('[data-editor]');
      return [pane.querySelector('.mirror .marked').textContent, pane.querySelector('.lines .wrong').textContent];
    });
    assert.deepEqual(moved, ['vershun', '8']);
  });

  test('what is drawn behind the editors lies exactly under them', async () => {
    const page = await visit();
    const long = Array.from({ length: 200 }, (_, at) => `# ${at} ${'wide '.repeat(60)}`).join('\n');
    for (const [name, editor] of [['policy', policy(page)], ['records', records(page)]]) {
      await editor.fill(long);
      await editor.evaluate((area) => { area.scrollTop = 1e6; area.scrollLeft = 1e6; });
      await page.waitForTimeout(100);
      const scrolled = await page.locator(`[data-editor=${name}]`).evaluate((pane) =>
        ['textarea', '.mirror', '.lines'].map((part) => {
          const { scrollTop, scrollLeft } = pane.querySelector(part);
          return [scrollTop, scrollLeft];
        }));
      assert.ok(scrolled[0][0] > 1000 && scrolled[0][1] > 1000, `${scrolled}`);
      assert.deepEqual(scrolled[1], scrolled[0]);
      assert.equal(scrolled[2][0], scrolled[0][0]);
    }
  });

  test('people, machines and organisations are chosen', async () => {
    const page = await visit();
    const metadata = page.getByRole('combobox', { name: 'Client metadata' });
    await who(page).selectOption({ label: 'Cleo · 33333333…' });
    await tokensSay(page, '"globex"');
    assert.match(await claim(page, 'ID', 'org_id'), /globex/);

    await who(page).selectOption({ label: 'Ben · 22222222…' });
    await metadata.fill('org_id=globex');
    await page.waitForFunction(() => document.querySelectorAll('#suggestions option').length === 2);
    await says(page, /^Issued/);
    assert.match(await claim(page, 'Access', 'org_id'), /globex/);
    await metadata.fill('org_id=initech');
    await says(page, /^Refused: record_missing/);
    await page.getByText('No token is issued').waitFor();
    // A refusal is seen once.
    assert.equal(await page.locator('#tokens').innerText().then((text) => text.match(/record_missing/g).length), 1);
    assert.ok((await page.getByRole('status').boundingBox()).width <= 1);
    await metadata.fill('globex');
    await says(page, /Not computed: metadata: expected NAME=VALUE/);
    assert.equal(await page.locator('#metadata').getAttribute('aria-invalid'), 'true');
    await metadata.fill('');

    await who(page).selectOption({ label: 'Nightly import · 4machine…' });
    await says(page, /^Issued: access token/);
    assert.equal(await page.getByRole('textbox', { name: 'Groups' }).isVisible(), false);
    await who(page).selectOption('user:99999999-9999-4999-8999-999999999999');
    await says(page, /^Refused: record_missing/);
  });

  test('an event is pasted, and what is wrong in it is said', async () => {
    const page = await visit();
    await page.getByText('The event that Cognito would send').click();
    await page.getByRole('button', { name: 'Edit it as text' }).click();
    const event = page.getByRole('textbox', { name: 'Trigger event, as JSON' });
    const made = JSON.parse(await event.inputValue());
    assert.match(made.triggerSource, /^TokenGeneration_(HostedAuth|Authentication)$/);
    await says(page, /^Issued/);

    await event.fill('{\n  nonsense');
    await says(page, /the event can't be read, \$: not JSON \(line 2, column 3\)/);
    assert.equal(await event.getAttribute('aria-invalid'), 'true');
    await event.fill(JSON.stringify({ ...made, triggerSource: 'PreSignUp_SignUp' }));
    await says(page, /another trigger's source/);
    await event.fill(await readFile('events/v2/sign-in-suspended-org.json', 'utf8'));
    await says(page, /^Refused: record_refused/);
    await event.fill(await readFile('events/v1/sign-in.json', 'utf8'));
    await says(page, /^Issued: ID token/);
    assert.equal(await event.getAttribute('aria-invalid'), null);
  });

  test('every starter issues tokens to whoever signs in there', async () => {
    const page = await visit();
    const begin = page.getByRole('combobox', { name: 'Begin with' });
    const names = await begin.evaluate((select) => [...select.options].map((option) => option.value).filter(Boolean));
    assert.equal(names.length, 5);
    const seen = new Set();
    for (const name of [...names, names[0]]) {
      await begin.selectOption(name);
      await says(page, /^Issued/);
      seen.add((await panes(page)).policy);
      assert.equal(await page.getByText('edited', { exact: true }).isVisible(), false);
    }
    assert.equal(seen.size, 5);
    // What was there before comes back as if it had been typed over.
    await typeBehind(page, policy(page), 'version = 1', ' # mine');
    await page.getByText('edited', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.getByText('edited', { exact: true }).waitFor({ state: 'hidden' });
    await policy(page).focus();
    await page.keyboard.press('Control+z');
    assert.match((await panes(page)).policy, /# mine/);
  });

  test('the keyboard alone does', async () => {
    const page = await visit();
    const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent);
    const tabTo = async (id, key = 'Tab') => {
      for (let i = 0; i < 60 && (await focused()) !== id; i++) await page.keyboard.press(key);
      assert.equal(await focused(), id);
    };
    await tabTo('policy');
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('vershun = 1 ');
    await says(page, /^\d+ problem/);
    // Tab is no trap. The problem is before its text, and Enter leads to its place.
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    assert.match(await focused(), /^line 1, column/);
    await page.keyboard.press('Enter');
    assert.equal(await focused(), 'policy');
    await tabTo('reset', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await says(page, /^Issued/);
    await tabTo('who');
    await page.keyboard.press('ArrowDown');
    await says(page, /^Issued/);
    await page.waitForFunction(() => document.querySelector('#made-event').textContent.includes('22222222'));
  });

  test('policy and records are downloaded as they stand', async () => {
    const page = await visit();
    await typeBehind(page, policy(page), 'version = 1', '   # mine: ünï');
    for (const [name, file, editor] of [['policy', 'claims.toml', policy(page)], ['records', 'items.json', records(page)]]) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: `Download the ${name}` }).click(),
      ]);
      assert.equal(download.suggestedFilename(), file);
      assert.equal(await readFile(await download.path(), 'utf8'), await editor.inputValue());
    }
  });

  for (const width of WIDTHS) {
    test(`is accessible and fits, light and dark, ${width} wide`, async () => {
      const page = await visit('', { viewport: { width, height: 900 } });
      await look(page, `${width}-issued`);
      // No name of a claim is broken.
      const broken = await page.locator('[data-claim] .name').evaluateAll((names) =>
        names.filter((name) => name.getBoundingClientRect().height > 1.8 * parseFloat(getComputedStyle(name).lineHeight))
          .map((name) => name.textContent));
      assert.deepEqual(broken, []);
      await page.getByText('Trigger, app client, scopes, attributes').click();
      await page.getByText('The event that Cognito would send').click();
      await who(page).selectOption({ label: 'Finn · 66666666…' });
      await says(page, /left out for size/);
      await look(page, `${width}-left-out`);
      await who(page).selectOption({ label: 'Eve · 55555555…' });
      await says(page, /^Refused/);
      await look(page, `${width}-refused`);
      await page.getByRole('radio', { name: 'Paste an event' }).check();
      await typeBehind(page, policy(page), '[claims.org_tier', ']\n[claims.sub');
      await says(page, /^\d+ problem/);
      await look(page, `${width}-problems`);
    });
  }
}
