import { shownDatabaseAddress } from '../domain/database-address.ts';
import { holdInWords } from '../domain/config-holds.ts';
import { keysUnder } from '../domain/config-place.ts';
import { exitCode, Failure } from '../domain/failure.ts';
import type { ConfigKey } from '../domain/config.ts';
import type { ExplainedValue } from '../domain/resolve-config.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import type { ConfigOptions } from './config-layers.ts';
import { layersOf } from './config-layers.ts';
import type { Shell } from './shell.ts';

/**
 * `miyabi config explain [key]`: every key with its value, where that comes from, and what it means.
 *
 * @throws Failure (configuration) when a source is wrong; people are shown the meaning and the defaults before, because that failure sends them here.
 */
export async function explainConfig(shell: Shell, key: string | undefined, options: ConfigOptions): Promise<number> {
  const { explained, failure } = await valuesThatHold(shell, options);
  const under = key === undefined ? undefined : new Set(keysUnder(key));
  const wanted = explained.filter(({ key: known }) => under?.has(known) !== false);
  if (options.json === true) {
    if (failure !== undefined) throw failure;
    shell.out(`${JSON.stringify({ type: 'config', schemaVersion: 1, keys: wanted.map(asData) })}\n`);
    return exitCode.done;
  }
  const { bold, dim } = shell.colours;
  for (const { key: known, value, source, origin } of wanted) {
    shell.out(
      `${bold(known.path)} = ${value === undefined ? '(not set)' : JSON.stringify(shownValue(known, value))}  ${dim(source === 'default' ? 'default' : `from ${origin}`)}\n`,
    );
    shell.out(
      `    ${known.description} ${dim(`${known.variable}${known.userOnly ? ', not from a repository' : ''}${known.lowerOnly ? ', a repository may only lower it' : ''}, ${holdInWords[known.holds]}`)}\n`,
    );
  }
  if (failure !== undefined) throw failure;
  return exitCode.done;
}

/** The defaults alone where a source is wrong, and what is wrong. */
async function valuesThatHold(
  shell: Shell,
  options: ConfigOptions,
): Promise<{ readonly explained: readonly ExplainedValue[]; readonly failure: Failure | undefined }> {
  try {
    return { explained: resolveConfig(await layersOf(shell, options)).explained, failure: undefined };
  } catch (error) {
    if (!(error instanceof Failure && error.reason === 'configuration')) throw error;
    return { explained: resolveConfig([]).explained, failure: error };
  }
}

function asData({ key, value, source, origin }: ExplainedValue) {
  const { path, variable, description, userOnly, lowerOnly, holds } = key;
  return { key: path, value: shownValue(key, value) ?? null, source, origin, variable, description, userOnly, lowerOnly, holds };
}

/** A value as people may see it. */
export function shownValue({ holdsPassword }: Pick<ConfigKey, 'holdsPassword'>, value: unknown): unknown {
  return holdsPassword && value !== undefined ? withoutPassword(value) : value;
}

function withoutPassword(address: unknown): string {
  return shownDatabaseAddress(String(address)) ?? '(not shown: it cannot be read, and may hold a password)';
}
