import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JobId } from '../../../src/domain/ids.ts';
import type { TaskSpec } from '../../../src/domain/job.ts';
import { defineTaskType } from '../../../src/domain/task-type.ts';
import type { Engine } from '../../../src/weaver/engine.ts';
import { handle } from '../../../src/weaver/handler.ts';
import type { Registration } from '../../../src/weaver/handler.ts';
import { happened, runJob, spec, steps, submitted, success, taskByKey, untilAborted, waits } from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

const opening = defineTaskType({ name: 'test.other', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });

/** Counts how many of its tasks run at a time. A task ends once `enough` run, or when the event loop has turned a few times. */
class Counting {
  running = 0;
  most = 0;
  readonly order: string[] = [];

  readonly handler: StepHandler = async ({ key }) => {
    this.order.push(key);
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    this.running -= 1;
    return success(null);
  };

  of(...keys: readonly string[]): Registration {
    return steps(Object.fromEntries(keys.map((key) => [key, this.handler])));
  }
}

function keyed(keys: readonly string[], concurrencyKey: string): readonly TaskSpec[] {
  return keys.map((key) => spec(key, { concurrencyKey }));
}

/** How many tasks run at a time: per key, per type, per worker. */
export function limitCases(make: MakeEngine): void {
  describe('limits', () => {
    keyCases(make);
    typeCases(make);
    workerCases(make);
    fairnessCases(make);
  });
}

function keyCases(make: MakeEngine): void {
  it('runs one task at a time for each concurrency key, higher priorities first', async () => {
    const counting = new Counting();
    await using made = await make([counting.of('a', 'b', 'c', 'd')]);
    const tasks = [
      spec('a', { concurrencyKey: 'merge', priority: 9 }),
      spec('b', { concurrencyKey: 'merge' }),
      spec('c', { concurrencyKey: 'merge', priority: 5 }),
      spec('d', { concurrencyKey: 'merge' }),
    ];
    const jobId = await submitted(made.engine, { tasks });
    expect((await runJob(made.engine, jobId)).state).toBe('completed');
    expect(counting.most).toBe(1);
    expect(counting.order).toEqual(['a', 'c', 'b', 'd']);
  });

  it('holds a key over the workers of several engines', async () => {
    const counting = new Counting();
    await using made = await make([counting.of('a', 'b', 'c')]);
    await using second = await made.another([counting.of('a', 'b', 'c')]);
    const jobs = await Promise.all([1, 2].map(() => submitted(made.engine, { tasks: keyed(['a', 'b', 'c'], 'merge') })));
    const ends = await Promise.all([made.engine, second.engine].map(async (engine, index) => runJob(engine, jobs[index] ?? jobs[0]!)));
    expect(ends.map((job) => job.state)).toEqual(['completed', 'completed']);
    expect(counting.most).toBe(1);
    expect(counting.order).toHaveLength(6);
  });

  it('allows as many under a key as a limit for it says', async () => {
    const counting = new Counting();
    await using made = await make([counting.of('a', 'b', 'c', 'd')]);
    await made.engine.limit({ of: 'key', name: 'merge' }, 2);
    const jobId = await submitted(made.engine, { tasks: keyed(['a', 'b', 'c', 'd'], 'merge') });
    expect((await runJob(made.engine, jobId)).state).toBe('completed');
    expect(counting.most).toBe(2);
  });

  it.each([
    [{ of: 'typ', name: 'x' }, 1, 'limit.of: must be type or key'],
    [{ of: 'type', name: 'x' }, -1, 'most: must be a whole number'],
    [{ of: 'type', name: '' }, 1, 'limit.name: must be a text'],
    [undefined, 1, 'limit: is no limit'],
  ])('refuses a limit that is none: %o, %s', async (limit, most, why) => {
    await using made = await make([steps()]);
    const setting = made.engine.limit(limit as never, most);
    await expect(setting).rejects.toMatchObject({ name: 'Failure', reason: 'usage', message: expect.stringContaining(why) });
  });

  it('waits for capacity in a state of its own, and says so', async () => {
    const started = Promise.withResolvers<void>();
    await using made = await make([steps({ first: untilAborted(started.resolve) })]);
    const { engine } = made;
    const jobs = [
      await submitted(engine, { tasks: keyed(['first'], 'merge') }),
      await submitted(engine, { tasks: keyed(['second'], 'merge') }),
    ] as const;
    await using worker = await engine.work({ jobs: [jobs[0]], concurrency: 4 });
    await started.promise;
    await using waiting = await engine.work({ jobs: [jobs[1]], concurrency: 4 });
    await waits(engine, jobs[1], 'second', 'capacity');
    expect(await engine.status(jobs[1])).toMatchObject({
      state: 'running',
      counts: { waiting_for_capacity: 1 },
      bottleneck: '1 tasks wait for capacity: others run under the same limit',
    });
    expect((await taskByKey(engine, jobs[1], 'second')).task).toMatchObject({ waiting: { limit: { of: 'key', name: 'merge' } } });
    await engine.cancel(jobs[0], 'enough');
    expect(await waiting.settled(jobs[1])).toBe('completed');
    expect(await worker.settled(jobs[0])).toBe('cancelled');
  });
}

