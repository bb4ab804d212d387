import type { CheckEvidence, CommandEvidence, FormatEvidence, LintEvidence, TestEvidence } from '../domain/evidence.ts';
import type { AnalysisEvidence, SecurityEvidence } from '../domain/security.ts';
import type { CheckName, Signal } from '../domain/signals.ts';
import type { Telemetry } from '../ports/telemetry.ts';

type Judged = Omit<Extract<Signal, { readonly type: 'check.judged' }>, 'type' | 'check'>;

/** Tells what the checks of a commit said, and what the analyses of a change have found. */
export function tellChecks(telemetry: Telemetry, check: CheckEvidence, security?: SecurityEvidence): void {
  for (const [name, judged] of judgedChecks(check)) telemetry.tell({ type: 'check.judged', check: name, ...judged });
  for (const analysis of security?.analyses ?? []) {
    telemetry.tell({ type: 'check.judged', check: analysis.analysis, ...judgedAnalysis(analysis) });
    if (analysis.kind !== 'analysed') continue;
    for (const { level } of analysis.findings) telemetry.tell({ type: 'finding', kind: analysis.analysis, severity: level });
  }
}

function judgedChecks({ install, build, typeCheck, lint, format, tests }: CheckEvidence): readonly (readonly [CheckName, Judged])[] {
  return [
    ['install', judgedCommand(install)],
    ['build', judgedCommand(build)],
    ['type-check', judgedCommand(typeCheck)],
    ['lint', judgedLint(lint)],
    ['format', judgedFormat(format)],
    ['tests', judgedTests(tests)],
  ];
}

function judgedCommand(evidence: CommandEvidence): Judged {
  if (evidence.kind === 'none') return { result: 'unknown' };
  return { result: evidence.kind === 'passed' ? 'pass' : 'fail', ms: evidence.durationMs };
}

/** Warnings speak against nobody by themselves. */
function judgedLint(evidence: LintEvidence): Judged {
  if (evidence.kind !== 'reported') return { result: 'unknown' };
  return { result: evidence.errors === 0 ? 'pass' : 'fail', ms: evidence.durationMs };
}

function judgedFormat(evidence: FormatEvidence | undefined): Judged {
  if (evidence?.kind !== 'reported') return { result: 'unknown' };
  return { result: evidence.files.length === 0 ? 'pass' : 'fail' };
}

function judgedTests(evidence: TestEvidence): Judged {
  switch (evidence.kind) {
    case 'none':
      return { result: 'unknown' };
    case 'timeout':
      return { result: 'fail', ms: evidence.afterMs };
    case 'exit-code':
      return { result: evidence.unknown === undefined ? passed(evidence.passed) : 'unknown', ms: evidence.durationMs };
    case 'reported': {
      const isGreen = evidence.incomplete !== true && !evidence.cases.some(({ status }) => status === 'failed');
      return { result: passed(isGreen), ms: evidence.durationMs };
    }
  }
}

/** What is light costs points and is no failure. */
function judgedAnalysis(evidence: AnalysisEvidence): Judged {
  if (evidence.kind !== 'analysed') return { result: 'unknown' };
  const isGrave = evidence.findings.some(({ level }) => level === 'high' || level === 'critical');
  return { result: passed(!isGrave), ms: evidence.durationMs };
}

function passed(is: boolean): 'pass' | 'fail' {
  return is ? 'pass' : 'fail';
}
