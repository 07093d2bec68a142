// What the playground keeps and hands on: its memory in the tab, and links that carry all of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  claim, everywhere, panes, policy, records, says, tokensSay, typeBehind, who,
} from './site.mjs';

everywhere(tests);

function tests(visit) {
  test('a link carries policy, records and sign-in, and says so where they are not a starter’s', async () => {
    const page = await visit('', { permissions: ['clipboard-read', 'clipboard-write'] });
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    await page.getByRole('combobox', { name: 'Begin with' }).selectOption('single-table');
    await says(page, /^Issued/);
    await page.getByRole('button', { name: 'Share a link' }).click();
    await page.waitForFunction(() => location.hash.length > 100);
    assert.equal(await copied(), page.url());

    await typeBehind(page, records(page), '"name": "Acme Corporation", "tier": "', 'gold", "was": "');
    await typeBehind(page, policy(page), '[claims.org_tier', '_of_the_day');
    await page.getByRole('textbox', { name: 'Groups' }).fill('ünï admins');
    await tokensSay(page, '"gold"');
    assert.equal(new URL(page.url()).hash, '', 'the address still has the older link');
    await page.getByRole('button', { name: 'Share a link' }).click();
    const dialog = page.getByRole('dialog', { name: 'The link will hold what is yours' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(new URL(page.url()).hash, '');
    await page.getByRole('button', { name: 'Share a link' }).click();
    await dialog.getByRole('button', { name: 'Copy the link' }).click();
    await page.waitForFunction(() => location.hash.length > 100);
    const link = await copied();

    const other = await visit(new URL(link).hash);
    assert.deepEqual(await panes(other), await panes(page));
    assert.match(await claim(other, 'ID', 'org_tier_of_the_day'), /gold/);
    assert.equal(await other.getByRole('textbox', { name: 'Groups' }).inputValue(), 'ünï admins');
    assert.match(await claim(other, 'ID', 'org_id'), /acme-corp/);
  });

  test('a hostile link runs nothing, asks nobody and stays in its panes', async () => {
    const maker = await visit();
    const pack = (fields) => maker.evaluate(async (text) => {
      const { packed } = await import('./link.js');
      return packed(text);
    }, JSON.stringify(fields));
    const evil = '</textarea><script>document.title="run"</script><img src="http://attacker.example/x" onerror="document.title=1">';
    const fields = {
      policy: `# ${evil}\nversion = 1\n[claims."${evil.replaceAll('"', "'")}"]\nvalue = "x"\n`,
      records: `[{"pk": ${JSON.stringify(evil)}}]`, mode: 'pasted', event: evil, who: `user:${evil}`,
      groups: evil, metadata: evil, starter: evil, __proto__x: evil, constructor: evil, 'sign-in': evil,
      action: 'http://attacker.example/', innerHTML: evil,
    };
    for (const given of [fields, { ...fields, policy: '', mode: 'chosen' }, { policy: { toString: 1 }, who: 7 }, [1], null, evil]) {
      const page = await visit(`#${await pack(given)}`);
      assert.equal(await page.title(), 'Playground · claimsmith');
      assert.equal(await page.locator('img, iframe, object, script:not([src="playground.js"])').count(), 0);
      assert.equal(await page.evaluate(() => document.forms[0].getAttribute('action')), null);
    }
    const page = await visit(`#${await pack(fields)}`);
    assert.equal((await panes(page)).policy, fields.policy);
    // No link at all, and one that would fill the memory: said, and nothing is taken.
    const bomb = await maker.evaluate(async () => {
      const stream = new Blob(['x'.repeat(3e7)]).stream().pipeThrough(new CompressionStream('deflate-raw'));
      const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
      return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    });
    for (const text of ['!', 'AAAA', bomb]) {
      const page = await visit(`#${text}`);
      await page.getByText("the link can't be read").waitFor();
      assert.match(await claim(page, 'ID', 'org_id'), /acme-corp/);
    }
  });

  test('a link holds what is asked about, and warns of all that may be about somebody', async () => {
    const page = await visit('', { permissions: ['clipboard-read', 'clipboard-write'] });
    const dialog = page.getByRole('dialog', { name: 'The link will hold what is yours' });
    const share = page.getByRole('button', { name: 'Share a link' });
    const carried = () => page.evaluate(async () => {
      const { unpacked } = await import('./link.js');
      return unpacked(location.hash.slice(1));
    });
    await page.getByRole('combobox', { name: 'Begin with' }).selectOption('single-table');
    await says(page, /^Issued/);
    // A pasted event that is asked about no more isn't in it.
    await page.getByRole('radio', { name: 'Paste an event' }).check();
    await page.getByRole('textbox', { name: 'Trigger event, as JSON' }).fill('{"email": "alice@corp.example"}');
    await share.click();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('radio', { name: 'Choose' }).check();
    await says(page, /^Issued/);
    await share.click();
    await page.waitForFunction(() => location.hash.length > 100);
    assert.ok(!(await carried()).includes('alice'));
    // Attributes and groups are somebody's.
    await page.getByText('Trigger, app client, scopes, attributes').click();
    for (const name of ['Groups', 'User attributes, one in a line']) {
      await page.getByRole('textbox', { name }).fill('email=ceo@corp.example');
      await share.click();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Reset' }).click();
      await says(page, /^Issued/);
    }
    assert.equal(new URL(page.url()).hash, '');
  });

  test('a link that is opened in the tab can be undone', async () => {
    const page = await visit();
    await typeBehind(page, policy(page), 'version = 1', ' # mine');
    await says(page, /^Issued/);
    await page.evaluate(async () => {
      const { packed } = await import('./link.js');
      location.hash = await packed(JSON.stringify({ policy: 'version = 1 # theirs\n', records: '[]', mode: 'chosen' }));
    });
    await page.waitForFunction(() => document.querySelector('#policy').value.includes('# theirs'));
    await policy(page).focus();
    for (let i = 0; i < 5 && !(await panes(page)).policy.includes('# mine'); i++) await page.keyboard.press('Control+z');
    assert.match((await panes(page)).policy, /# mine/);
  });

  test('a reload keeps what was typed', async () => {
    const page = await visit();
    await typeBehind(page, policy(page), '[claims.org_tier', '_of_the_day');
    await typeBehind(page, records(page), '"name": "Initech", "tier": "', 'very ');
    await who(page).selectOption({ label: 'Dan · 44444444…' });
    await tokensSay(page, 'very free');
    await page.reload();
    await says(page, /^Issued/);
    assert.match(await claim(page, 'ID', 'org_tier_of_the_day'), /very free/);
    assert.equal(await page.getByText('edited', { exact: true }).isVisible(), true);
  });

  test('a memory that this page did not write harms nothing', async () => {
    const page = await visit();
    for (const memory of ['{', '7', 'null', '{"starter":"gone","begin":{},"fields":{}}', '{"starter":"own-table"}']) {
      await page.evaluate((memory) => sessionStorage.setItem('claimsmith panes', memory), memory);
      await page.reload();
      await says(page, /^Issued/);
    }
  });

  test('a claim may be called as anything is', async () => {
    const page = await visit();
    const names = ['constructor', 'toString', 'hasOwnProperty'];
    const lines = names.map((name) => `[claims.${name}]\nvalue = "x"\n\n`).join('');
    await typeBehind(page, policy(page), '# Claims: what goes into the tokens.\n\n', lines);
    await says(page, /^Issued/);
    for (const name of names) assert.match(await claim(page, 'Access', name), /"x"/);
    await page.locator('[data-claim=constructor]').first().hover();
    assert.match(await page.locator('[data-editor=policy] .mirror .lit').first().innerText(), /^constructor/);
  });
}
