import { expect, test } from 'vitest';
import { projectRoot, runNode } from './testing/run-program.ts';

const branchesTakenBy = (tests: string) => runNode([`${projectRoot}/scripts/branches.mjs`, tests]);

test('branches of the pure domain that a test leaves out are named with their lines, and fail the check', async () => {
  const { code, stdout } = await branchesTakenBy('src/domain/decision.test.ts');
  expect(stdout).toMatch(/^src\/domain\/retry\.ts:\d+ [a-z-]+, branch \d of \d$/m);
  expect(stdout).toContain('src/domain/graph.ts is loaded by no test');
  expect(code).toBe(1);
});

test('a test that takes every branch of a file leaves nothing of it to name', async () => {
  const { stdout } = await branchesTakenBy('src/domain/retry.test.ts');
  expect(stdout).not.toContain('src/domain/retry.ts');
  expect(stdout).toMatch(/^(\d+) of \1 branches taken in 1 of \d+ files$/m);
});
