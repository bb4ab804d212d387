import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTaskType } from '../../../src/domain/task-type.ts';
import { handle } from '../../../src/weaver/handler.ts';
import { happened, run, runJob, spec, step, steps, submitted, success, taskByKey, untilAborted } from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

/** What only some programs have a handler for. */
const elsewhere = defineTaskType({ name: 'test.elsewhere', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });

/** Who executes, and what becomes of a lease when it does not come to its end. */
export function workerCases(make: MakeEngine): void {
  describe('workers', () => {
    startCases(make);
    optionCases(make);
    disposalCases(make);
    carryCases(make);
    leaseCases(make);
  });
}

function startCases(make: MakeEngine): void {
  it('is refused when a task type is expected that nothing here handles', async () => {
    await using made = await make([steps()], { expects: [step, { ...step, name: 'test.merge' }, { ...step, name: 'test.deploy' }] });
    await expect(made.engine.work({ jobs: 'unclaimed', concurrency: 1 })).rejects.toMatchObject({
      reason: 'configuration',
      facts: { missing: ['test.merge', 'test.deploy'] },
      message: expect.stringContaining('test.merge, test.deploy'),
    });
  });

  it('takes submits of types that are only expected, for whoever handles them', async () => {
    await using submitter = await make([], { expects: [step] });
    const jobId = await submitted(submitter.engine, { tasks: [spec('a')] });
    await expect(submitter.engine.work({ jobs: [jobId], concurrency: 1 })).rejects.toMatchObject({ facts: { missing: ['test.step'] } });
    expect(await submitter.engine.status(jobId)).toMatchObject({ state: 'running', counts: { queued: 1 } });
  });

  it('starts when everything is handled that is expected', async () => {
    await using made = await make([steps()], { expects: [step] });
    expect((await run(made.engine, [spec('a')])).state).toBe('completed');
  });

  it('refuses two handlers for one type', async () => {
    await expect(make([steps(), handle(step, async () => success(null))])).rejects.toThrow('«test.step» is registered twice');
  });

  it('hands progress to whoever watches', async () => {
    const seen: unknown[] = [];
    const busy: StepHandler = async (context) => {
      context.progress({ done: 1 });
      return success(null);
    };
    await using made = await make([steps({ busy })]);
    const jobId = await submitted(made.engine, { tasks: [spec('busy')] });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1, onProgress: ({ key, data }) => seen.push([key, data]) });
    await worker.settled(jobId);
    expect(seen).toEqual([['busy', { done: 1 }]]);
  });

  it('does not let a task fail because whoever watches does', async () => {
    const gate = Promise.withResolvers<void>();
    const busy: StepHandler = async (context) => {
      context.progress(1);
      await gate.promise;
      return success('done');
    };
    await using made = await make([steps({ busy })]);
    const jobId = await submitted(made.engine, { tasks: [spec('busy', { budget: { attempts: 1 } })] });
    const onProgress = (): never => {
      throw new Error('The screen is gone.');
    };
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1, onProgress });
    await expect(worker.settled(jobId)).rejects.toThrow('The screen is gone.');
    gate.resolve();
    await Array.fromAsync(made.engine.events(jobId, { follow: true }));
    expect((await taskByKey(made.engine, jobId, 'busy')).task).toMatchObject({ state: 'succeeded', failures: 0 });
  });

  it('hands the attributes of the job and who he is to the handler', async () => {
    const seen: unknown[] = [];
    const look: StepHandler = async ({ attributes, jobId, taskId, epoch, key, idempotencyKey }) => {
      seen.push({ attributes, jobId, epoch, key, same: idempotencyKey === taskId });
      return success(null);
    };
    await using made = await make([steps({ look })]);
    const jobId = await submitted(made.engine, { tasks: [spec('look')], attributes: { for: 'ada' } });
    await runJob(made.engine, jobId);
    expect(seen).toEqual([{ attributes: { for: 'ada' }, jobId, epoch: 1, key: 'look', same: true }]);
  });
}

