import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { JobId } from '../../src/domain/ids.ts';
import type { TaskSpec } from '../../src/domain/job.ts';
import type { Engine } from '../../src/weaver/engine.ts';
import { handle } from '../../src/weaver/handler.ts';
import { openPostgresEngine } from '../support/postgres-engine.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { distributedHandler, distributedType, doneOutside } from './distributed-program.ts';
import type { WorkerRequest } from './distributed-program.ts';
import { WorkerProcess } from './distributed-worker.ts';

/** Leases that run out soon, and still outlast a busy machine. */
export const timing = { leaseMs: 3_000, heartbeatMs: 600, graceMs: 500, livenessMs: 500 };

/** Several machines on one database: an engine of the test's own, and processes that it starts. */
export async function distributedStand(url: string, namespace = 'default') {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await temporaryFolder('distributed-'));
  const outside = join(folder.path, 'outside');
  await mkdir(outside);
  const made = opening.use(
    await openPostgresEngine([handle(distributedType, distributedHandler(outside))], {
      url,
      namespace,
      delivering: { by: 'pg-boss' },
      sharing: true,
      artifacts: outside,
      timing,
    }),
  );
  const { engine } = made;
  const open = opening.move();
  return {
    engine,
    database: made.database,
    /** What was done outside. */
    done: () => doneOutside(outside),
    /** Another process; gone with the stand. */
    start: async (more: Partial<WorkerRequest> = {}, environment: NodeJS.ProcessEnv = {}): Promise<WorkerProcess> => {
      const worker = open.use(new WorkerProcess({ url, namespace, outside, timing, ...more }, environment));
      await worker.until('working');
      return worker;
    },
    /** The test's own process takes tasks as well, those that need nothing, until the stand is gone. */
    work: async (): Promise<void> => {
      open.use(await engine.work({ jobs: 'shared', concurrency: 4, labels: [] }));
    },
    submit: async (keys: readonly string[], more: Partial<TaskSpec> = {}): Promise<JobId> => {
      const tasks = keys.map((key) => ({ type: distributedType.name, key, payload: {}, ...more }));
      return (await engine.submit({ title: 'on many machines', tasks })).jobId;
    },
    /** Until it has ended. */
    ended: async (jobId: JobId): Promise<void> => {
      for await (const event of engine.events(jobId, { follow: true })) if (event.type === 'job.state') continue;
    },
    /** Waits for so many leases: that nothing happens within takes as long as it takes. */
    outlast: async (leases: number): Promise<void> => await delay(leases * timing.leaseMs),
    /** All that is recorded of a job, to compare it with itself later. */
    recordsOf: async (jobId: JobId) => ({
      result: await engine.result(jobId),
      events: await Array.fromAsync(engine.events(jobId)),
    }),
    /** That everything of a job was done once, and that the records say how. */
    expectWhole: async (jobId: JobId): Promise<void> => await expectWhole(engine, jobId, doneOutside(outside)),
    [Symbol.asyncDispose]: async () => await open.disposeAsync(),
  };
}

export type DistributedStand = Awaited<ReturnType<typeof distributedStand>>;

async function expectWhole(engine: Engine, jobId: JobId, done: ReturnType<typeof doneOutside>): Promise<void> {
  const { tasks, state } = await engine.result(jobId);
  expect(state).toBe('completed');
  for (const { task, attempts, decisions } of tasks) {
    expect(task).toMatchObject({ state: 'succeeded', result: { value: { key: task.key } } });
    expect(attempts, task.key).toHaveLength(task.executions);
    expect(attempts.filter((attempt) => attempt.outcome === 'success')).toHaveLength(1);
    expect(attempts.every((attempt) => attempt.endedAt !== undefined)).toBe(true);
    // Each attempt but the last was decided on, once.
    expect(decisions.map((decision) => decision.attemptId)).toEqual(attempts.slice(0, -1).map((attempt) => attempt.id));
    expect(
      done.filter(({ of }) => of.startsWith(task.id)),
      task.key,
    ).toHaveLength(1);
  }
  const events = await Array.fromAsync(engine.events(jobId));
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
}
