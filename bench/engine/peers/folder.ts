import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const manifest = fileURLToPath(new URL('package.json', import.meta.url));
const cache = fileURLToPath(new URL('../../../node_modules/.cache/miyabi-bench-peers', import.meta.url));

/** Where the other engines lie since they were last installed; undefined when they never were, or in other versions. */
export function installedPeers(): string | undefined {
  const copy = join(cache, 'package.json');
  const installed = existsSync(join(cache, 'node_modules')) && existsSync(copy);
  return installed && readFileSync(copy, 'utf8') === readFileSync(manifest, 'utf8') ? cache : undefined;
}

/** Fetches the other engines with npm; none of them needs an install script. @throws when npm fails. */
export function installPeers(): string {
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  copyFileSync(manifest, join(cache, 'package.json'));
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
  try {
    execFileSync('npm', ['install', '--prefix', cache, '--ignore-scripts', ...quiet], {
      cwd: cache,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } catch (error) {
    // Half of them would be taken for all of them.
    rmSync(cache, { recursive: true, force: true });
    throw error;
  }
  return cache;
}

/** Loads a package from where the others are installed; its types are whatever the caller says that it uses of them. */
export async function importPeer<Module>(peers: string, name: string): Promise<Module> {
  const file = createRequire(join(peers, 'package.json')).resolve(name);
  return (await import(pathToFileURL(file).href)) as Module;
}