function optionCases(make: MakeEngine): void {
  it('refuses options that are none, and says which', async () => {
    await using made = await make([steps()]);
    const refusals = {
      concurrency: [{}, { concurrency: Number.NaN }, { concurrency: 1.5 }, { concurrency: -1 }, { concurrency: '2' }],
      'concurrencyByType["test.step"]': [{ concurrency: 1, concurrencyByType: { 'test.step': Number.NaN } }],
      jobs: [
        { jobs: 'all', concurrency: 1 },
        { jobs: undefined, concurrency: 1 },
      ],
    };
    for (const [path, cases] of Object.entries(refusals)) {
      for (const options of cases) {
        const working = made.engine.work({ jobs: 'unclaimed', ...options } as never);
        await expect(working).rejects.toMatchObject({ reason: 'usage', facts: { path } });
      }
    }
    await using worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 1 });
    expect(() => worker.limit({ concurrency: Number.NaN })).toThrow('concurrency must be a whole number');
  });

  it('takes the default for a time that is not given, and refuses one that is none', async () => {
    await using made = await make([steps()], { timing: { leaseMs: undefined } as never });
    expect((await run(made.engine, [spec('a')])).state).toBe('completed');
    await expect(make([steps()], { timing: { leaseMs: Number.NaN } })).rejects.toMatchObject({
      reason: 'usage',
      facts: { path: 'timing.leaseMs' },
    });
  });

  it('keeps the limits that a change of limits does not name', async () => {
    let [now, most] = [0, 0];
    const counting = handle(step, async () => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
      now -= 1;
      return success(null);
    });
    await using made = await make([counting]);
    const jobId = await submitted(made.engine, { tasks: Array.from({ length: 30 }, (_, index) => spec(`task-${index}`)) });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 0, concurrencyByType: { [step.name]: 2 } });
    worker.limit({ concurrency: 6 });
    expect(await worker.settled(jobId)).toBe('completed');
    expect(most).toBe(2);
  });
}

function disposalCases(make: MakeEngine): void {
  const closed = { reason: 'usage', message: expect.stringContaining('The engine is closed.') };

  it('refuses whatever is asked of an engine that is disposed', async () => {
    await using made = await make([steps()]);
    const other = await made.another([steps()]);
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    const worker = await other.engine.work({ jobs: [jobId], concurrency: 0 });
    const settled = worker.settled(jobId);
    await other[Symbol.asyncDispose]();
    expect(await settled).toBe('running');
    await expect(worker.ended).resolves.toBeUndefined();
    const { engine } = other;
    await expect(engine.submit({ title: 'late', tasks: [spec('a')] })).rejects.toMatchObject(closed);
    await expect(engine.status(jobId)).rejects.toMatchObject(closed);
    await expect(engine.tasks(jobId)).rejects.toMatchObject(closed);
    await expect(engine.cancel(jobId, 'late')).rejects.toMatchObject(closed);
    await expect(Array.fromAsync(engine.events(jobId))).rejects.toMatchObject(closed);
    await expect(engine.work({ jobs: [jobId], concurrency: 1 })).rejects.toMatchObject(closed);
    await expect(worker.settled(jobId)).rejects.toMatchObject(closed);
    await worker.stop();
  });

  it('gives back no worker that was being started when its engine was disposed', async () => {
    await using made = await make([steps()]);
    const other = await made.another([steps()]);
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    const [starting] = await Promise.allSettled([other.engine.work({ jobs: [jobId], concurrency: 1 }), other[Symbol.asyncDispose]()]);
    expect(starting).toMatchObject({ status: 'rejected', reason: closed });
    expect((await runJob(made.engine, jobId)).state).toBe('completed');
  });
}

