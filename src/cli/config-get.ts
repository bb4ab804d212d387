import { placeInConfig, valueWithin } from '../domain/config-place.ts';
import { exitCode, Failure } from '../domain/failure.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import { shownValue } from './config.ts';
import type { ConfigOptions } from './config-layers.ts';
import { layersOf } from './config-layers.ts';
import type { Shell } from './shell.ts';

/**
 * `miyabi config get <key>`: the value that holds, alone on a line: a text as it is, anything else as JSON.
 *
 * @throws Failure: usage for an unknown key, notFoundOrLocked where nothing is set, configuration for a source that is wrong.
 */
export async function getConfig(shell: Shell, name: string, options: ConfigOptions): Promise<number> {
  const { key, within } = placeInConfig(name);
  const { explained } = resolveConfig(options.repo === undefined ? await shell.configuration() : await layersOf(shell, options));
  const { value: whole, source, origin } = explained.find(({ key: known }) => known === key)!;
  const value = valueWithin(shownValue(key, whole), within);
  if (options.json === true) {
    shell.out(`${JSON.stringify({ type: 'config.value', schemaVersion: 1, key: name, value: value ?? null, source, origin })}\n`);
    return exitCode.done;
  }
  if (value === undefined) throw notSet(name);
  shell.out(`${typeof value === 'string' ? value : JSON.stringify(value)}\n`);
  return exitCode.done;
}

function notSet(name: string): Failure {
  return new Failure('notFoundOrLocked', {
    what: `${name} is not set.`,
    why: 'No source gives it a value, and it has none by default.',
    fix: `\`miyabi config set ${name} <value>\` sets it; \`miyabi config explain ${name}\` says what it means.`,
  });
}
