/** @module-tag campaign */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { makeProject, mendingCommand, miyabi, startMiyabi, untestedProject } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

it('a run whose process was killed is ended by cancel, leaves no folder, and makes room for another', async () => {
  await using folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), untestedProject);
  const options = { cwd: project, state: join(folder.path, 'state') };
  const first = startMiyabi(
    ['run', 'add() is wrong', '--agent', 'command:echo at work; sleep 600', '--worlds', '1', '--yes', '--json'],
    options,
  );
  for await (const line of createInterface({ input: first.stdout })) {
    const event = JSON.parse(line) as { type: string; taskType?: string };
    if (event.type === 'task.started' && event.taskType === 'miyabi.world.run') first.kill('SIGKILL');
  }
  await first;

  expect((await miyabi(['status', 'last', '--json'], options)).lines.at(-1)).toMatchObject({
    state: 'running',
    counts: { running: 0, queued: 1 },
    bottleneck: 'No process carries it',
  });
  const cancelled = await miyabi(['cancel', 'last'], options);
  expect(cancelled).toMatchObject({ code: 0, stdout: expect.stringMatching(/^run_\w{10} is cancelled\.$/) });
  expect((await miyabi(['status', 'last', '--json'], options)).lines.at(-1)).toMatchObject({ state: 'cancelled', counts: { running: 0 } });
  expect(await readdir(join(options.state, 'worlds')).catch(() => [])).toEqual([]);
  expect(await miyabi(['run', 'add() is wrong', '--agent', mendingCommand, '--worlds', '1', '--yes', '--json'], options)).toMatchObject({
    code: 0,
  });
});
