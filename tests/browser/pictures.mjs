// Draws the pictures of the documents: tests/browser/run --pictures.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { launch, open } from './browser.mjs';
import { WIDE, playground, serve } from './site.mjs';

const SCHEMES = [['light', ''], ['dark', '-dark']];
const folder = mkdtempSync(path.join(tmpdir(), 'claimsmith-pictures-'));
const file = path.join(folder, 'report.html');
execFileSync(process.env.CLAIMSMITH, ['simulate', '--html', file, 'events/v2/sign-in-many-flags.json']);
const site = await serve();
const browser = await launch();
for (const [colorScheme, ending] of SCHEMES) {
  const report = await open(browser, `file://${file}`, {
    colorScheme, viewport: { width: 1000, height: 1000 }, deviceScaleFactor: 1.25,
  });
  // From a little air above to the end of both tokens.
  const tokens = await report.locator('.tokens').boundingBox();
  const clip = { x: 0, y: 24, width: 1000, height: Math.ceil(tokens.y + tokens.height) };
  await report.screenshot({ path: `docs/pictures/report${ending}.png`, clip, fullPage: true });

  const page = await playground(browser, site.url, { colorScheme, viewport: WIDE });
  const claim = page.getByRole('region', { name: 'Access token', exact: true }).locator('[data-claim=org_tier]');
  await claim.getByRole('button', { name: 'org_tier' }).click();
  await page.screenshot({ path: `docs/pictures/playground${ending}.png` });
}
await browser.close();
site.end();
rmSync(folder, { recursive: true });
