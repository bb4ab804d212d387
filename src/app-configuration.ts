import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { diskConfigurationFiles } from './adapters/configuration-files.ts';
import { configFiles, configFolder } from './app-state-root.ts';
import { Failure } from './domain/failure.ts';
import type { ConfigLayer } from './domain/resolve-config.ts';
import { environmentLayer, resolveConfig } from './domain/resolve-config.ts';
import { parseConfiguration } from './operations/repository-configuration.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Flags, environment and the user's own file. The user's file may be TypeScript, because it is the user's; a
 * repository's may not, because it is foreign code.
 *
 * @throws Failure (configuration) for a file that cannot be read, and for two of them.
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

/** Where the user's own file lies, or would. @throws Failure (configuration) for two of them, and where that cannot be seen. */
export async function ownConfigurationFile(environment: Environment): Promise<string> {
  const folder = configFolder(environment);
  return (await fileIn(folder)) ?? join(folder, 'config.yaml');
}

async function userFile(folder: string): Promise<ConfigLayer[]> {
  const path = await fileIn(folder);
  const text = path === undefined ? undefined : await diskConfigurationFiles.read(path);
  if (path === undefined || text === undefined) return [];
  const values = path.endsWith('.ts') ? await valuesOfProgram(path) : await parseConfiguration(path, text);
  return [{ source: 'user', origin: path, values }];
}

async function fileIn(folder: string): Promise<string | undefined> {
  const found: string[] = [];
  for (const path of configFiles.map((name) => join(folder, name))) if (await isThere(path)) found.push(path);
  if (found.length > 1) {
    throw new Failure('configuration', {
      what: `There are ${found.join(' and ')}.`,
      why: 'It is not clear which of them holds.',
      fix: 'Keep one.',
    });
  }
  return found[0];
}

/** A changed file is another module: what was loaded once stays as it is as long as the process lives. */
async function valuesOfProgram(path: string): Promise<unknown> {
  const { mtimeMs } = await stat(path);
  return ((await import(`${pathToFileURL(path).href}?changed=${mtimeMs}`)) as { readonly default: unknown }).default;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    const fix = 'Let this user look into its folder, or name another one as XDG_CONFIG_HOME.';
    throw new Failure('configuration', { what: `${path} cannot be read.`, why: `The system says: ${message}.`, fix }, { cause });
  }
}
