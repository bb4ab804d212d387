import type { ReportedCase } from './case-ids.ts';
import { parseLines } from './lines.ts';
import type { ParsedReport } from './parsed-report.ts';

const statuses = { ok: 'passed', FAILED: 'failed', ignored: 'skipped' } as const;

/**
 * Reads what `hooks/cargo-runner.cjs` wrote for one program of tests, or what cargo printed on stdout, where tests of documentation stand:
 * rustdoc tells them itself and keeps back what they print until all of them have ended.
 *
 * @returns undefined when it is neither.
 */
export function parseCargo(text: string): ParsedReport | undefined {
  return text.startsWith('{"start":true}\n') ? parseLines(text) : parseDocumentationTests(text);
}

/** `running 2 tests`, a line for each, and `test result: ...` in the end; once for each crate. */
function parseDocumentationTests(text: string): ParsedReport | undefined {
  const cases: ReportedCase[] = [];
  let [runs, ended, awaited] = [0, 0, 0];
  for (const row of text.split('\n')) {
    const count = /^running (\d{1,7}) tests?$/.exec(row)?.[1];
    if (count !== undefined && awaited === 0) [runs, awaited] = [runs + 1, Number(count)];
    const found = awaited > 0 ? /^test (.*) \.\.\. (ok|FAILED|ignored)\b/.exec(row) : null;
    const status = statuses[found?.[2] as keyof typeof statuses] as ReportedCase['status'] | undefined;
    if (status !== undefined) {
      cases.push({ names: ['documentation', nameOf(found?.[1] ?? '')], status });
      awaited -= 1;
    } else if (awaited === 0 && ended < runs && row.startsWith('test result: ')) ended += 1;
  }
  return runs === 0 ? undefined : { cases, complete: awaited === 0 && ended === runs };
}

/** Without its line, which moves with the lines above it: `src/lib.rs - add (line 2)`. */
function nameOf(told: string): string {
  return told.replace(/ \(line \d{1,9}\)/, '').replace(/ - (?:compile|compile fail|should panic)$/, '');
}
