import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorldFolder } from '../domain/state-folder.ts';
import type { HostEnvironment } from './environment.ts';
import { registryAddresses } from './npm-settings.ts';

/** Tells the package managers of a world where the user's registries are, by an .npmrc in its own HOME, and nothing else of the user's. */
export async function giveRegistries(folder: WorldFolder, host: HostEnvironment): Promise<void> {
  const path = host['npm_config_userconfig'] ?? (host['HOME'] === undefined ? undefined : join(host['HOME'], '.npmrc'));
  if (path === undefined) return;
  // A file that is missing or cannot be read says nothing; an npm of the user's would tell them.
  const addresses = registryAddresses(await readFile(path, 'utf8').catch(() => ''));
  if (addresses !== '') await writeFile(join(folder.home, '.npmrc'), addresses);
}
