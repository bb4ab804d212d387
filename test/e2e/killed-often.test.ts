/** @module-tag campaign */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { makeProject, mendingCommand, miyabi, startMiyabi, untestedProject } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

it('a run that is killed three times in the same world goes on and ends right', async () => {
  await using folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), untestedProject);
  const options = { cwd: project, state: join(folder.path, 'state') };
  const begin = ['run', 'add() is wrong', '--agent', mendingCommand, '--worlds', '1', '--yes', '--json'];
  for (const args of [begin, ['resume', '--json'], ['resume', '--json']]) {
    const since = Date.now();
    const killed = startMiyabi(args, options);
    for await (const line of createInterface({ input: killed.stdout })) {
      const event = JSON.parse(line) as { type: string; taskType?: string; at: number };
      if (event.type === 'task.started' && event.taskType === 'miyabi.world.run' && event.at >= since) killed.kill('SIGKILL');
    }
    expect((await killed).signal).toBe('SIGKILL');
  }
  const end = await miyabi(['resume', '--json'], options);
  expect(end, end.stderr).toMatchObject({ code: 0 });
  const { stdout } = await miyabi(['show', 'last'], options);
  expect(stdout.match(/alpha\.run: the process that worked on it died/g)).toHaveLength(3);
  expect(end.lines.at(-1)).toMatchObject({ status: 'succeeded', tasks: [{ winner: 'alpha' }] });
});
