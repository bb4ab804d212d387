import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import { exampleIssues } from './issues.ts';

/** How many of its tests fail on these contents. */
async function failing(source: string, tests: Readonly<Record<string, string>>): Promise<number> {
  const module = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as Readonly<Record<string, unknown>>;
  const names = ['equal', 'deepEqual', ...Object.keys(module)];
  const values = [assert.equal, assert.deepEqual, ...Object.values(module)];
  return Object.values(tests).filter((statements) => {
    try {
      // What is tried is this benchmark's own.
      // oxlint-disable-next-line typescript/no-implied-eval
      new Function(...names, statements)(...values);
      return false;
    } catch {
      return true;
    }
  }).length;
}

test('there are at least twenty, each of its own name', () => {
  expect(exampleIssues.length).toBeGreaterThanOrEqual(20);
  expect(new Set(exampleIssues.map(({ name }) => name)).size).toBe(exampleIssues.length);
});

test.each(exampleIssues)('$name: its tests show the fault, and pass once it is mended', async ({ wrong, right, tests }) => {
  expect(await failing(wrong, tests)).toBeGreaterThan(0);
  expect(await failing(right, tests)).toBe(0);
});
