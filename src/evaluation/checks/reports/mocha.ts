import { z } from 'zod';
import type { ReportedCase } from './case-ids.ts';
import type { ParsedReport } from './parsed-report.ts';

const test = z.object({
  title: z.string(),
  fullTitle: z.string(),
  file: z.string().nullish(),
  duration: z.number().nullish(),
  err: z.object({ message: z.string().optional() }).loose().optional(),
});

const report = z.object({
  stats: z.object({ tests: z.number() }).loose(),
  tests: z.array(test),
  pending: z.array(test),
  failures: z.array(test),
  passes: z.array(test),
});

/**
 * Reads mocha's JSON. It tells the suites and the title only joined by spaces, so the id holds them that way.
 * A failed hook stands among the failures only and is a failed test. @returns undefined when it is something else.
 */
export function parseMocha(value: unknown): ParsedReport | undefined {
  const parsed = report.safeParse(value);
  if (!parsed.success) return undefined;
  const { tests, pending, failures, passes } = parsed.data;
  const groups: readonly [ReportedCase['status'], readonly z.infer<typeof test>[]][] = [
    ['failed', failures],
    ['skipped', pending],
    ['passed', passes],
  ];
  const cases = groups.flatMap(([status, members]) =>
    members.map((member): ReportedCase => ({
      names: [member.fullTitle],
      file: member.file ?? undefined,
      status,
      message: member.err?.message,
      durationMs: member.duration ?? undefined,
    })),
  );
  return { cases, complete: cases.length >= tests.length };
}