function carryCases(make: MakeEngine): void {
  it('refuses a job that another living process carries', async () => {
    await using made = await make([steps()], { carrying: true });
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    const first = await made.engine.work({ jobs: [jobId], concurrency: 0 });
    await expect(made.engine.work({ jobs: [jobId], concurrency: 1 })).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
    expect((await made.engine.status(jobId))?.carriedBy).toBe(first.process);
    await first.stop();
    expect((await runJob(made.engine, jobId)).state).toBe('completed');
  });

  it('refuses a job that does not exist', async () => {
    await using made = await make([steps()], { carrying: true });
    await expect(made.engine.work({ jobs: ['nowhere' as never], concurrency: 1 })).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
  });

  it('takes up jobs that nobody carries', async () => {
    await using made = await make([steps()]);
    await using worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 2 });
    const jobs = [await submitted(made.engine, { tasks: [spec('a')] }), await submitted(made.engine, { tasks: [spec('b')] })];
    expect(await Promise.all(jobs.map((job) => worker.settled(job)))).toEqual(['completed', 'completed']);
  });

  it('takes up what another engine has submitted', async () => {
    await using made = await make([steps()]);
    await using other = await made.another([steps()]);
    await using worker = await other.engine.work({ jobs: 'unclaimed', concurrency: 1 });
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    expect(await worker.settled(jobId)).toBe('completed');
  });

  it('takes up the job that can go on behind however many that wait', async () => {
    await using made = await make([steps()]);
    const open = Array.from({ length: 501 }, () => made.engine.submit({ title: 'open', open: true, tasks: [] }));
    await Promise.all(open);
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    await using worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 2 });
    expect(await worker.settled(jobId)).toBe('completed');
  });

  it('takes up all jobs that nobody carries, however many there are', async () => {
    await using made = await make([steps()]);
    const jobs = await Promise.all(Array.from({ length: 1_001 }, () => submitted(made.engine, { tasks: [spec('a')] })));
    await using worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 64 });
    expect(new Set(await Promise.all(jobs.map((job) => worker.settled(job))))).toEqual(new Set(['completed']));
  });

  it('leaves to others what it has no handler for, when it takes up what nobody carries', async () => {
    await using made = await make([steps()], { carrying: true });
    await using other = await made.another([handle(elsewhere, async () => ({ kind: 'success', result: null }))]);
    await using both = await made.another([steps(), handle(elsewhere, async () => ({ kind: 'success', result: null }))]);
    await using worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 2 });
    const foreign = await submitted(other.engine, { tasks: [{ type: 'test.elsewhere', key: 'b', payload: 0 }] });
    const mixed = await submitted(both.engine, { tasks: [spec('a'), { type: 'test.elsewhere', key: 'b', payload: 0 }] });
    await happened(both.engine, mixed, (event) => event.type === 'task.state' && event.data.state === 'succeeded');
    for (const jobId of [foreign, mixed])
      expect(await made.engine.status(jobId)).toMatchObject({
        state: 'running',
        counts: { queued: 1 },
        bottleneck: 'No process here handles «test.elsewhere»',
      });
    expect((await runJob(other.engine, foreign)).state).toBe('completed');
    await worker.stop();
    expect((await runJob(both.engine, mixed)).state).toBe('completed');
  });

  it('takes up a job it was told to carry that had ended, when a retry opens it again', async () => {
    let calls = 0;
    const bad: StepHandler = async () => {
      calls += 1;
      return calls === 1 ? { kind: 'failure', reason: 'no', retryHint: 'never' } : success(null);
    };
    await using made = await make([steps({ bad })]);
    const job = await run(made.engine, [spec('bad')]);
    expect(job.state).toBe('failed');
    await using worker = await made.engine.work({ jobs: [job.id], concurrency: 1 });
    await made.engine.retry((await taskByKey(made.engine, job.id, 'bad')).task.id, 'ada');
    await Array.fromAsync(made.engine.events(job.id, { follow: true }));
    expect(await worker.settled(job.id)).toBe('completed');
  });

  it('says in which state a job is left when the worker is stopped', async () => {
    await using made = await make([steps()]);
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    const worker = await made.engine.work({ jobs: [jobId], concurrency: 0 });
    const settled = worker.settled(jobId);
    await worker.stop();
    expect(await settled).toBe('running');
  });
}

