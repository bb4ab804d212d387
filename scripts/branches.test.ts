/** @module-tag campaign */
import { expect, test } from 'vitest';
import { projectRoot, runNode } from './testing/run-program.ts';

const branchesTakenBy = (...tests: readonly string[]) => runNode([`${projectRoot}/scripts/branches.mjs`, ...tests]);

test('every branch of the pure domain is taken by its tests', async () => {
  const { code, stdout } = await branchesTakenBy();
  expect(stdout).toMatch(/^(\d+) of \1 branches taken in (\d+) of \2 files$/m);
  expect(code).toBe(0);
});

test('branches of the pure domain that a test leaves out are named with their lines, and fail the check', async () => {
  const { code, stdout } = await branchesTakenBy('src/domain/job.test.ts');
  expect(stdout).toMatch(/^src\/domain\/task\.ts:\d+ [a-z-]+, branch \d+ of \d+$/m);
  expect(stdout).toContain('src/domain/graph.ts is loaded by no test');
  expect(code).toBe(1);
});

test('a test that takes every branch of a file leaves nothing of it to name', async () => {
  const { stdout } = await branchesTakenBy('src/domain/retry.test.ts');
  expect(stdout).not.toContain('src/domain/retry.ts');
  expect(stdout).toMatch(/^(\d+) of \1 branches taken in 1 of \d+ files$/m);
});
