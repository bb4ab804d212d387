import { expect, it } from 'vitest';
import type { RunReport } from '../operations/report.ts';
import { summaryLines } from './print-summary.ts';

const report: RunReport = {
  type: 'run.finished',
  schemaVersion: 1,
  run: 'run_0000000000',
  status: 'failed',
  branch: null,
  remote: null,
  commit: null,
  tasks: [],
  costUsd: 0,
  durationMs: 1_000,
  warnings: [],
};

it.each(['failed', 'cancelled'] as const)(
  'says of a run that %s what was handed over, and only else that nothing was touched',
  (status) => {
    const lines = (branch: string | null): string =>
      summaryLines({ ...report, status, branch }, { exit: 'failed', reason: 'x', program: 'miyabi' }).join('\n');
    expect(lines(null)).toContain('did not touch your repository');
    expect(lines('miyabi/run_0')).toContain('it is on branch miyabi/run_0.');
    expect(lines('miyabi/run_0')).not.toContain('did not touch');
  },
);

it.each([
  [0, 'run_0000000000 failed after 1.0 s: x.'],
  [0.0021, 'run_0000000000 failed after 1.0 s, under 0.01 USD: x.'],
  [0.854_24, 'run_0000000000 failed after 1.0 s, 0.85 USD: x.'],
])('says what models have cost, and of little not that it was nothing: %d', (costUsd, line) => {
  expect(summaryLines({ ...report, costUsd }, { exit: 'failed', reason: 'x', program: 'miyabi' })[0]).toBe(line);
});
