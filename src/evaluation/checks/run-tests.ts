import { realpath } from 'node:fs/promises';
import type { TestCommand } from '../../domain/checks.ts';
import type { TestCase, TestEvidence } from '../../domain/evidence.ts';
import { tail } from '../../ports/command-evidence.ts';
import type { ProcessRequest, ProcessResult } from '../../ports/process.ts';
import { watchPasses } from './early.ts';
import { isItself } from './ecosystems/ecosystem.ts';
import { runnerReports } from './ecosystems/table.ts';
import { ownReports } from './own-reports.ts';
import { mostRead } from './read-foreign.ts';
import { parsed, readReports, type TestReport } from './read-reports.ts';
import { wholeFile } from './reports/case-ids.ts';
import type { Reporting } from './reporting.ts';
import { openReporting } from './reporting.ts';
import { couldStart } from './run-lint.ts';
import { type CheckSetting, environmentOf, processRequest } from './setting.ts';

/** Exit codes that shells give where there was none: 127 not started, 137 killed. */
const shellCodes = { 'not-started': 127, signalled: 137, cancelled: 137, timeout: 137 } as const;

/**
 * Runs the tests of a checkout once. The report of the runner is believed, not what it prints and not its exit code;
 * where they contradict each other, `notes` says so.
 *
 * @throws the signal's reason when it is aborted; never for what the tests do.
 */
export async function runTests(setting: CheckSetting): Promise<TestEvidence> {
  const { test } = setting.plan;
  if (test === undefined) {
    const reason = setting.plan.reasons.find((sentence) => /^No (?:tests|project)/.test(sentence));
    return { kind: 'none', reason: reason ?? 'No command that runs tests was found.' };
  }
  const first = await runOnce(setting, test, true);
  // A program of the project that starts node:test with reporters of its own is refused by Node when there are ours as well.
  const refused = first.report === undefined && /--test-reporter/.test(first.result.stdout + first.result.stderr);
  if (!refused) return testEvidence(first.result, first.report, test.runner !== 'unknown');
  const second = await runOnce(setting, test, false);
  return testEvidence(second.result, second.report, false);
}

async function runOnce(
  setting: CheckSetting,
  test: TestCommand,
  nodeTest: boolean,
): Promise<{ result: ProcessResult; report: TestReport | undefined }> {
  await using reporting = await openReporting(setting.reportDirectory);
  const directory = await realpath(setting.directory);
  const runner = runnerReports.find((known) => known.runner === test.runner);
  const own = ownReports(directory, test, runner);
  const isRunner = runner !== undefined && isItself(runner, test.command);
  const isPrinted = isRunner && runner.printed === true;
  await own.removeStale();
  const file = reporting.fileOf(runner?.name ?? 'unknown');
  const env = reporting.environment(environmentOf(setting), test.script ?? test.command.join(' '), { nodeTest });
  const request = {
    ...processRequest(setting, test),
    env: { ...env, ...runner?.environment?.(file, env) },
    command: [...test.command, ...(isRunner ? (runner?.arguments?.(file) ?? []) : [])] as const,
    ...(isPrinted ? { keepBytes: mostRead } : {}),
  };
  const result = await runWatched(setting, request, reporting, directory);
  setting.signal?.throwIfAborted();
  const ended = result.end.kind === 'timeout';
  const others = [...(await own.read(ended))];
  if (isPrinted) {
    const printed = await parsed(runner, result.droppedBytes === 0 ? result.stdout : '', ended);
    // Who reports into files as well may have nothing to print.
    if (printed.report !== undefined || runner.sealed !== true) others.push(printed);
  }
  const report = await readReports({ reporting, directory, others, ended });
  return { result, report };
}

/** Tests of which none passes for long are ended, as if their time was up. */
async function runWatched(setting: CheckSetting, request: ProcessRequest, reporting: Reporting, directory: string): Promise<ProcessResult> {
  if (setting.early === undefined) return await setting.process.run(request);
  await using watch = watchPasses(reporting, directory, setting.early);
  const signal = request.signal === undefined ? watch.signal : AbortSignal.any([request.signal, watch.signal]);
  const result = await setting.process.run({ ...request, signal });
  const isEarly = watch.signal.aborted && result.end.kind === 'cancelled';
  return isEarly ? { ...result, end: { kind: 'timeout', afterMs: setting.early.noPassMs } } : result;
}

/** @param expected the runner is one that leaves a report: without one it cannot have passed. */
export function testEvidence(result: ProcessResult, report: TestReport | undefined, expected: boolean): TestEvidence {
  if (result.end.kind === 'timeout') return { kind: 'timeout', afterMs: result.end.afterMs, cases: endedByThemselves(report) };
  const exitCode = result.end.kind === 'exited' ? result.end.code : shellCodes[result.end.kind];
  const { durationMs } = result;
  if (report === undefined || (report.cases.length === 0 && !report.complete)) {
    const output = [tail(result), ...(expected ? ['The test runner left no report.'] : [])].join('\n').trim();
    const unknown = whyUnknown(result);
    return {
      kind: 'exit-code',
      passed: exitCode === 0 && !expected,
      exitCode,
      output,
      durationMs,
      ...(unknown === undefined ? {} : { unknown }),
    };
  }
  const failed = report.cases.filter((test) => test.status === 'failed').length;
  const notes: string[] = [];
  if (exitCode === 0 && failed > 0) notes.push(`The command ended with 0 although ${failed} of its tests failed.`);
  if (exitCode !== 0 && failed === 0) notes.push(`The command ended with ${exitCode} although no test failed: ${lastLine(result)}`);
  notes.push(...report.doubts);
  if (!report.complete && report.doubts.length === 0) notes.push('The run ended before its report did.');
  return {
    kind: 'reported',
    runner: report.runner,
    cases: report.cases,
    exitCode,
    durationMs,
    notes,
    ...(report.complete ? {} : { incomplete: true }),
  };
}

/** How shells say that there is no such program, also where whoever called the shell ends with a code of its own. */
const notFound = /^(?:\/bin\/)?(?:ba|da)?sh: (?:line )?(?:\d{1,6}: )?.{1,200}: (?:command )?not found$/m;

/** A command that did not begin, or that crashed before it had reported anything, tells nothing of the tests. */
function whyUnknown({ end, stderr, stdout }: ProcessResult): string | undefined {
  if (end.kind === 'not-started') return `The test command could not be started: ${end.reason}`;
  if (end.kind === 'signalled') return `The test command was ended by ${end.signal}.`;
  if (end.kind !== 'exited' || end.code === 0) return undefined;
  const said = notFound.exec(stderr.slice(-20_000))?.[0] ?? notFound.exec(stdout.slice(-20_000))?.[0];
  if (!couldStart(end.code) || said !== undefined) return `The test command could not be started: ${said ?? `it ended with ${end.code}`}.`;
  // A shell adds the number of the signal to 128.
  return end.code > 128 && end.code < 160 ? `The test command crashed: it ended with ${end.code}.` : undefined;
}

/** A runner that is told to end may still report the files it had to break off as failed: these say nothing. */
function endedByThemselves(report: TestReport | undefined): readonly TestCase[] {
  return (report?.cases ?? []).filter((entry) => entry.status !== 'failed' || !entry.id.endsWith(wholeFile));
}

function lastLine(result: ProcessResult): string {
  return tail(result).trimEnd().split('\n').at(-1)?.slice(0, 200) ?? '';
}
