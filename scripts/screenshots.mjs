/**
 * Takes the pictures of `docs/dashboard.md` and of the README from a real service with a real run: `node scripts/screenshots.mjs`, where there is a
 * Chromium. They are made smaller by as many colours as nobody misses, where the system has `pngquant`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { endChromium } from '../test/browser/support/chromium.ts';
import { openPage } from '../test/browser/support/open-page.ts';
import { serveDashboard } from '../test/browser/support/stand.ts';
import { miyabi } from '../test/support/miyabi.ts';

const into = fileURLToPath(new URL('../docs/pictures', import.meta.url));
/** Together, in bytes: they are a part of every clone. */
const most = 600_000;

/** What is taken of a run. @param {string} run */
const pictures = (run) => [
  { name: 'runs', at: '/', theme: /** @type {const} */ ('light'), shows: 'Light parcels' },
  { name: 'run', at: `/runs/${run}`, theme: /** @type {const} */ ('dark'), shows: 'epsilon' },
  { name: 'compare', at: `/runs/${run}/compare`, theme: /** @type {const} */ ('light'), shows: 'epsilon' },
];

const folder = mkdtempSync(path.join(tmpdir(), 'miyabi-pictures-'));
mkdirSync(into, { recursive: true });
try {
  await using stand = await serveDashboard(await demonstration());
  const { run } = await stand.ask('/runs/last');
  let bytes = 0;
  for (const { name, at, theme, shows } of pictures(String(run))) bytes += await take(stand, { name, at, theme, shows });
  console.log(`${bytes} bytes in ${into}`);
  if (bytes > most) {
    console.error(`That is more than ${most}: take fewer, or install pngquant.`);
    process.exitCode = 1;
  }
} finally {
  await endChromium();
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Runs the demonstration with all of its worlds beside each other, also where the machine would carry fewer.
 * @returns {Promise<import('../test/browser/support/stand.ts').StandOptions>} where it was done.
 * @throws Error with what it said, where it does not end well.
 */
async function demonstration() {
  const options = { cwd: folder, state: path.join(folder, 'state'), env: { TMPDIR: folder, MIYABI_WORLDS_PARALLEL: '5' } };
  const { code, stderr } = await miyabi(['demo'], options);
  if (code !== 0) throw new Error(stderr);
  return options;
}

/**
 * @param {import('../test/browser/support/stand.ts').DashboardStand} stand
 * @param {{ name: string, at: string, theme: 'light' | 'dark', shows: string }} picture
 * @returns {Promise<number>} its size in bytes.
 */
async function take(stand, { name, at, theme, shows }) {
  await using opened = await openPage(stand, at, { theme });
  const file = path.join(into, `${name}.png`);
  await opened.page.getByText(shows).filter({ visible: true }).first().waitFor();
  await opened.page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => undefined);
  await opened.page.screenshot({ path: file, animations: 'disabled' });
  spawnSync('pngquant', ['--force', '--ext', '.png', '--quality', '60-90', file], { stdio: 'ignore' });
  return statSync(file).size;
}
