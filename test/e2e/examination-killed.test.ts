/** @module-tag campaign */
import { watch } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ExplainedRun } from '../../src/operations/explain.ts';
import { testsWithoutNpm, withoutWalls } from '../support/miyabi.ts';
import { mend, place, reportOf } from '../support/place.ts';

async function untilOneOf(folder: string, names: readonly string[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const isThere = async (): Promise<boolean> => (await readdir(folder)).some((name) => names.includes(name));
  const watcher = watch(folder, () => void isThere().then((there) => (there ? resolve() : undefined)));
  if (await isThere()) resolve();
  await promise;
  watcher.close();
}

it('killed while tests are collected, and again while worlds are examined, it is resumed: no agent runs again, and the choice comes out', async () => {
  await using here = await place(undefined, { ...withoutWalls, ...testsWithoutNpm, MIYABI_WORLDS_PARALLEL: '2' });
  // The tests of alpha tell where they are run, and wait there until they may go on.
  const patient = `import { existsSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { add } from '../src/add.js';
const here = String(process.env.MIYABI_WORLD);
if (/^pool-base|-exam$/.test(here)) {
  writeFileSync('${here.folder}/in-' + here, '');
  while (!existsSync('${here.folder}/go-' + (here === 'pool-base' ? 'base' : 'exam'))) await new Promise((resolve) => setTimeout(resolve, 50));
}
test('adds what is negative', () => assert.equal(add(2, -3), -1));
`;
  const agent = `echo $MIYABI_WORLD >> ${here.folder}/agents`;
  const started = here.start('add() gives the wrong sum', {
    alpha: `${agent}; ${mend}; cat > test/more.test.js <<'END'\n${patient}END`,
    beta: `${agent}; sed -i.bak 's/a - b/a + Math.abs(b)/' src/add.js; rm src/add.js.bak`,
    gamma: `${agent}; sed -i.bak 's/return a - b/return b + a/' src/add.js; rm src/add.js.bak`,
  });
  await untilOneOf(here.folder, ['in-pool-base']);
  started.kill('SIGKILL');
  await started;
  await writeFile(join(here.folder, 'go-base'), '');

  const again = here.startAny(['resume', '--json']);
  await untilOneOf(here.folder, ['in-alpha-exam', 'in-beta-exam', 'in-gamma-exam']);
  again.kill('SIGKILL');
  await again;
  await writeFile(join(here.folder, 'go-exam'), '');

  const end = await here.miyabi(['resume', '--json']);
  expect(end, end.stderr).toMatchObject({ code: 0 });
  expect(['alpha', 'gamma']).toContain(reportOf(end).tasks[0]!.winner);
  expect((await readFile(join(here.folder, 'agents'), 'utf8')).trim().split('\n').toSorted()).toEqual(['alpha', 'beta', 'gamma']);
  const { choice } = (JSON.parse((await here.miyabi(['explain', 'last', '--json'])).stdout) as ExplainedRun).tasks[0]!;
  const row = choice.examination!.tests.find(({ author }) => author === 'alpha')!;
  expect(Object.fromEntries(row.cells.map(({ world, outcome }) => [world, outcome]))).toEqual({
    alpha: 'passed',
    beta: 'failed',
    gamma: 'passed',
  });
  expect(await here.worldsLeft()).toEqual([]);
});
