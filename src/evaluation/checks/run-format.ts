import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { FormatEvidence } from '../../domain/evidence.ts';
import { tail } from '../../ports/command-evidence.ts';
import { openReporting } from './reporting.ts';
import { relativeFile } from './reports/case-ids.ts';
import { parseBiome } from './reports/lint.ts';
import { parseUnformatted } from './reports/unformatted.ts';
import { couldStart } from './run-lint.ts';
import { type CheckSetting, environmentOf, processRequest } from './setting.ts';

/** Lines of output that are tried as paths at most, and files that are kept. */
const mostLines = 5_000;

/**
 * Runs the format check of a checkout and tells which files are not formatted: those that the command names and that are there. One that
 * does not end with 0 and names none has failed, for the number is not known.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function runFormat(setting: CheckSetting): Promise<FormatEvidence> {
  const { format } = setting.plan;
  if (format === undefined) return { kind: 'none', reason: 'There is no format check.' };
  await using reporting = await openReporting(setting.reportDirectory);
  const env = { ...reporting.environment(environmentOf(setting), '', { nodeTest: false }), NO_COLOR: '1' };
  const result = await setting.process.run({ ...processRequest(setting, format), env });
  setting.signal?.throwIfAborted();
  if (result.end.kind !== 'exited' || !couldStart(result.end.code)) return { kind: 'failed', command: format.shown, output: tail(result) };
  const biome = parseBiome(result.stdout)?.filter(({ rule }) => rule === 'format' || rule.startsWith('assist/'));
  const printed = stripVTControlCharacters(`${result.stdout}\n${result.stderr}`)
    .replaceAll(/ \(\d{1,9}ms\)$/gm, '')
    .replaceAll(/^from (.{1,4000}):$/gm, '$1');
  const named = biome?.map(({ path }) => path) ?? parseUnformatted(printed, { paths: true });
  const files = await thoseThere(await realpath(setting.directory), named.slice(0, mostLines));
  if (files.length === 0 && result.end.code !== 0) return { kind: 'failed', command: format.shown, output: tail(result) };
  return { kind: 'reported', command: format.shown, files };
}

/** Anything that is printed could be a path; one that leads to a file of the checkout is. */
async function thoseThere(directory: string, named: readonly string[]): Promise<string[]> {
  const paths = new Set(named.map((path) => relativeFile(path.trim(), directory)).filter((path) => path !== '' && !path.startsWith('..')));
  const there: string[] = [];
  for (const path of paths) {
    const status = await lstat(join(directory, path)).catch(() => undefined);
    if (status?.isFile() === true) there.push(path);
  }
  return there.toSorted();
}
