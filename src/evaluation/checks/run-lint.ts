import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LintEvidence } from '../../domain/evidence.ts';
import { tail } from '../../ports/command-evidence.ts';
import { parseEslint, parseLintOutput } from './parse-lint.ts';
import { openReporting } from './reporting.ts';
import { type CheckSetting, processRequest } from './setting.ts';

/**
 * Runs the linter of a checkout and counts what it found. A linter that Miyabi cannot read and that ends with 0 found nothing;
 * one that does not has failed, for its number of findings is not known.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function runLint(setting: CheckSetting): Promise<LintEvidence> {
  const { lint } = setting.plan;
  if (lint === undefined) return { kind: 'none', reason: 'There is no linter.' };
  await using reporting = await openReporting(setting.reportDirectory);
  const env = reporting.environment(setting.environment, '', { nodeTest: false });
  const result = await setting.process.run({ ...processRequest(setting, lint), env });
  setting.signal?.throwIfAborted();
  const counts = (await readEslint(reporting.directory)) ?? parseLintOutput(`${result.stdout}\n${result.stderr}`);
  if (counts !== undefined) return { kind: 'reported', command: lint.shown, ...counts, durationMs: result.durationMs };
  if (result.end.kind === 'exited' && result.end.code === 0) {
    return { kind: 'reported', command: lint.shown, warnings: 0, errors: 0, durationMs: result.durationMs };
  }
  return { kind: 'failed', command: lint.shown, output: tail(result) };
}

async function readEslint(directory: string): Promise<{ warnings: number; errors: number } | undefined> {
  const names = (await readdir(directory)).filter((name) => name.startsWith('eslint-'));
  const counts = await Promise.all(names.map(async (name) => parseEslint(await readFile(join(directory, name), 'utf8'))));
  const known = counts.filter((count) => count !== undefined);
  if (known.length === 0 || known.length < counts.length) return undefined;
  return known.reduce((sum, count) => ({ warnings: sum.warnings + count.warnings, errors: sum.errors + count.errors }));
}
