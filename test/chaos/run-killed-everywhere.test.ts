import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/operations/report.ts';
import { divided } from '../support/campaign.ts';
import { git, makeProject, mendingCommand, miyabi, smallProject, startMiyabi, testsWithoutNpm } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** Every kind of task of a run, in order, and the moment of its life at which the process is killed. */
const moments = [
  ['task.started', 'miyabi.issue.analyse'],
  ['task.state', 'miyabi.issue.plan'],
  ['task.started', 'miyabi.task.implement'],
  ['task.started', 'miyabi.base.prepare'],
  ['task.started', 'miyabi.base.check'],
  ['task.started', 'miyabi.world.run'],
  ['task.state', 'miyabi.world.run'],
  ['task.started', 'miyabi.world.check'],
  ['task.started', 'miyabi.task.choose'],
  ['task.started', 'miyabi.task.integrate'],
  ['task.state', 'miyabi.task.integrate'],
  ['task.started', 'miyabi.run.review'],
  ['task.started', 'miyabi.run.publish'],
  ['task.state', 'miyabi.run.publish'],
  ['task.started', 'miyabi.run.cleanup'],
] as const;

/** Three runs share the moments, so that after each kill a run goes a good way before the next. */
const runs = [0, 1, 2].map((first) => moments.filter((_, index) => index % 3 === first));

describe('a run that is killed', () => {
  const cases = runs.map((killedAt) => ({ killedAt, told: killedAt.map(([type, taskType]) => `${type} of ${taskType}`).join(', ') }));
  for (const { killedAt, told, tags } of divided(cases, 3))
    it(`at ${told} goes on each time and ends right, once`, { tags }, async () => {
      await using folder = await temporaryFolder();
      const project = await makeProject(join(folder.path, 'project'), smallProject);
      const options = { cwd: project, state: join(folder.path, 'state'), env: testsWithoutNpm };
      let args = ['run', 'add() is wrong', '--agent', mendingCommand, '--worlds', '2', '--json'];
      for (const [type, taskType] of killedAt) {
        const killed = startMiyabi(args, options);
        for await (const line of createInterface({ input: killed.stdout })) {
          const event = JSON.parse(line) as { type: string; taskType?: string };
          if (event.type === type && event.taskType === taskType) killed.kill('SIGKILL');
        }
        expect(await killed, `${type} of ${taskType}`).toMatchObject({ signal: 'SIGKILL' });
        args = ['resume', '--json'];
      }

      const end = await miyabi(args, options);
      expect(end, end.stderr).toMatchObject({ code: 0 });
      const report = end.lines.at(-1) as unknown as RunReport;
      expect(report).toMatchObject({ status: 'succeeded' });
      // One commit on top of the base, by one task, and one branch.
      expect(await git(project, 'log', '--format=%(trailers:key=Miyabi-Task,valueonly,separator=%x2C)', `main..${report.branch}`)).toMatch(
        /^[0-9a-f-]{36}$/,
      );
      expect((await git(project, 'branch', '--list', 'miyabi/*')).trim().split('\n')).toHaveLength(1);
      expect(await git(project, 'show', `${report.branch}:src/add.js`)).toContain('a + b');
      expect(await readdir(join(options.state, 'worlds')).catch(() => [])).toEqual([]);
      const [mirror] = await readdir(join(options.state, 'mirrors'));
      expect((await git(join(options.state, 'mirrors', mirror!), 'worktree', 'list')).split('\n')).toHaveLength(1);
    });
});