function typeCases(make: MakeEngine): void {
  it('limits a type over all engines', async () => {
    const counting = new Counting();
    await using made = await make([counting.of('a', 'b', 'c')]);
    await using second = await made.another([counting.of('a', 'b', 'c')]);
    await made.engine.limit({ of: 'type', name: 'test.step' }, 1);
    const first = await submitted(made.engine, { tasks: ['a', 'b', 'c'].map((key) => spec(key)) });
    const last = await submitted(made.engine, { tasks: ['a', 'b', 'c'].map((key) => spec(key)) });
    await Promise.all([runJob(made.engine, first), runJob(second.engine, last)]);
    expect(counting.most).toBe(1);
    expect(counting.order).toHaveLength(6);
  });

  it.each([
    ['raised', 2],
    ['taken away', undefined],
  ] as const)('stops a type at nothing, and lets it go on when the limit is %s', async (_, most) => {
    await using made = await make([steps()]);
    const { engine } = made;
    await engine.limit({ of: 'type', name: 'test.step' }, 0);
    const jobId = await submitted(engine, { tasks: [spec('a'), spec('b')] });
    await using worker = await engine.work({ jobs: [jobId], concurrency: 4 });
    await Promise.all([waits(engine, jobId, 'a', 'capacity'), waits(engine, jobId, 'b', 'capacity')]);
    expect((await engine.status(jobId))?.bottleneck).toBe('2 tasks wait for capacity: the limit on the type «test.step» lets none run');
    await engine.limit({ of: 'type', name: 'test.step' }, most);
    expect(await worker.settled(jobId)).toBe('completed');
    const { task } = await taskByKey(engine, jobId, 'a');
    expect(task).toMatchObject({ executions: 1, epoch: 2 });
  });

  it('keeps the limits and keys of namespaces apart', async () => {
    const started = Promise.withResolvers<void>();
    await using made = await make([steps({ first: untilAborted(started.resolve) })], { namespace: 'production' });
    await using other = await made.another([steps()], { namespace: 'trial' });
    await made.engine.limit({ of: 'type', name: 'test.step' }, 1);
    const held = await submitted(made.engine, { tasks: keyed(['first'], 'merge') });
    await using _worker = await made.engine.work({ jobs: [held], concurrency: 1 });
    await started.promise;
    const free = await submitted(other.engine, { tasks: keyed(['second'], 'merge') });
    expect((await runJob(other.engine, free)).state).toBe('completed');
  });

  it.each([-1, 1.5, Number.NaN])('refuses a limit of %s', async (most) => {
    await using made = await make([steps()]);
    await expect(made.engine.limit({ of: 'type', name: 'test.step' }, most)).rejects.toThrow(/whole number/);
  });
}

