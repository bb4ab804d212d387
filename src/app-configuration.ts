import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { configFiles, configFolder } from './app-state-root.ts';
import type { ConfigLayer } from './domain/resolve-config.ts';
import { environmentLayer, resolveConfig } from './domain/resolve-config.ts';
import { parseConfiguration } from './operations/repository-configuration.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Flags, environment and the user's own file. The user's file may be TypeScript, because it is the user's; a
 * repository's may not, because it is foreign code.
 *
 * @throws Failure (configuration) for a file that cannot be read.
 */
export async function ownConfiguration(
  environment: Environment,
  flags: Readonly<Record<string, unknown>>,
): Promise<readonly ConfigLayer[]> {
  const layers: ConfigLayer[] = [
    { source: 'flag', origin: 'the command line', values: flags },
    environmentLayer(environment),
    ...(await userFile(configFolder(environment))),
  ];
  resolveConfig(layers);
  return layers;
}

/** Where the user's own file lies, or would: the first of its names that is there. */
export async function ownConfigurationFile(environment: Environment): Promise<string> {
  const folder = configFolder(environment);
  for (const name of configFiles) if ((await stat(join(folder, name)).catch(unlessAbsent)) !== undefined) return join(folder, name);
  return join(folder, 'config.yaml');
}

async function userFile(folder: string): Promise<ConfigLayer[]> {
  for (const name of configFiles) {
    const path = join(folder, name);
    const text = await readFile(path, 'utf8').catch(unlessAbsent);
    if (text === undefined) continue;
    const values = name.endsWith('.ts') ? await valuesOfProgram(path) : await parseConfiguration(path, text);
    return [{ source: 'user', origin: path, values }];
  }
  return [];
}

/** A changed file is another module: what was loaded once stays as it is as long as the process lives. */
async function valuesOfProgram(path: string): Promise<unknown> {
  const { mtimeMs } = await stat(path);
  return ((await import(`${pathToFileURL(path).href}?changed=${mtimeMs}`)) as { readonly default: unknown }).default;
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
}
