import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDashboard } from '../../../scripts/support/build-dashboard.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const cache = join(root, 'node_modules/.cache/miyabi-dashboard');
/** What is made of it: another folder for each state of these, so that tests that run beside each other keep their own. */
const sources = ['dashboard/src', 'dashboard/index.html', 'dashboard/vite.config.ts', 'dashboard/package.json', 'src/domain/api'];
const keptMs = 3_600_000;

let built: Promise<string> | undefined;

/** The folder of the dashboard that a service of a test shows; undefined: that of the product which `npm test` has built. */
export async function builtDashboard(): Promise<string | undefined> {
  if (process.env['MIYABI_TEST_PRODUCT'] !== undefined) return undefined;
  return await (built ??= build());
}

async function build(): Promise<string> {
  const folder = join(cache, await stateOfSources());
  if (existsSync(join(folder, 'index.html'))) return folder;
  await mkdir(cache, { recursive: true });
  const making = `${folder}.${process.pid}`;
  const code = await buildDashboard(root, making);
  if (code !== 0) throw new Error('The dashboard could not be built.');
  await rename(making, folder).catch(async (error: unknown) => {
    await rm(making, { recursive: true, force: true });
    if (!existsSync(join(folder, 'index.html'))) throw error;
  });
  await removeOld();
  return folder;
}

async function removeOld(): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    const made = await stat(path).catch(() => undefined);
    if (made !== undefined && Date.now() - made.mtimeMs > keptMs) await rm(path, { recursive: true, force: true });
  }
}

async function stateOfSources(): Promise<string> {
  const state = createHash('sha256');
  for (const source of sources) {
    const path = join(root, source);
    const names = (await stat(path)).isDirectory() ? await readdir(path, { recursive: true }) : [''];
    for (const name of names.toSorted()) {
      const { mtimeMs, size } = await stat(join(path, name));
      state.update(`${source}/${name} ${mtimeMs} ${size}\n`);
    }
  }
  return state.digest('hex').slice(0, 16);
}