function workerCases(make: MakeEngine): void {
  it('obeys the limit of a task type without holding back the others', async () => {
    let running = 0;
    let most = 0;
    const gate = Promise.withResolvers<void>();
    const limited: StepHandler = async () => {
      running += 1;
      most = Math.max(most, running);
      await gate.promise;
      running -= 1;
      return success(null);
    };
    const opener: Registration = handle(opening, async () => {
      gate.resolve();
      return { kind: 'success', result: null };
    });
    await using made = await make([steps({ a: limited, b: limited, c: limited }), opener]);
    const tasks = [
      spec('a', { priority: 1 }),
      spec('b', { priority: 1 }),
      spec('c', { priority: 1 }),
      { type: 'test.other', key: 'open', payload: 0 },
    ];
    const jobId = await submitted(made.engine, { tasks });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 2, concurrencyByType: { 'test.step': 1 } });
    expect(await worker.settled(jobId)).toBe('completed');
    expect(most).toBe(1);
  });

  it('does not let however many tasks of a type at its limit hide another type', async () => {
    const gate = Promise.withResolvers<void>();
    const opener: Registration = handle(opening, async () => {
      gate.resolve();
      return { kind: 'success', result: null };
    });
    const waiting: StepHandler = () => gate.promise.then(() => success(null));
    const names = Array.from({ length: 600 }, (_, index) => `s${index}`);
    await using made = await make([steps(Object.fromEntries(names.map((key) => [key, waiting]))), opener]);
    const jobId = await submitted(made.engine, {
      tasks: [...names.map((key) => spec(key, { priority: 1 })), { type: 'test.other', key: 'open', payload: 0 }],
    });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 8, concurrencyByType: { 'test.step': 1 } });
    await gate.promise;
    worker.limit({ concurrency: 64, concurrencyByType: {} });
    expect(await worker.settled(jobId)).toBe('completed');
  });

  it('does more at a time once its limit is raised, and nothing new once it is nothing', async () => {
    const gate = Promise.withResolvers<void>();
    const two = Promise.withResolvers<void>();
    const started: string[] = [];
    const gated: StepHandler = async ({ key }) => {
      started.push(key);
      if (started.length === 2) two.resolve();
      await gate.promise;
      return success(null);
    };
    const keys = ['a', 'b', 'c'];
    await using made = await make([steps(Object.fromEntries(keys.map((key) => [key, gated])))], { carrying: true });
    const jobId = await submitted(made.engine, { tasks: keys.map((key) => spec(key)) });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 0 });
    expect(await made.engine.status(jobId)).toMatchObject({ counts: { queued: 3 }, carriedBy: worker.process });
    worker.limit({ concurrency: 2 });
    await two.promise;
    expect(await made.engine.status(jobId)).toMatchObject({ counts: { running: 2, queued: 1 } });
    worker.limit({ concurrency: 0 });
    gate.resolve();
    await succeeded(made.engine, jobId, 2);
    expect(started).toEqual(['a', 'b']);
    worker.limit({ concurrency: 1 });
    expect(await worker.settled(jobId)).toBe('completed');
    expect(started).toEqual(keys);
  });
}

/** Resolves once so many tasks of the job have succeeded. */
async function succeeded(engine: Engine, jobId: JobId, count: number): Promise<void> {
  let left = count;
  await happened(engine, jobId, (event) => event.type === 'task.state' && event.data.state === 'succeeded' && (left -= 1) === 0);
}

