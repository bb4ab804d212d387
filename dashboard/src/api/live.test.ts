import { expect, it } from 'vitest';
import { staleBy } from './live.tsx';
import type { AnswerKey } from './queries.ts';

const stale = (run: string, ...key: AnswerKey): boolean => staleBy(new Set([run]), key);

it('asks anew for what is about a run that something has happened in, however it was named, and for lists of all runs', () => {
  const run = 'run_7f3k2m9qxa';
  expect(stale(run, 'readRun', { params: { run } })).toBe(true);
  expect(stale(run, 'readRun', { params: { run: 'run_7f' } })).toBe(true);
  expect(stale(run, 'readRun', { params: { run: 'last' } })).toBe(true);
  expect(stale(run, 'readCost', { query: { run } as never })).toBe(true);
  expect(stale(run, 'listRuns', { query: { state: 'failed' } as never }, 'pages')).toBe(true);
  expect(stale(run, 'readRun', { params: { run: 'run_another123' } })).toBe(false);
  expect(stale(run, 'readSession', {})).toBe(false);
});
