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
    colorScheme, viewport: { width: 1000, height: 720 }, deviceScaleFactor: 1.25,
  });
  await report.screenshot({ path: `docs/pictures/report${ending}.png` });

  const page = await playground(browser, site.url, { colorScheme, viewport: WIDE });
  const claim = page.getByRole('region', { name: 'Access token', exact: true }).locator('[data-claim=org_tier]');
  await claim.getByRole('button', { name: 'org_tier' }).click();
  await page.screenshot({ path: `docs/pictures/playground${ending}.png` });
}
await browser.close();
site.end();
rmSync(folder, { recursive: true });
