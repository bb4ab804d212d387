import { expect, test } from 'vitest';
import type { EarlyEnd } from '../../domain/early-end.ts';
import { testProject } from '../testing/project.ts';
import { runChecks } from './run.ts';
import { commit, passed } from '../testing/evidence.ts';
import { runTests } from './run-tests.ts';

const hangs = `test('hangs', () => new Promise((resolve) => setTimeout(resolve, 15_000)));`;

function watching(more: { noBuildMs?: number; noPassMs?: number } = {}) {
  const ends: EarlyEnd[] = [];
  return { ends, early: { noBuildMs: 60_000, noPassMs: 60_000, ...more, onEnd: (end: EarlyEnd) => void ends.push(end) } };
}

test('tests of which none has passed in time are ended, as if their time was up', async () => {
  await using project = await testProject({
    'package.json': { type: 'module', scripts: { test: 'node --test' } },
    'a.test.js': `import { test } from 'node:test'; test('fails', () => { throw new Error('no'); }); ${hangs}`,
  });
  const { ends, early } = watching({ noPassMs: 2_000 });
  const evidence = await runTests({ ...(await project.setting()), early });
  expect(evidence).toMatchObject({ kind: 'timeout', afterMs: 2_000 });
  expect(ends).toEqual([{ rule: 'no-pass', reason: 'no test has passed after 2 s of testing' }]);
});

test('one that has passed is reason enough to go on', async () => {
  await using project = await testProject({
    'package.json': { type: 'module', scripts: { test: 'node --test' } },
    'a.test.js': `import { test } from 'node:test'; test('passes', () => {}); test('takes its time', () => new Promise((resolve) => setTimeout(resolve, 2_500)));`,
  });
  const { ends, early } = watching({ noPassMs: 2_000 });
  expect(await runTests({ ...(await project.setting()), early })).toMatchObject({ kind: 'reported', exitCode: 0 });
  expect(ends).toEqual([]);
});

test('a build that comes to no end is ended, and no test runs', async () => {
  await using project = await testProject({
    'package.json': { type: 'module', scripts: { build: 'sleep 20', test: 'node --test' } },
    'a.test.js': `import { test } from 'node:test'; test('passes', () => {});`,
  });
  const { ends, early } = watching({ noBuildMs: 1_000 });
  const evidence = await runChecks({ ...(await project.setting()), early, commit: commit('1'), install: passed });
  expect(evidence).toMatchObject({ build: { kind: 'failed' }, tests: { kind: 'none' } });
  expect(ends).toEqual([{ rule: 'no-build', reason: 'the build has not come to an end after 1 s' }]);
});
