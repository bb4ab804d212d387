import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openApp } from '../../src/app.ts';
import { Failure } from '../../src/domain/failure.ts';
import { parseIssue } from '../../src/domain/issue.ts';
import { carryRun } from '../../src/operations/carry.ts';
import { startRun } from '../../src/operations/start.ts';
import { makeProject, untestedProject } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

test('a run that a service takes before whoever began it is watched to its end, and refused only where that is not wanted', async () => {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await temporaryFolder());
  const repository = await makeProject(join(folder.path, 'project'), untestedProject);
  const environment = { PATH: process.env['PATH'], HOME: folder.path };
  const flags = { agent: { name: 'command', command: 'echo note > note.txt' }, worlds: { count: 1 } };
  const open = async () =>
    opening.use(await openApp({ environment, version: '0.0.0', flags, stateRoot: join(folder.path, 'state') })).tools;
  const [service, starter] = [await open(), await open()];
  const { jobId, attributes } = await startRun(starter, {
    issue: parseIssue('Add a note', { kind: 'text' })!,
    repository,
    base: undefined,
    into: undefined,
    approveAll: true,
    startedBy: { how: 'terminal', who: 'ada' },
  });
  opening.use(await service.engine.work({ jobs: 'unclaimed', concurrency: 2 }));
  for await (const { type } of starter.engine.events(jobId, { follow: true })) if (type === 'task.started') break;

  const heard: string[] = [];
  const watcher = {
    onEvent: ({ type }: { readonly type: string }) => void heard.push(type),
    onProgress: () => undefined,
    onNotice: () => undefined,
    onIncident: () => undefined,
    onQuestion: () => undefined,
    onCapacity: () => undefined,
    onWaiting: async () => await Promise.resolve(false),
  };
  const { signal } = new AbortController();
  const refused = carryRun(starter, jobId, attributes, watcher, signal);
  await expect(refused).rejects.toThrow(Failure);
  await expect(refused).rejects.toMatchObject({ reason: 'notFoundOrLocked' });

  const onCarriedElsewhere = (): void => void heard.push('elsewhere');
  expect(await carryRun(starter, jobId, attributes, { ...watcher, onCarriedElsewhere }, signal)).toEqual({
    kind: 'at-rest',
    state: 'completed',
  });
  expect(heard).toContain('elsewhere');
  expect(heard).toContain('task.started');
});
