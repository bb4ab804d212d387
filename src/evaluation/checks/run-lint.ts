import { realpath } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';
import type { LintEvidence, LintFinding } from '../../domain/evidence.ts';
import { tail } from '../../ports/command-evidence.ts';
import type { ProcessResult } from '../../ports/process.ts';
import { linterReports } from './ecosystems/table.ts';
import { mostRead, readForeign } from './read-foreign.ts';
import { relativeFile } from './reports/case-ids.ts';
import { countPrinted } from './reports/lint-counts.ts';
import { parseEslint } from './reports/lint.ts';
import type { Reporting } from './reporting.ts';
import { openReporting } from './reporting.ts';
import { type CheckSetting, environmentOf, processRequest } from './setting.ts';

/** Findings that are kept one by one at most; of more only the numbers are. */
const mostFindings = 500;
const longestMessage = 500;

/** What is kept of what a linter prints, bytes. */
const keepBytes = 16 * 1024 * 1024;

/**
 * Runs the linter of a checkout and tells what it found. One that Miyabi cannot read and that ends with 0 found nothing;
 * one that does not has failed, for its number of findings is not known. So has one that could not be started or was ended.
 *
 * @throws the signal's reason when it is aborted.
 */
export async function runLint(setting: CheckSetting): Promise<LintEvidence> {
  const { lint } = setting.plan;
  if (lint === undefined) return { kind: 'none', reason: 'There is no linter.' };
  await using reporting = await openReporting(setting.reportDirectory);
  const env = reporting.environment(environmentOf(setting), '', { nodeTest: false });
  const result = await setting.process.run({ ...processRequest(setting, lint), env, keepBytes });
  setting.signal?.throwIfAborted();
  const common = { command: lint.shown, durationMs: result.durationMs };
  if (result.end.kind !== 'exited' || !couldStart(result.end.code)) return { kind: 'failed', command: lint.shown, output: tail(result) };
  const findings = await findingsOf(reporting, result, lint.shown);
  if (findings !== undefined) {
    const directory = await realpath(setting.directory);
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    const counts = { errors, warnings: findings.length - errors };
    if (findings.length > mostFindings) return { kind: 'reported', ...common, ...counts };
    return { kind: 'reported', ...common, ...counts, findings: findings.map((finding) => within(finding, directory)) };
  }
  const counts =
    countPrinted(stripVTControlCharacters(`${result.stdout}\n${result.stderr}`)) ??
    (result.end.code === 0 ? { errors: 0, warnings: 0 } : undefined);
  return counts === undefined ? { kind: 'failed', command: lint.shown, output: tail(result) } : { kind: 'reported', ...common, ...counts };
}

/** 126 and 127 are how a shell says that it could not start a program. */
export function couldStart(exitCode: number): boolean {
  return exitCode !== 126 && exitCode !== 127;
}

function within(finding: LintFinding, directory: string): LintFinding {
  return { ...finding, path: relativeFile(finding.path, directory), message: finding.message.slice(0, longestMessage) };
}

/** Of every linter that the command runs. @returns undefined when none of them can be read, or only a part of what they told. */
async function findingsOf(reporting: Reporting, result: ProcessResult, shown: string): Promise<readonly LintFinding[] | undefined> {
  const eslint = await readEslint(reporting);
  if (eslint === 'unreadable' || result.droppedBytes > 0) return undefined;
  const printed = linterReports.flatMap(({ called, parse }) => {
    const found = called === undefined || called.test(shown) ? parse(result.stdout, result.stderr) : undefined;
    return found === undefined ? [] : [found];
  });
  return eslint === undefined && printed.length === 0 ? undefined : [...(eslint ?? []), ...printed.flat()];
}

/** A report that cannot be read, or that eslint did not end, makes all of them unknown. */
async function readEslint(reporting: Reporting): Promise<readonly LintFinding[] | undefined | 'unreadable'> {
  const reports = (await reporting.reports()).filter(({ name }) => name.startsWith('eslint-'));
  const all: LintFinding[] = [];
  let left = mostRead;
  for (const { name, path } of reports) {
    const written = (await readForeign(path, left)) ?? '';
    const { state, text } = reporting.unseal(written, name);
    const findings = state === 'whole' ? parseEslint(text) : undefined;
    if (findings === undefined) return 'unreadable';
    left -= text.length;
    all.push(...findings);
  }
  return reports.length === 0 ? undefined : all;
}
