import { expect, it } from 'vitest';
import { z } from 'zod';
import { openTestEngine } from '../../test/support/engine.ts';
import { defineTaskType } from '../domain/task-type.ts';
import { handle } from '../weaver/handler.ts';
import { checkpointNowAndThen, checkpointRuns } from './checkpoint-now-and-then.ts';
import { checkpointInWords, lastCheckpoint } from './last-checkpoint.ts';

const type = defineTaskType({ name: 'test.step', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });

/** A run of which one task goes on until it is let go, while another waits for it. */
async function longRun() {
  const [begun, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const work = handle(type, async () => {
    begun.resolve();
    await over.promise;
    return { kind: 'success', result: 1 };
  });
  const opened = await openTestEngine([work]);
  const { engine, database } = opened;
  const clock = { now: () => clock.at, at: Date.now(), monotonic: () => performance.now() };
  const step = (key: string) => ({ type: 'test.step', key, payload: {} });
  const { jobId } = await engine.submit({
    title: 'long',
    tasks: [step('long'), { ...step('last'), dependencies: [{ on: 'long', until: 'succeeded' }] }],
  });
  const worker = await engine.work({ jobs: [jobId], concurrency: 1 });
  await begun.promise;
  return {
    tools: { engine, ledger: database.ledger, clock },
    clock,
    jobId,
    async end() {
      over.resolve();
      await worker.settled(jobId);
      await worker.stop();
    },
    [Symbol.asyncDispose]: async () => {
      over.resolve();
      await worker.stop();
      await opened[Symbol.asyncDispose]();
    },
  };
}

const fiveMinutes = 5 * 60_000;

it('writes down what runs of a run, once in the time, whoever does, and nothing of one that has ended', async () => {
  await using run = await longRun();
  const { tools, clock, jobId } = run;
  expect(await lastCheckpoint(tools, jobId)).toBeNull();
  expect(await Promise.all([checkpointRuns(tools, fiveMinutes), checkpointRuns(tools, fiveMinutes)])).toContain(1);
  const first = clock.at;
  expect(await lastCheckpoint(tools, jobId)).toMatchObject({
    at: first,
    running: [{ key: 'long', type: 'test.step', execution: 1 }],
    costUsd: 0,
  });
  clock.at = first + 3 * 60_000;
  expect(await checkpointRuns(tools, fiveMinutes)).toBe(0);
  clock.at = first + fiveMinutes;
  expect(await checkpointRuns(tools, fiveMinutes)).toBe(1);
  expect(await lastCheckpoint(tools, jobId)).toMatchObject({ at: first + fiveMinutes });
  expect(checkpointInWords((await lastCheckpoint(tools, jobId))!)).toMatch(/^Checkpoint .+Z: long for 5 min\.$/);
  await run.end();
  clock.at = first + 10 * fiveMinutes;
  expect(await checkpointRuns(tools, fiveMinutes)).toBe(0);
});

it('does so again and again beside the work, and tells what went wrong', async () => {
  await using run = await longRun();
  const told = Promise.withResolvers<string>();
  const written = Promise.withResolvers<void>();
  let calls = 0;
  const { checkpoints } = run.tools.ledger;
  const ledger = {
    checkpoints: {
      ...checkpoints,
      record: async (...args: Parameters<typeof checkpoints.record>) => {
        calls += 1;
        if (calls === 1) throw new Error('the disk is away');
        const isWritten = await checkpoints.record(...args);
        if (isWritten) written.resolve();
        return isWritten;
      },
    },
  };
  await using _writing = checkpointNowAndThen({ ...run.tools, ledger }, { everyMs: 10, tell: told.resolve });
  expect(await told.promise).toContain('the disk is away');
  await written.promise;
  expect(await lastCheckpoint(run.tools, run.jobId)).toMatchObject({ running: [{ key: 'long' }] });
});
