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
  pullRequest: null,
  tasks: [],
  deployments: [],
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

it('says where the change is: on a branch, in a pull request that waits, or merged', () => {
  const done = { ...report, status: 'succeeded', branch: 'miyabi/run_0', commit: 'f'.repeat(40), remote: 'https://x/y.git' } as const;
  const lines = (pullRequest: RunReport['pullRequest']): string =>
    summaryLines({ ...done, pullRequest }, { exit: 'done', reason: '', program: 'miyabi' }).join('\n');
  expect(lines(null)).toMatch(/on branch miyabi\/run_0 \(f{8}\)\. Read it:\n {2}git fetch/);
  expect(lines({ number: 7, url: 'https://x/7', isMerged: false })).toMatch(/Pull request #7 waits for you: https:\/\/x\/7\n[^]*git fetch/);
  expect(lines({ number: 7, url: 'https://x/7', isMerged: true })).toMatch(
    /merged, with pull request #7: https:\/\/x\/7\n {2}miyabi explain/,
  );
});

it('says what became of a release in each environment, and where to read why', () => {
  const live = { environment: 'staging', release: 'r12', end: 'live', serving: 'r12', reason: null, repair: null } as const;
  const slow = { environment: 'production', release: 'r12', end: 'rolled-back', serving: 'r11', reason: 'It was slow.' } as const;
  const back = { ...slow, repair: null };
  const lines = (status: RunReport['status'], deployments: RunReport['deployments']): string =>
    summaryLines({ ...report, status, deployments }, { exit: 'done', reason: 'x', program: 'miyabi' }).join('\n');
  expect(lines('succeeded', [live])).toMatch(/staging: r12 is live\n {2}miyabi releases show r12$/);
  expect(lines('failed', [live, back])).toMatch(/production: r12 was taken back \(It was slow\); r11 serves\n[^]*explain run_0/);
  expect(lines('failed', [live, back])).not.toContain('did not touch');
  expect(lines('failed', [live, back])).not.toContain('resume');
  expect(lines('failed', [live, { ...slow, repair: 'run_1111111111' }])).toMatch(
    /\n {2}miyabi resume run_1111111111 +was begun to mend it/,
  );
});
