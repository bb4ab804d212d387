import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorldFolder } from '../domain/state-folder.ts';
import type { HostEnvironment } from './environment.ts';
import { registryAddresses, registryIn } from './npm-settings.ts';

/** Tells the package managers of a world where the user's registries are, by settings in its own HOME, and nothing else of the user's. */
export async function giveRegistries(folder: Pick<WorldFolder, 'home'>, host: HostEnvironment): Promise<void> {
  const path = host['npm_config_userconfig'] ?? (host['HOME'] === undefined ? undefined : join(host['HOME'], '.npmrc'));
  // A file that is missing or cannot be read says nothing; an npm of the user's would tell them.
  const users = path === undefined ? '' : registryAddresses(await readFile(path, 'utf8').catch(() => ''));
  // Where it is told of two, npm takes the one of the environment. pnpm does not look for it there.
  const own = host['npm_config_registry'] === undefined ? '' : registryAddresses(`registry=${host['npm_config_registry']}`);
  const addresses = `${users}${own}`;
  if (addresses !== '') await writeFile(join(folder.home, '.npmrc'), addresses);
  const registry = registryIn(addresses);
  if (registry !== undefined) await writeFile(join(folder.home, '.yarnrc.yml'), forNewYarn(registry));
}

/** The newer yarn reads no .npmrc, and asks to be told where it may go without encryption. */
function forNewYarn(registry: URL): string {
  const address = `npmRegistryServer: ${JSON.stringify(registry.href)}\n`;
  return registry.protocol === 'https:' ? address : `${address}unsafeHttpWhitelist:\n  - ${JSON.stringify(registry.hostname)}\n`;
}
