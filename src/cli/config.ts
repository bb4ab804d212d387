import { resolve } from 'node:path';
import { shownDatabaseAddress } from '../domain/database-address.ts';
import { Failure } from '../domain/failure.ts';
import type { ExplainedValue } from '../domain/resolve-config.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import { readRepositoryConfiguration } from '../operations/repository-configuration.ts';
import type { GlobalOptions, Shell } from './shell.ts';

/**
 * `miyabi config explain [key]`: every key with its value, where that comes from, and what it means.
 *
 * @throws Failure (configuration) when a source is wrong, after the meaning and the defaults have been shown: that failure sends people here.
 */
export async function explainConfig(
  shell: Shell,
  key: string | undefined,
  options: GlobalOptions & { readonly repo?: string },
): Promise<number> {
  const { explained, failure } = await valuesThatHold(shell, options);
  const wanted = explained.filter(({ key: known }) => key === undefined || known.path === key || known.path.startsWith(`${key}.`));
  if (wanted.length === 0) {
    throw new Failure('usage', {
      what: `There is no key ${JSON.stringify(key)}.`,
      why: 'No key has this name or begins with it.',
      fix: '`miyabi config explain` lists all keys.',
    });
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
  return 0;
}

/** The defaults alone where a source is wrong, and what is wrong. */
async function valuesThatHold(
  shell: Shell,
  options: GlobalOptions & { readonly repo?: string },
): Promise<{ readonly explained: readonly ExplainedValue[]; readonly failure: Failure | undefined }> {
  try {
    return { explained: resolveConfig(await layers(shell, options)).explained, failure: undefined };
  } catch (error) {
    if (!(error instanceof Failure && error.reason === 'configuration')) throw error;
    return { explained: resolveConfig([]).explained, failure: error };
  }
}

/** A repository's file is read from its HEAD; outside a repository there is none. */
async function layers(shell: Shell, options: GlobalOptions & { readonly repo?: string }) {
  const own = await shell.configuration();
  await using app = await shell.open(options);
  const git = await app.tools.git();
  const inspection = await git.inspect(resolve(shell.cwd, options.repo ?? '.'));
  if (inspection.kind !== 'repository') return own;
  const { id } = await app.tools.ledger.repository(inspection.root);
  const mirror = await git.mirror(app.tools.state.mirror(id), inspection.root, inspection.head);
  return [...own, ...(await readRepositoryConfiguration(mirror, inspection.head, await mirror.listFiles(inspection.head)))];
}

/** An address without its password. */
function shown({ holdsPassword }: ExplainedValue['key'], value: unknown): string {
  if (!holdsPassword) return JSON.stringify(value);
  return JSON.stringify(shownDatabaseAddress(String(value))) ?? '(not shown: it cannot be read, and may hold a password)';
}
