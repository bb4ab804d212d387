import { expect, test } from 'vitest';
import { workflowStand } from '../../test/support/workflow-stand.ts';
import type { CheckEvidence } from '../domain/evidence.ts';
import type { CommitId } from '../domain/ids.ts';
import { failuresOf, noteErrors } from './errors-of-check.ts';

const none = { kind: 'none', reason: 'there is none' } as const;
const check: CheckEvidence = {
  commit: 'a'.repeat(40) as CommitId,
  install: none,
  build: { kind: 'failed', command: 'tsc', exitCode: 1, output: "a.ts(1,2): error TS2345: Argument of type 'A' is wrong.", durationMs: 1 },
  typeCheck: { kind: 'passed', command: 'tsc', durationMs: 1 },
  tests: {
    kind: 'reported',
    runner: 'node:test',
    exitCode: 1,
    durationMs: 1,
    notes: [],
    cases: [
      { id: 'one', status: 'failed', message: 'TypeError: x is not a function\n    at total (/w/src/cart.js:3:4)' },
      { id: 'two', status: 'passed' },
      { id: 'three', status: 'failed' },
    ],
  },
  lint: none,
};

test('what failed in a check is told in its own words', () => {
  expect(failuresOf(check)).toEqual([expect.stringContaining('TS2345'), expect.stringContaining('is not a function')]);
  expect(failuresOf({ ...check, build: none, tests: { ...none } })).toEqual([]);
});

test('errors of a run are remembered once, in their order, without secrets, and fifty at most', async () => {
  await using stand = await workflowStand({ 'a.txt': 'a' });
  const { jobId } = stand.context(1, {});
  const tools = { ...stand.tools, redact: (text: string) => ({ text: text.replaceAll('hunter2', '<secret>'), removed: 0 }) };
  await noteErrors(tools, jobId, [...failuresOf(check), 'expected hunter2 to be 4']);
  await noteErrors(tools, jobId, failuresOf(check));
  expect(await tools.ledger.knowledge.errorsOf(jobId)).toEqual([
    { signature: "TS2345: Argument of type '*' is wrong.", message: expect.stringContaining('error TS2345') },
    { signature: 'TypeError: x is not a function @ total cart.js', message: 'TypeError: x is not a function' },
    { signature: 'expected <secret> to be #', message: 'expected <secret> to be 4' },
  ]);
  await noteErrors(
    tools,
    jobId,
    Array.from({ length: 80 }, (_, index) => `Kind${String.fromCodePoint(97 + (index % 26), 97 + Math.floor(index / 26))}Error: a`),
  );
  expect(await tools.ledger.knowledge.errorsOf(jobId)).toHaveLength(50);
});
