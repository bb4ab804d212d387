import type { LintEvidence } from '../../domain/evidence.ts';
import { tail } from '../../ports/command-evidence.ts';
import { parseEslint, parseLintOutput } from './reports/lint.ts';
import { mostRead, readForeign } from './read-foreign.ts';
import type { Reporting } from './reporting.ts';
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
  const counts = (await readEslint(reporting)) ?? parseLintOutput(`${result.stdout}\n${result.stderr}`);
  if (counts !== undefined) return { kind: 'reported', command: lint.shown, ...counts, durationMs: result.durationMs };
  if (result.end.kind === 'exited' && result.end.code === 0) {
    return { kind: 'reported', command: lint.shown, warnings: 0, errors: 0, durationMs: result.durationMs };
  }
  return { kind: 'failed', command: lint.shown, output: tail(result) };
}

/** A report that cannot be read makes all of them unknown. */
async function readEslint(reporting: Reporting): Promise<{ warnings: number; errors: number } | undefined> {
  const reports = (await reporting.reports()).filter(({ name }) => name.startsWith('eslint-'));
  const sum = { warnings: 0, errors: 0 };
  let left = mostRead;
  for (const { name, path } of reports) {
    const written = (await readForeign(path, left)) ?? '';
    const { state, text } = reporting.unseal(written, name);
    const counts = state === 'whole' ? parseEslint(text) : undefined;
    if (counts === undefined) return undefined;
    left -= text.length;
    sum.warnings += counts.warnings;
    sum.errors += counts.errors;
  }
  return reports.length === 0 ? undefined : sum;
}
