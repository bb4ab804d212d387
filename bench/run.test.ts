import { expect, test } from 'vitest';
import { temporaryFolder } from '../scripts/testing/temporary-folder.ts';
import { projectRoot, runNode } from '../scripts/testing/run-program.ts';
import { benchmarks } from './run.ts';
import { atLeast, atMost, figure } from './support/figures.ts';
import { median, percentile } from './support/statistics.ts';

test('every benchmark is listed with what it measures', async () => {
  const { code, stdout } = await runNode(['bench/run.ts', '--list']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^start-up +CPU time of `miyabi --version` against an empty Node process of the same binary\.$/m);
  expect(stdout).not.toContain('says nothing about itself');
});

test('a benchmark says what it measures in the first line of its first comment', () => {
  const folder = temporaryFolder({
    'fast.ts': '/**\n * How fast it is.\n *\n * More.\n */\nexport {};\n',
    'short.ts': '/** How short. */\n',
    'silent.ts': 'export {};\n',
    'run.ts': '',
    'fast.test.ts': '',
  });
  expect(benchmarks(folder)).toEqual([
    { name: 'fast', description: 'How fast it is.' },
    { name: 'short', description: 'How short.' },
    { name: 'silent', description: '(says nothing about itself)' },
  ]);
});

test('an unknown benchmark is refused with the names of those that exist', async () => {
  const { code, stderr } = await runNode(['bench/run.ts', '../bin/miyabi']);
  expect(code).toBe(2);
  expect(stderr).toContain('There is no benchmark "../bin/miyabi"');
  expect(stderr).toContain('start-up');
});

test('the last line of a benchmark with --json is one object with every figure', async () => {
  const { code, stdout } = await runNode(['bench/run.ts', 'start-up', '--runs', '2', '--json'], { cwd: projectRoot });
  expect(code).toBe(0);
  const { bench, machine, figures } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
  expect(bench).toBe('start-up');
  expect(machine).toMatchObject({ node: process.versions.node });
  expect(figures).toContainEqual(
    expect.objectContaining({ name: 'version-against-empty', goal: '<= 1.5', holds: expect.any(Boolean) as boolean }),
  );
});

test('a goal holds up to and including its limit', () => {
  expect(figure('cpu', 1.5, 's', { goal: atMost(1.5) })).toMatchObject({ goal: '<= 1.5', holds: true });
  expect(figure('cpu', 1.51, 's', { goal: atMost(1.5) }).holds).toBe(false);
  expect(figure('fixed', 70, '%', { goal: atLeast(70) }).holds).toBe(true);
  expect(figure('fixed', 69.9, '%', { goal: atLeast(70) }).holds).toBe(false);
  expect(figure('fixed', 1, '%')).toMatchObject({ goal: null, holds: null });
});

test('medians and percentiles lie between the values', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(percentile([10, 20, 30], 0.9)).toBe(28);
  expect(median([])).toBeNaN();
});
