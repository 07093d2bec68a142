// Draws the pictures of the report that the README shows: tests/browser/run --pictures.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { launch, open } from './browser.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'claimsmith-pictures-'));
const file = path.join(folder, 'report.html');
execFileSync(process.env.CLAIMSMITH, ['simulate', '--html', file, 'events/v2/sign-in-many-flags.json']);
const browser = await launch();
for (const [colorScheme, name] of [['light', 'report'], ['dark', 'report-dark']]) {
  const page = await open(browser, `file://${file}`, {
    colorScheme, viewport: { width: 1000, height: 1000 }, deviceScaleFactor: 1.25,
  });
  // From a little air above to the end of both tokens.
  const tokens = await page.locator('.tokens').boundingBox();
  const clip = { x: 0, y: 24, width: 1000, height: Math.ceil(tokens.y + tokens.height) };
  await page.screenshot({ path: `docs/pictures/${name}.png`, clip });
}
await browser.close();
rmSync(folder, { recursive: true });
