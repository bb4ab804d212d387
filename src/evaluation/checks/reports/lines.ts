import { z } from 'zod';
import type { ReportedCase } from './case-ids.ts';
import type { ParsedReport } from './parsed-report.ts';

const line = z.union([
  z.object({ start: z.literal(true) }),
  z.object({ end: z.literal(true) }),
  z.object({
    names: z.array(z.string()).min(1),
    file: z.string().optional(),
    status: z.enum(['passed', 'failed', 'skipped']),
    message: z.string().optional(),
    durationMs: z.number().optional(),
  }),
]);

/**
 * Reads what the programs in `hooks/` write for pytest, unittest, libtest and Gradle: a JSON object a line, one for each test as it ends,
 * between `{"start":true}` and `{"end":true}`. There may be several such pairs, one for each task that runs tests. A half line at the
 * end (the runner was killed) is left out.
 *
 * @returns undefined when it is something else; `complete` where everything that started has ended.
 */
export function parseLines(text: string): ParsedReport | undefined {
  const cases: ReportedCase[] = [];
  let [started, ended] = [0, 0];
  for (const row of text.split('\n')) {
    const parsed = line.safeParse(jsonOrUndefined(row));
    if (!parsed.success) continue;
    if ('start' in parsed.data) started += 1;
    else if ('end' in parsed.data) ended += 1;
    else cases.push(parsed.data);
  }
  return started === 0 ? undefined : { cases, complete: ended >= started };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
