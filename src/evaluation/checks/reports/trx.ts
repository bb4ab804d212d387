import type { ReportedCase } from './case-ids.ts';
import type { ParsedReport } from './parsed-report.ts';
import { attributeOf, childrenOf, parseXml, textOf, type XmlNode } from './xml.ts';

/** What is neither: not run, or run without a verdict. */
const verdicts: Readonly<Record<string, ReportedCase['status']>> = {
  Passed: 'passed',
  PassedButRunAborted: 'passed',
  Failed: 'failed',
  Error: 'failed',
  Timeout: 'failed',
  Aborted: 'failed',
  Disconnected: 'failed',
};

/** Reads TRX, the report of `dotnet test --logger trx`. @returns undefined when it is something else; `complete` unless the run was broken off. */
export function parseTrx(text: string): ParsedReport | undefined {
  const run = parseXml(text)?.find((node) => 'TestRun' in node);
  if (run === undefined) return undefined;
  const cases = inside(run, 'Results').flatMap((results) => inside(results, 'UnitTestResult').map(caseOf));
  const outcome = inside(run, 'ResultSummary').map((summary) => attributeOf(summary, 'outcome'))[0];
  return { cases, complete: outcome === 'Completed' || outcome === 'Passed' || outcome === 'Failed' || outcome === 'Warning' };
}

function caseOf(result: XmlNode): ReportedCase {
  const failure = inside(result, 'Output').flatMap((output) => inside(output, 'ErrorInfo').flatMap((info) => inside(info, 'Message')))[0];
  return {
    names: [attributeOf(result, 'testName') ?? ''],
    status: verdicts[attributeOf(result, 'outcome') ?? ''] ?? 'skipped',
    message: failure === undefined ? undefined : textOf(failure),
    durationMs: durationOf(attributeOf(result, 'duration')),
  };
}

/** `00:00:01.2345678`. */
function durationOf(text: string | undefined): number | undefined {
  const parts = /^(\d{1,4}):(\d\d):(\d\d(?:\.\d{1,9})?)$/.exec(text ?? '');
  return parts === null ? undefined : (Number(parts[1]) * 3_600 + Number(parts[2]) * 60 + Number(parts[3])) * 1_000;
}

function inside(node: XmlNode, tag: string): readonly XmlNode[] {
  return childrenOf(node).filter((child) => tag in child);
}
