import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunReport } from '../../src/operations/report.ts';
import { git, makeProject, miyabi, smallProject, testsWithoutNpm } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

const paid = `echo '{"miyabi":{"costUsd":0.3}}'`;

/** Three worlds one after the other, of which the limit lets two begin. */
async function runWith(agent: string) {
  const folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), smallProject);
  const env = { ...testsWithoutNpm, MIYABI_BUDGET_ISSUE_USD: '0.5', MIYABI_WORLDS_PARALLEL: '1' };
  const options = { cwd: project, state: join(folder.path, 'state'), env };
  const end = await miyabi(['run', 'add() is wrong', '--agent', `command:${agent}`, '--worlds', '3', '--json'], options);
  const report = end.lines.at(-1) as unknown as RunReport;
  return { end, report, project, options, [Symbol.asyncDispose]: async () => await folder[Symbol.asyncDispose]() };
}

it('a run that reaches its cost limit begins no further world, says so, and chooses among those that were paid for', async () => {
  await using ran = await runWith(`sed -i.bak 's/a - b/a + b/' src/add.js; rm src/add.js.bak; ${paid}`);
  expect(ran.end, ran.end.stderr).toMatchObject({ code: 0 });
  expect(ran.report).toMatchObject({ status: 'succeeded', costUsd: 0.6, tasks: [{ winner: 'alpha' }] });
  expect(ran.report.warnings).toContain('The cost limit of 0.50 USD was reached (0.60 USD): gamma was not run to the end.');
  expect(await git(ran.project, 'show', `${ran.report.branch}:src/add.js`)).toContain('a + b');
});

it('a run whose cost limit left no world that passed stops, says so, and leaves nothing behind', { tags: ['campaign'] }, async () => {
  await using ran = await runWith(`echo } >> src/add.js; ${paid}`);
  expect(ran.end, ran.end.stderr).toMatchObject({ code: 5 });
  expect(ran.report).toMatchObject({ status: 'failed', costUsd: 0.6, branch: null });
  expect(await miyabi(['show', 'last'], ran.options)).toMatchObject({
    stdout: expect.stringMatching(/gamma\.run dead: Cost limit reached: 0\.60\/0\.50 USD/),
  });
  expect(await readdir(join(ran.options.state, 'worlds')).catch(() => [])).toEqual([]);
  expect(await git(ran.project, 'status', '--porcelain')).toBe('');
});
