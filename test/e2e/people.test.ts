import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/operations/report.ts';
import { git, makeProject, mendingCommand, miyabi, smallProject } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

const hard = 'Rewrite the architecture: add() is wrong for distributed migration';

async function waitingRun(issue: string, extra: readonly string[] = []) {
  const folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), smallProject);
  const options = { cwd: project, state: join(folder.path, 'state') };
  const first = await miyabi(['run', issue, '--agent', mendingCommand, '--worlds', '1', '--json', ...extra], options);
  return { first, project, options, [Symbol.asyncDispose]: async () => await folder[Symbol.asyncDispose]() };
}

describe('a run that waits for a person', () => {
  it('changes nothing before the plan is approved, then goes on where approve was said', async () => {
    await using here = await waitingRun(hard);
    expect(here.first.code).toBe(4);
    expect(here.first.lines.at(-1)).toMatchObject({ status: 'waiting', branch: null, tasks: [] });
    const end = await miyabi(['approve', 'last', '--json'], here.options);
    expect(end, end.stderr).toMatchObject({ code: 0 });
    expect(end.stderr).toMatch(/Approved: Complexity \d+ of 10/);
    const report = end.lines.at(-1) as unknown as RunReport;
    expect(await git(here.project, 'show', `${report.branch}:src/add.js`)).toContain('a + b');
    expect(await miyabi(['approve', 'last'], here.options)).toMatchObject({
      code: 7,
      stderr: expect.stringContaining('waits for no answer'),
    });
  });

  it('ends with the reason when the plan is rejected, and touches nothing', { tags: ['campaign'] }, async () => {
    await using here = await waitingRun(hard);
    const end = await miyabi(['reject', 'last', '--reason', 'not now'], here.options);
    expect(end).toMatchObject({ code: 1, stdout: expect.stringMatching(/said no: not now[\s\S]*did not touch your repository/) });
    expect(await git(here.project, 'branch', '--list', 'miyabi/*')).toBe('');
  });

  it('is asked about a branch that the review cannot judge, once, and the answer decides', { tags: ['campaign'] }, async () => {
    await using folder = await temporaryFolder();
    const project = await makeProject(join(folder.path, 'project'), { 'README.md': 'nothing to test\n' });
    const options = { cwd: project, state: join(folder.path, 'state') };
    const issue = ['run', 'Add a new feature: a note', '--agent', 'command:echo note > note.txt', '--worlds', '1', '--json'];
    const first = await miyabi(issue, options);
    expect(first, first.stderr).toMatchObject({ code: 4 });
    const end = await miyabi(['approve', 'last', '--json'], options);
    expect(end, end.stderr).toMatchObject({ code: 0 });
    expect(end.stderr).toMatch(/Approved: The review gives the branch 100 points of 100 \(nothing is known of what it does\)/);
    const events = end.lines.filter(({ taskType, type }) => taskType === 'miyabi.run.review' && type === 'task.started');
    expect(events).toHaveLength(2);
    const report = end.lines.at(-1) as unknown as RunReport;
    expect(await git(project, 'show', `${report.branch}:note.txt`)).toBe('note');
  });
});
