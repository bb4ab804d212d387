import { jestReportSchema } from '../../../domain/jest-report.ts';
import type { ReportedCase } from './case-ids.ts';
import { wholeFile } from './case-ids.ts';
import type { ParsedReport } from './parsed-report.ts';

/**
 * Reads the JSON of jest (`--json`) and of vitest (`--reporter=json`), which has the same shape.
 * A file that could not be loaded is one failed test. @returns undefined when it is something else.
 */
export function parseJest(value: unknown): ParsedReport | undefined {
  const parsed = jestReportSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const cases = parsed.data.testResults.flatMap((file): ReportedCase[] => {
    if (file.assertionResults.length === 0 && file.status === 'failed') {
      return [{ names: [wholeFile], file: file.name, status: 'failed', message: file.message ?? undefined }];
    }
    return file.assertionResults.map((result) => ({
      names: [...result.ancestorTitles, result.title],
      file: file.name,
      status: result.status === 'passed' || result.status === 'failed' ? result.status : 'skipped',
      message: result.failureMessages?.find((message) => message !== null) ?? undefined,
      durationMs: result.duration ?? undefined,
    }));
  });
  return { cases, complete: parsed.data.wasInterrupted !== true };
}