function fairnessCases(make: MakeEngine): void {
  it('passes the free place on to a job that can use it when the next in line is paused', async () => {
    const started = Promise.withResolvers<void>();
    await using made = await make([steps({ first: untilAborted(started.resolve) })]);
    const { engine } = made;
    const [first, paused, last] = [
      await submitted(engine, { tasks: keyed(['first'], 'merge') }),
      await submitted(engine, { tasks: keyed(['second'], 'merge') }),
      await submitted(engine, { tasks: keyed(['third'], 'merge') }),
    ] as const;
    await using worker = await engine.work({ jobs: [first], concurrency: 4 });
    await started.promise;
    await using others = await engine.work({ jobs: [paused, last], concurrency: 4 });
    await Promise.all([waits(engine, paused, 'second', 'capacity'), waits(engine, last, 'third', 'capacity')]);
    await engine.pause(paused, 'lunch');
    await engine.cancel(first, 'enough');
    expect(await others.settled(last)).toBe('completed');
    expect(await worker.settled(first)).toBe('cancelled');
    await engine.resume(paused);
    expect(await others.settled(paused)).toBe('completed');
  });

  it('passes the free place on when its job is paused before it could be taken', async () => {
    await using made = await make([steps()]);
    const { engine } = made;
    await engine.limit({ of: 'key', name: 'merge' }, 0);
    const [paused, last] = [
      await submitted(engine, { tasks: keyed(['second'], 'merge') }),
      await submitted(engine, { tasks: keyed(['third'], 'merge') }),
    ] as const;
    const held = await engine.work({ jobs: [paused, last], concurrency: 1 });
    await Promise.all([waits(engine, paused, 'second', 'capacity'), waits(engine, last, 'third', 'capacity')]);
    held.limit({ concurrency: 0 });
    await engine.limit({ of: 'key', name: 'merge' }, 1);
    expect((await taskByKey(engine, paused, 'second')).task.state).toBe('ready');
    await engine.pause(paused, 'lunch');
    held.limit({ concurrency: 1 });
    expect(await held.settled(last)).toBe('completed');
    await held.stop();
  });

  it('offers the free place to every process, when the one whose task is the next in line has no place for it', async () => {
    const [holding, busy] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await using made = await make([steps({ first: untilAborted(holding.resolve), busy: untilAborted(busy.resolve) })], { carrying: true });
    const { engine } = made;
    const holds = await submitted(engine, { tasks: keyed(['first'], 'merge') });
    await using worker = await engine.work({ jobs: [holds], concurrency: 1 });
    await holding.promise;
    const full = await submitted(engine, { tasks: [spec('next', { concurrencyKey: 'merge', priority: 5 }), spec('busy')] });
    const last = await submitted(engine, { tasks: keyed(['last'], 'merge') });
    await using without = await engine.work({ jobs: [full], concurrency: 1 });
    await using other = await engine.work({ jobs: [last], concurrency: 1 });
    await Promise.all([busy.promise, waits(engine, full, 'next', 'capacity'), waits(engine, last, 'last', 'capacity')]);
    await engine.cancel(holds, 'enough');
    expect(await other.settled(last)).toBe('completed');
    expect(await worker.settled(holds)).toBe('cancelled');
    expect(await engine.status(full)).toMatchObject({ carriedBy: without.process, counts: { running: 1 } });
  });

  it('passes the free place on when nobody carries the job of the next in line', async () => {
    await using made = await make([steps()]);
    const { engine } = made;
    await engine.limit({ of: 'key', name: 'merge' }, 0);
    const [left, last] = [
      await submitted(engine, { tasks: keyed(['second'], 'merge') }),
      await submitted(engine, { tasks: keyed(['third'], 'merge') }),
    ] as const;
    const gone = await engine.work({ jobs: [left], concurrency: 1 });
    await waits(engine, left, 'second', 'capacity');
    await gone.stop();
    await using worker = await engine.work({ jobs: [last], concurrency: 1 });
    await waits(engine, last, 'third', 'capacity');
    await engine.limit({ of: 'key', name: 'merge' }, 1);
    expect(await worker.settled(last)).toBe('completed');
    expect((await runJob(engine, left)).state).toBe('completed');
  });
}
