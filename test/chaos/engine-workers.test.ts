import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JobId } from '../../src/domain/ids.ts';
import { defineTaskType } from '../../src/domain/task-type.ts';
import type { Engine } from '../../src/weaver/engine.ts';
import { handle } from '../../src/weaver/handler.ts';
import { openTestEngine } from '../support/engine.ts';

const type = defineTaskType({ name: 'test.shared', schemaVersion: 1, payload: z.null(), result: z.string() });
const timing = { leaseMs: 2_000, heartbeatMs: 500, livenessMs: 100 };

async function submit(engine: Engine, tasks: number): Promise<JobId> {
  const specs = Array.from({ length: tasks }, (_, index) => ({ type: type.name, key: `task-${index}`, payload: null }));
  return (await engine.submit({ title: 'shared', tasks: specs })).jobId;
}

describe('two workers of one program that take whatever nobody carries', () => {
  it('execute everything once, whoever of them, and both end when they are stopped', async () => {
    const executed: string[] = [];
    const counting = handle(type, async ({ taskId }) => {
      executed.push(taskId);
      await new Promise((resolve) => setImmediate(resolve));
      return { kind: 'success', result: taskId };
    });
    await using made = await openTestEngine([counting]);
    const early = await Promise.all([1, 2, 3].map(() => submit(made.engine, 40)));
    const workers = [
      await made.engine.work({ jobs: 'unclaimed', concurrency: 3 }),
      await made.engine.work({ jobs: 'unclaimed', concurrency: 3 }),
    ];
    const late = await Promise.all([1, 2, 3].map(() => submit(made.engine, 40)));
    for (const jobId of [...early, ...late]) {
      for (const worker of workers) expect(await worker.settled(jobId)).toBe('completed');
      expect(await made.engine.status(jobId)).toMatchObject({ counts: { succeeded: 40 } });
    }
    expect(executed).toHaveLength(240);
    expect(new Set(executed).size).toBe(240);
    for (const worker of workers) await worker.stop();
  });

  it('hand over: what one gives back when it is stopped, the other finishes', async () => {
    const begun = Promise.withResolvers<void>();
    const waiting = handle(type, async ({ signal, epoch, taskId }) => {
      if (first === taskId && firstEpoch !== epoch) return { kind: 'success', result: 'by the other' };
      [first, firstEpoch] = [taskId, epoch];
      begun.resolve();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    });
    let first: string | undefined;
    let firstEpoch: number | undefined;
    await using made = await openTestEngine([waiting]);
    const jobId = await submit(made.engine, 1);
    const one = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await begun.promise;
    // The other is there before, and the job is not its own until then.
    const other = await made.engine.work({ jobs: 'unclaimed', concurrency: 1 });
    expect(await made.engine.status(jobId)).toMatchObject({ carriedBy: one.process });
    await one.stop();
    expect(await other.settled(jobId)).toBe('completed');
    const [task] = (await made.engine.result(jobId)).tasks;
    expect(task?.task).toMatchObject({ result: { value: 'by the other' }, failures: 0, leasesLost: 0, crashes: 0 });
    expect(task?.attempts).toMatchObject([{ outcome: 'released' }, { outcome: 'success' }]);
  });
});

describe('a program that only submits', () => {
  it('sees what another one makes of it, and may be gone meanwhile', async () => {
    const simple = handle(type, async ({ key }) => ({ kind: 'success', result: key }));
    await using carrier = await openTestEngine([simple], { timing });
    await using worker = await carrier.engine.work({ jobs: 'unclaimed', concurrency: 2 });
    const jobId = await (async () => {
      await using submitter = await carrier.another([simple], { timing });
      return submit(submitter.engine, 20);
    })();
    await using watcher = await carrier.another([], { timing });
    const seen: string[] = [];
    for await (const event of watcher.engine.events(jobId, { follow: true })) seen.push(event.type);
    expect(await worker.settled(jobId)).toBe('completed');
    expect(seen.filter((each) => each === 'task.started')).toHaveLength(20);
    expect(seen.at(-1)).toBe('job.state');
  });

  it('leaves its job to whoever carries it: another worker is refused it, and takes it once it is free', async () => {
    const begun = Promise.withResolvers<void>();
    const stubborn = handle(type, async ({ signal }) => {
      begun.resolve();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    });
    const simple = handle(type, async () => ({ kind: 'success', result: 'done' }));
    await using made = await openTestEngine([stubborn], { timing });
    const jobId = await submit(made.engine, 1);
    const holder = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await begun.promise;
    await using second = await made.another([simple], { timing });
    await expect(second.engine.work({ jobs: [jobId], concurrency: 1 })).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
    await holder.stop();
    await using worker = await second.engine.work({ jobs: [jobId], concurrency: 1 });
    expect(await worker.settled(jobId)).toBe('completed');
  });
});
