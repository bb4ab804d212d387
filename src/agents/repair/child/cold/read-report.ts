import { z } from 'zod';
import { type JestReport, jestReportSchema } from '../../../../domain/jest-report.ts';
import type { FrameworkName, WorkerCase } from '../warm/messages.ts';

const mochaTest = z.object({
  fullTitle: z.string(),
  file: z.string().nullish(),
  err: z.object({ message: z.string().optional() }).loose(),
});
const mochaReport = z.object({ tests: z.array(mochaTest), pending: z.array(mochaTest) });

const nodeLine = z.object({ file: z.string(), names: z.array(z.string()), passed: z.boolean(), skipped: z.boolean(), message: z.string() });

/** A reporter for node:test that writes one JSON object a line, the suites of a test outermost first. */
export const nodeTestReporter = `export default async function* report(source) {
  const open = new Map();
  for await (const { type, data } of source) {
    const names = open.get(data?.file) ?? [];
    if (type === 'test:start') open.set(data.file, [...names.slice(0, data.nesting), data.name]);
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details?.type === 'suite') continue;
    const message = data.details?.error?.cause?.message ?? data.details?.error?.message ?? '';
    const skipped = data.skip !== undefined || data.todo !== undefined;
    yield JSON.stringify({ file: data.file ?? '', names: [...names.slice(0, data.nesting), data.name], passed: type === 'test:pass', skipped, message }) + '\\n';
  }
}
`;

/** Reads what a runner wrote. @returns undefined when it is no report of that runner. */
export function readReport(framework: FrameworkName, text: string): WorkerCase[] | undefined {
  try {
    switch (framework) {
      case 'vitest':
      case 'jest':
        return jestCases(jestReportSchema.parse(JSON.parse(text)));
      case 'mocha': {
        const { tests, pending } = mochaReport.parse(JSON.parse(text));
        const skipped = new Set(pending.map(({ fullTitle }) => fullTitle));
        return tests.map(({ fullTitle, file, err }) => ({
          file: file ?? '',
          name: fullTitle,
          ...outcome(skipped.has(fullTitle) ? 'skipped' : err.message === undefined ? 'passed' : 'failed', err.message),
        }));
      }
      case 'node:test':
        return text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => nodeLine.parse(JSON.parse(line)))
          .map(({ file, names, passed, skipped, message }) => ({
            file,
            name: names.join(' > '),
            ...outcome(skipped ? 'skipped' : passed ? 'passed' : 'failed', message),
          }));
    }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

function jestCases({ testResults }: JestReport): WorkerCase[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    if (assertionResults.length === 0 && status === 'failed') return [{ file: name, name: '', ...outcome('failed', message ?? '') }];
    return assertionResults.map((each) => ({
      file: name,
      name: [...each.ancestorTitles, each.title].join(' > '),
      ...outcome(each.status === 'passed' || each.status === 'failed' ? each.status : 'skipped', each.failureMessages?.[0] ?? undefined),
    }));
  });
}

function outcome(status: WorkerCase['status'], message: string | undefined): Pick<WorkerCase, 'status' | 'message'> {
  return status === 'failed' ? { status, message: (message ?? '').split('\n', 1)[0] ?? '' } : { status };
}
