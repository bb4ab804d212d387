import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineTaskType } from '../../src/domain/task-type.ts';
import { handle } from '../../src/weaver/handler.ts';
import { openMemoryEngine } from './memory-engine.ts';

const step = defineTaskType({ name: 'test.step', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });

it('loses with a killed engine what it was executing, which another takes over at once', async () => {
  const begun = Promise.withResolvers<void>();
  const comeBack = Promise.withResolvers<void>();
  await using made = await openMemoryEngine([
    handle(step, async () => {
      begun.resolve();
      await comeBack.promise;
      return { kind: 'success', result: 'from the dead' };
    }),
  ]);
  const { jobId } = await made.engine.submit({ title: 'a job', tasks: [{ type: 'test.step', key: 'a', payload: null }] });
  await made.engine.work({ jobs: [jobId], concurrency: 1 });
  await begun.promise;
  made.kill();
  comeBack.resolve();
  await using later = await made.another([handle(step, async () => ({ kind: 'success', result: 'from the living' }))]);
  await using worker = await later.engine.work({ jobs: [jobId], concurrency: 1 });
  expect(await worker.settled(jobId)).toBe('completed');
  const { tasks } = await later.engine.result(jobId);
  expect(tasks[0]?.task).toMatchObject({ state: 'succeeded', result: { value: 'from the living' }, crashes: 0, executions: 2 });
  expect(tasks[0]?.attempts).toMatchObject([
    { outcome: 'error', reason: expect.stringContaining('ended without settling it') },
    { outcome: 'success' },
  ]);
});
