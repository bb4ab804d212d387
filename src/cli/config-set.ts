import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { holdInWords } from '../domain/config-holds.ts';
import { placeInConfig } from '../domain/config-place.ts';
import { exitCode, Failure } from '../domain/failure.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import { setValue } from '../operations/configuration/set-value.ts';
import type { WrittenFile } from '../operations/configuration/set-value.ts';
import { repositoryFiles } from '../operations/repository-configuration.ts';
import type { ConfigOptions } from './config-layers.ts';
import type { Shell } from './shell.ts';

/**
 * `miyabi config set <key> <value>` and `unset <key>`: changes the user's own file, or with `--repo` that of a repository as it lies in its folder.
 *
 * @param text the value; undefined takes it out. @throws Failure: see {@link setValue}; nothing is written then.
 */
export async function setConfig(shell: Shell, name: string, text: string | undefined, options: ConfigOptions): Promise<number> {
  const { path, files } = await shell.configurationFile();
  const file = options.repo === undefined ? await ownFile(shell, path) : await fileOfRepository(shell, options.repo, options);
  const { key, isChanged, before, value } = await setValue(files, file, name, text);
  const { key: known } = placeInConfig(name);
  const holdingNow = file.source === 'user' ? await stoodOver(shell, known.path) : undefined;
  if (options.json === true) {
    const told = { key, path: file.path, changed: isChanged, before: before ?? null, value: value ?? null, holds: known.holds };
    shell.out(`${JSON.stringify({ type: 'config.set', schemaVersion: 1, ...told, overriddenBy: holdingNow ?? null })}\n`);
    return exitCode.done;
  }
  if (!isChanged) shell.out(`${file.path} has it so already.\n`);
  else shell.out(`${key} ${value === undefined ? 'is taken out of' : `= ${JSON.stringify(value)} stands in`} ${file.path}.\n`);
  if (file.source === 'repository') shell.err('It holds for runs that start from a commit that has it.\n');
  else if (isChanged) shell.err(`Where a service runs it ${holdInWords[known.holds]}.\n`);
  if (holdingNow !== undefined) shell.err(`Another value holds meanwhile, from ${holdingNow}.\n`);
  return exitCode.done;
}

async function ownFile(shell: Shell, path: string): Promise<WrittenFile> {
  const beside = await shell.configuration().catch(unlessConfiguration);
  return { path, source: 'user', beside: (beside ?? []).filter(({ source }) => source !== 'user') };
}

/** A file that does not hold as it is can be mended by this very command. */
function unlessConfiguration(error: unknown): undefined {
  if (!(error instanceof Failure && error.reason === 'configuration')) throw error;
}

/** The file as it lies in the folder, because that is where people change it; the last commit is what runs read. */
async function fileOfRepository(shell: Shell, folder: string, options: ConfigOptions): Promise<WrittenFile> {
  const beside = await shell.configuration();
  await using app = await shell.open(options);
  const inspection = await (await app.tools.git()).inspect(resolve(shell.cwd, folder));
  if (inspection.kind !== 'repository') throw noRepository(folder);
  const there: string[] = [];
  for (const name of repositoryFiles) if (await isThere(join(inspection.root, name))) there.push(name);
  return { path: join(inspection.root, there[0] ?? 'miyabi.config.yaml'), source: 'repository', beside };
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

function noRepository(folder: string): Failure {
  return new Failure('usage', {
    what: `${folder} is in no git repository.`,
    why: 'The configuration of a repository lies at its root.',
    fix: 'Name a folder of one, or leave --repo out: then your own configuration is changed.',
  });
}

/** Which stronger source keeps the user's file from being heard, in words. */
async function stoodOver(shell: Shell, path: string): Promise<string | undefined> {
  const found = resolveConfig(await shell.configuration()).explained.find(({ key }) => key.path === path);
  return found?.source === 'flag' || found?.source === 'environment' ? `${found.origin} (${found.key.variable})` : undefined;
}