function leaseCases(make: MakeEngine): void {
  it('gives leases back when it is stopped, without counting a failure', async () => {
    const started = Promise.withResolvers<void>();
    const reasons: unknown[] = [];
    let calls = 0;
    const long: StepHandler = ({ signal }) => {
      calls += 1;
      if (calls > 1) return Promise.resolve(success('second time'));
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          reject(signal.reason as Error);
        });
        started.resolve();
      });
    };
    await using made = await make([steps({ long })]);
    const jobId = await submitted(made.engine, { tasks: [spec('long')] });
    const worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await started.promise;
    await worker.stop();
    expect(reasons).toMatchObject([{ why: 'shutdown' }]);
    expect((await taskByKey(made.engine, jobId, 'long')).task).toMatchObject({ state: 'ready', epoch: 2, failures: 0, leasesLost: 0 });
    await runJob(made.engine, jobId);
    const { task, attempts } = await taskByKey(made.engine, jobId, 'long');
    expect(task).toMatchObject({ state: 'succeeded', failures: 0 });
    expect(attempts.map((attempt) => attempt.outcome)).toEqual(['released', 'success']);
  });

  it('keeps what succeeds while the worker is being stopped', async () => {
    const started = Promise.withResolvers<void>();
    const late: StepHandler = ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(success('just in time')));
        started.resolve();
      });
    await using made = await make([steps({ late })]);
    const jobId = await submitted(made.engine, { tasks: [spec('late')] });
    const worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await started.promise;
    await worker.stop();
    expect((await taskByKey(made.engine, jobId, 'late')).task).toMatchObject({ state: 'succeeded', result: { value: 'just in time' } });
  });

  it('does not wait for ever for a handler that does not stop with its worker', async () => {
    const started = Promise.withResolvers<void>();
    const deaf: StepHandler = () => {
      started.resolve();
      return new Promise(() => undefined);
    };
    await using made = await make([steps({ deaf })], { timing: { graceMs: 20 } });
    const jobId = await submitted(made.engine, { tasks: [spec('deaf')] });
    const worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await started.promise;
    await worker.stop();
    expect((await taskByKey(made.engine, jobId, 'deaf')).task).toMatchObject({ state: 'ready', failures: 0, leasesLost: 0 });
  });

  it('refuses what an attempt reports whose lease was lost', async () => {
    const gate = Promise.withResolvers<void>();
    const reported = Promise.withResolvers<void>();
    const reasons: unknown[] = [];
    let calls = 0;
    const slow: StepHandler = async ({ signal }) => {
      calls += 1;
      if (calls > 1) return success('second');
      await gate.promise;
      // Whoever has taken the task may be done with it before this one is told.
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      reasons.push(signal.reason);
      setImmediate(reported.resolve);
      return success('first');
    };
    await using made = await make([steps({ slow })], { timing: { leaseMs: 100, heartbeatMs: 1_000_000 } });
    const jobId = await submitted(made.engine, { tasks: [spec('slow')] });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 2 });
    expect(await worker.settled(jobId)).toBe('completed');
    const before = await Array.fromAsync(made.engine.events(jobId));
    expect(before.map((event) => event.type)).toContain('lease.lost');
    gate.resolve();
    await reported.promise;
    await worker.stop();
    const { task, attempts } = await taskByKey(made.engine, jobId, 'slow');
    expect(task).toMatchObject({ state: 'succeeded', result: { value: 'second' }, leasesLost: 1, epoch: 2 });
    expect(attempts.map((attempt) => attempt.outcome)).toEqual(['error', 'success']);
    expect(await Array.fromAsync(made.engine.events(jobId))).toEqual(before);
    expect(reasons).toMatchObject([{ why: 'lease-lost' }]);
  });

  it('counts lost leases as attempts', async () => {
    const hanging: StepHandler = () => new Promise(() => undefined);
    await using made = await make([steps({ hanging })], { timing: { leaseMs: 40, heartbeatMs: 1_000_000, graceMs: 10 } });
    const jobId = await submitted(made.engine, { tasks: [spec('hanging', { budget: { attempts: 2 } })] });
    expect((await runJob(made.engine, jobId)).state).toBe('failed');
    expect((await taskByKey(made.engine, jobId, 'hanging')).task).toMatchObject({
      state: 'dead',
      leasesLost: 2,
      failures: 0,
      reason: expect.stringContaining('Max attempts reached: 2/2. Last: The lease of process'),
    });
  });

  it('has its leases renewed while it executes', async () => {
    const long: StepHandler = async ({ taskId }) => {
      const until = async (): Promise<number> => {
        const task = (await made.engine.task(taskId))?.task;
        return task?.state === 'running' ? task.lease.until : 0;
      };
      const first = await until();
      // Nothing announces a beat.
      while ((await until()) < first + 60) await new Promise((resolve) => setImmediate(resolve));
      return success(null);
    };
    await using made = await make([steps({ long })], { timing: { leaseMs: 20_000, heartbeatMs: 20 } });
    const job = await run(made.engine, [spec('long')]);
    expect((await taskByKey(made.engine, job.id, 'long')).task).toMatchObject({ state: 'succeeded', leasesLost: 0 });
  });

  it('moves on to other jobs while one of its attempts is left alone', async () => {
    const started = Promise.withResolvers<void>();
    await using made = await make([steps({ long: untilAborted(started.resolve) })]);
    const first = await submitted(made.engine, { tasks: [spec('long')] });
    await using worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 1 });
    await started.promise;
    const second = await submitted(made.engine, { tasks: [spec('a')] });
    await made.engine.cancel(first, 'make room');
    await happened(made.engine, second, (event) => event.type === 'task.started');
    expect(await worker.settled(second)).toBe('completed');
  });
}
