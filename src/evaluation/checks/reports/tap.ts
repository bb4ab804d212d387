import { Parser, type Result } from 'tap-parser';
import type { ReportedCase } from './case-ids.ts';
import type { ParsedReport } from './parsed-report.ts';

/** Subtests within subtests that are followed; what is deeper makes a report unreadable. */
const mostNested = 64;

/** The subtest that was told last at some level, until the line that closes it. */
interface OpenSubtest {
  readonly name: string;
  /** Its tests, also those of subtests of its own, and how many of them failed. */
  readonly count: number;
  readonly failed: number;
}

/**
 * Reads TAP 13 and 14, as ava, tap, tape, bats and node:test print it. The line that closes a subtest is no test unless the subtest
 * told of none, or failed although none of its tests did. `todo` and `skip` are skipped.
 *
 * @returns undefined when it is something else; `complete` is false after a bail out, or where the plan asks for more or fewer tests.
 */
export function parseTap(text: string): ParsedReport | undefined {
  const cases: ReportedCase[] = [];
  const parser = new Parser();
  try {
    collect(parser, [], cases);
    parser.end(text);
  } catch {
    return undefined;
  }
  // What has neither tests nor a plan is taken for the plan `1..0`.
  const { results, syntheticPlan } = parser;
  if (results === null || (cases.length === 0 && syntheticPlan)) return undefined;
  const isWhole = !syntheticPlan && results.bailout === false;
  return { cases, complete: isWhole && results.failures.every((failure) => !('tapError' in failure && failure.tapError !== null)) };
}

/** @throws RangeError where subtests are nested too deeply. */
function collect(parser: Parser, names: readonly string[], cases: ReportedCase[]): void {
  if (names.length > mostNested) throw new RangeError('subtests are nested too deeply');
  let open: OpenSubtest | undefined;
  parser.on('child', (child: Parser) => {
    const before = cases.length;
    collect(child, [...names, child.name], cases);
    child.on('complete', () => {
      const own = cases.slice(before);
      open = { name: child.name, count: own.length, failed: own.filter(({ status }) => status === 'failed').length };
    });
  });
  parser.on('assert', (result: Result) => {
    const closed = open;
    open = undefined;
    if (closed !== undefined && closed.name === result.name && closed.count > 0 && (result.ok || closed.failed > 0)) return;
    cases.push(caseOf(result, names));
  });
}

function caseOf(result: Result, names: readonly string[]): ReportedCase {
  const isSkipped = result.skip !== false || result.todo !== false;
  return {
    names: [...names, result.name === '' ? `test ${result.id}` : result.name],
    status: isSkipped ? 'skipped' : result.ok ? 'passed' : 'failed',
    message: messageOf(result.diag),
    durationMs: result.time ?? undefined,
  };
}

function messageOf(diagnostic: unknown): string | undefined {
  if (typeof diagnostic !== 'object' || diagnostic === null) return undefined;
  const { message, error } = diagnostic as { readonly message?: unknown; readonly error?: unknown };
  const said = message ?? error;
  return typeof said === 'string' ? said : undefined;
}
