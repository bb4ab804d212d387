import { resolve } from 'node:path';
import { shownDatabaseAddress } from '../domain/database-address.ts';
import { exitCode, Failure } from '../domain/failure.ts';
import type { ExplainedValue } from '../domain/resolve-config.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import { readRepositoryConfiguration } from '../operations/repository-configuration.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface ExplainOptions extends GlobalOptions {
  readonly repo?: string;
  readonly json?: boolean;
}

/**
 * `miyabi config explain [key]`: every key with its value, where that comes from, and what it means.
 *
 * @throws Failure (configuration) when a source is wrong; people are shown the meaning and the defaults before, because that failure sends them here.
 */
export async function explainConfig(shell: Shell, key: string | undefined, options: ExplainOptions): Promise<number> {
  const { explained, failure } = await valuesThatHold(shell, options);
  const wanted = explained.filter(({ key: known }) => key === undefined || known.path === key || known.path.startsWith(`${key}.`));
  if (wanted.length === 0) {
    throw new Failure('usage', {
      what: `There is no key ${JSON.stringify(key)}.`,
      why: 'No key has this name or begins with it.',
      fix: '`miyabi config explain` lists all keys.',
    });
  }
  if (options.json === true) {
    if (failure !== undefined) throw failure;
    shell.out(`${JSON.stringify({ type: 'config', schemaVersion: 1, keys: wanted.map(asData) })}\n`);
    return exitCode.done;
  }
  const { bold, dim } = shell.colours;
  for (const { key: known, value, source, origin } of wanted) {
    shell.out(
      `${bold(known.path)} = ${value === undefined ? '(not set)' : shown(known, value)}  ${dim(source === 'default' ? 'default' : `from ${origin}`)}\n`,
    );
    shell.out(
      `    ${known.description} ${dim(`${known.variable}${known.userOnly ? ', not from a repository' : ''}${known.lowerOnly ? ', a repository may only lower it' : ''}`)}\n`,
    );
  }
  if (failure !== undefined) throw failure;
  return exitCode.done;
}

/** The defaults alone where a source is wrong, and what is wrong. */
async function valuesThatHold(
  shell: Shell,
  options: ExplainOptions,
): Promise<{ readonly explained: readonly ExplainedValue[]; readonly failure: Failure | undefined }> {
  try {
    return { explained: resolveConfig(await layers(shell, options)).explained, failure: undefined };
  } catch (error) {
    if (!(error instanceof Failure && error.reason === 'configuration')) throw error;
    return { explained: resolveConfig([]).explained, failure: error };
  }
}

/** A repository's file is read from its HEAD; outside a repository there is none. */
async function layers(shell: Shell, options: ExplainOptions) {
  const own = await shell.configuration();
  await using app = await shell.open(options);
  const git = await app.tools.git();
  const inspection = await git.inspect(resolve(shell.cwd, options.repo ?? '.'));
  if (inspection.kind !== 'repository') return own;
  const { id } = await app.tools.ledger.repository(inspection.root);
  const mirror = await git.mirror(app.tools.state.mirror(id), inspection.root, inspection.head);
  return [...own, ...(await readRepositoryConfiguration(mirror, inspection.head, await mirror.listFiles(inspection.head)))];
}

function asData({ key, value, source, origin }: ExplainedValue) {
  const { path, variable, description, userOnly, lowerOnly, holdsPassword } = key;
  const told = value === undefined ? null : holdsPassword ? withoutPassword(value) : value;
  return { key: path, value: told, source, origin, variable, description, userOnly, lowerOnly };
}

function shown({ holdsPassword }: ExplainedValue['key'], value: unknown): string {
  return JSON.stringify(holdsPassword ? withoutPassword(value) : value);
}

function withoutPassword(address: unknown): string {
  return shownDatabaseAddress(String(address)) ?? '(not shown: it cannot be read, and may hold a password)';
}
