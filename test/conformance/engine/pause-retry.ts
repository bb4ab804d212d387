import { describe, expect, it } from 'vitest';
import type { JobId } from '../../../src/domain/ids.ts';
import {
  after,
  asking,
  failing,
  failingForAnHour,
  idOf,
  run,
  runJob,
  spec,
  statesOf,
  steps,
  submitted,
  success,
  taskByKey,
  waits,
} from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

/** Fails until it is told that the cause is mended. */
function mendable(): { readonly handler: StepHandler; mend: () => void } {
  let mended = false;
  return {
    handler: async ({ key }) => (mended ? success(key) : { kind: 'failure', reason: 'broken', retryHint: 'never' }),
    mend: () => {
      mended = true;
    },
  };
}

/** The operator's hands. */
export function pauseAndRetryCases(make: MakeEngine): void {
  describe('pause and resume', () => {
    pauseCases(make);
  });
  describe('retry', () => {
    reviveCases(make);
    refusalCases(make);
  });
}

function pauseCases(make: MakeEngine): void {
  it('lets others have their turn while many tasks are held back, let go on and cancelled', async () => {
    await using made = await make([steps()]);
    const { engine } = made;
    const jobId = await submitted(engine, { tasks: Array.from({ length: 1_600 }, (_, index) => spec(`t${index}`)) });
    const seen: Readonly<Record<string, number>>[] = [];
    const watched = async <T>(call: Promise<T>): Promise<T> => {
      const other = await submitted(engine, { tasks: [spec('a')] });
      seen.push((await engine.status(jobId))?.counts ?? {});
      await engine.cancel(other, 'it was heard');
      return call;
    };
    expect(await watched(engine.pause(jobId, 'lunch'))).toBe(true);
    expect(await engine.status(jobId)).toMatchObject({ state: 'paused', counts: { paused: 1_600 } });
    expect(await watched(engine.resume(jobId))).toBe(true);
    expect(await engine.status(jobId)).toMatchObject({ state: 'running', counts: { queued: 1_600 } });
    await watched(engine.cancel(jobId, 'enough'));
    expect(await engine.status(jobId)).toMatchObject({ state: 'cancelled', counts: { cancelled: 1_600 } });
    for (const counts of seen) expect(counts['queued']).toBeGreaterThan(0);
    expect(seen[0]?.['queued']).toBeLessThan(1_600);
  });

  it('starts nothing of a paused job, and lets what runs come to its end', async () => {
    const gate = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const long: StepHandler = async ({ key }) => {
      started.resolve();
      await gate.promise;
      return success(key);
    };
    await using made = await make([steps({ long })]);
    const { engine } = made;
    const jobId = await submitted(engine, { tasks: [spec('long', { priority: 1 }), spec('other'), spec('next', after('long'))] });
    await using worker = await engine.work({ jobs: [jobId], concurrency: 1 });
    await started.promise;
    expect(await engine.pause(jobId, 'lunch')).toBe(true);
    expect(await engine.pause(jobId, 'more lunch')).toBe(false);
    expect(await engine.status(jobId)).toMatchObject({ state: 'running', counts: { running: 1, paused: 1 } });
    gate.resolve();
    expect(await worker.settled(jobId)).toBe('paused');
    expect(await engine.status(jobId)).toMatchObject({ bottleneck: 'Paused: lunch', counts: { succeeded: 1, paused: 2 } });
    expect(await engine.resume(jobId)).toBe(true);
    expect(await engine.resume(jobId)).toBe(false);
    expect(await worker.settled(jobId)).toBe('completed');
    const events = await Array.fromAsync(engine.events(jobId));
    expect(events.filter((event) => event.type === 'job.paused' || event.type === 'job.resumed')).toMatchObject([
      { type: 'job.paused', data: { reason: 'lunch' } },
      { type: 'job.resumed' },
    ]);
  });

  it('holds what is answered, added or due in a paused job until it is resumed', async () => {
    await using made = await make([steps({ asking: asking({ from: 'person' }), later: failingForAnHour })]);
    const { engine } = made;
    const jobId = await submitted(engine, { tasks: [spec('asking'), spec('later', { budget: { attempts: 2 } })], open: true });
    await using worker = await engine.work({ jobs: [jobId], concurrency: 2 });
    await Promise.all([waits(engine, jobId, 'asking', 'person'), waits(engine, jobId, 'later', 'backoff')]);
    await engine.pause(jobId, 'lunch');
    expect(await engine.signal(await idOf(engine, jobId, 'asking'), 'go', null, 'ada')).toEqual({ kind: 'answered' });
    expect(await engine.retry(await idOf(engine, jobId, 'later'), 'ada')).toEqual({ kind: 'retried' });
    await engine.add(jobId, [spec('added')]);
    expect(await engine.status(jobId)).toMatchObject({ state: 'paused', counts: { paused: 3, queued: 0, running: 0 } });
    await engine.seal(jobId);
    await engine.resume(jobId);
    expect(await worker.settled(jobId)).toBe('failed');
    expect(await statesOf(engine, jobId)).toEqual({ asking: 'succeeded', later: 'dead', added: 'succeeded' });
  });

  it('stays paused through a restart', async () => {
    await using made = await make([steps()]);
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    await made.engine.pause(jobId, 'lunch');
    await using other = await made.another([steps()]);
    expect((await runJob(other.engine, jobId)).state).toBe('paused');
    expect((await taskByKey(other.engine, jobId, 'a')).task.executions).toBe(0);
    await other.engine.resume(jobId);
    expect((await runJob(other.engine, jobId)).state).toBe('completed');
  });

  it('does not pause a job that has ended, and knows no job that does not exist', async () => {
    await using made = await make([steps()]);
    const job = await run(made.engine, [spec('a')]);
    expect(await made.engine.pause(job.id, 'late')).toBe(false);
    expect(await made.engine.resume(job.id)).toBe(false);
    await expect(made.engine.pause('nowhere' as JobId, 'x')).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
    await expect(made.engine.resume('nowhere' as JobId)).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
  });
}

function reviveCases(make: MakeEngine): void {
  it('tries a dead task again with a full budget, and those that were skipped because of it', async () => {
    const { handler, mend } = mendable();
    await using made = await make([steps({ flaky: handler })]);
    const { engine } = made;
    const jobId = await submitted(engine, {
      tasks: [spec('flaky', { budget: { attempts: 1 } }), spec('next', after('flaky')), spec('last', after('next'))],
    });
    expect((await runJob(engine, jobId)).state).toBe('failed');
    mend();
    expect(await engine.retry(await idOf(engine, jobId, 'flaky'), 'ada')).toEqual({ kind: 'retried' });
    expect(await engine.status(jobId)).toMatchObject({
      state: 'running',
      endedAt: undefined,
      counts: { queued: 1, waiting_for_dependencies: 2 },
    });
    expect((await runJob(engine, jobId)).state).toBe('completed');
    const { task, attempts } = await taskByKey(engine, jobId, 'flaky');
    expect(task).toMatchObject({ state: 'succeeded', failures: 0, executions: 2, epoch: 2 });
    expect(attempts.map((attempt) => attempt.outcome)).toEqual(['failure', 'success']);
    expect(await statesOf(engine, jobId)).toEqual({ flaky: 'succeeded', next: 'succeeded', last: 'succeeded' });
    const events = await Array.fromAsync(engine.events(jobId));
    expect(events).toContainEqual(
      expect.objectContaining({ data: expect.objectContaining({ key: 'flaky', state: 'ready', reason: 'Tried again by ada' }) }),
    );
  });

  it('leaves those skipped that need another one too, until that is tried again', async () => {
    const one = mendable();
    const other = mendable();
    await using made = await make([steps({ one: one.handler, other: other.handler })]);
    const { engine } = made;
    const job = await run(engine, [spec('one'), spec('other'), spec('both', after('one', 'other'))]);
    one.mend();
    await engine.retry(await idOf(engine, job.id, 'one'), 'ada');
    expect((await runJob(engine, job.id)).state).toBe('failed');
    expect(await statesOf(engine, job.id)).toEqual({ one: 'succeeded', other: 'dead', both: 'skipped' });
    other.mend();
    await engine.retry(await idOf(engine, job.id, 'other'), 'ada');
    expect((await runJob(engine, job.id)).state).toBe('completed');
  });

  it('ends the wait of a task before its next attempt', async () => {
    let calls = 0;
    const later: StepHandler = async (context) => ((calls += 1) > 1 ? success(null) : failingForAnHour(context));
    await using made = await make([steps({ later })]);
    const jobId = await submitted(made.engine, { tasks: [spec('later')] });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await waits(made.engine, jobId, 'later', 'backoff');
    expect(await made.engine.retry(await idOf(made.engine, jobId, 'later'), 'ada')).toEqual({ kind: 'retried' });
    expect(await worker.settled(jobId)).toBe('completed');
    expect((await taskByKey(made.engine, jobId, 'later')).task).toMatchObject({ failures: 1, executions: 2 });
  });

  it('is carried on by a worker that is there', async () => {
    const { handler, mend } = mendable();
    await using made = await make([steps({ flaky: handler })]);
    const jobId = await submitted(made.engine, { tasks: [spec('flaky')] });
    await using worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 1 });
    expect(await worker.settled(jobId)).toBe('failed');
    mend();
    await made.engine.retry(await idOf(made.engine, jobId, 'flaky'), 'ada');
    expect(await worker.settled(jobId)).toBe('completed');
  });

  it('tries a composed parent again that died of its children', async () => {
    const { handler, mend } = mendable();
    const parent: StepHandler = async ({ children }) =>
      children.some((child) => child.end.state === 'dead') && children.length === 1
        ? success('coped')
        : { kind: 'success', decomposition: { join: 'compose', children: [spec('child')] } };
    await using made = await make([steps({ parent, child: handler })]);
    const job = await run(made.engine, [spec('parent')]);
    expect(job.state).toBe('failed');
    mend();
    expect(await made.engine.retry(await idOf(made.engine, job.id, 'parent'), 'ada')).toEqual({ kind: 'retried' });
    expect((await runJob(made.engine, job.id)).state).toBe('completed');
  });
}

function refusalCases(make: MakeEngine): void {
  it('refuses a task that is neither dead nor skipped', async () => {
    await using made = await make([steps()]);
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    const id = await idOf(made.engine, jobId, 'a');
    const why = (state: string) => ({ kind: 'refused', why: `Task a is ${state}; only one that is dead or skipped can be tried again.` });
    expect(await made.engine.retry(id, 'ada')).toEqual(why('ready'));
    await runJob(made.engine, jobId);
    expect(await made.engine.retry(id, 'ada')).toEqual(why('succeeded'));
  });

  it('refuses a task that depends on one that failed, and names that', async () => {
    await using made = await make([steps({ bad: failing })]);
    const job = await run(made.engine, [spec('bad'), spec('next', after('bad'))]);
    expect(await made.engine.retry(await idOf(made.engine, job.id, 'next'), 'ada')).toEqual({
      kind: 'refused',
      why: 'It depends on bad, which ended as dead; try that one again.',
    });
  });

  it('refuses a child whose parent has gone on with its end', async () => {
    const parent: StepHandler = async ({ children }) =>
      children.length > 0 ? success(null) : { kind: 'success', decomposition: { join: 'resume', children: [spec('child')] } };
    await using made = await make([steps({ parent, child: failing })]);
    const job = await run(made.engine, [spec('parent')]);
    expect(await made.engine.retry(await idOf(made.engine, job.id, 'child'), 'ada')).toEqual({
      kind: 'refused',
      why: 'parent had begun it and has gone on with its end; try that one again.',
    });
  });

  it('refuses a task of a job that was cancelled', async () => {
    await using made = await make([steps({ bad: failing, asking: asking({ from: 'person' }) })]);
    const job = await run(made.engine, [spec('bad'), spec('asking')]);
    await made.engine.cancel(job.id, 'not needed');
    expect(await made.engine.retry(await idOf(made.engine, job.id, 'bad'), 'ada')).toEqual({
      kind: 'refused',
      why: 'Its job was cancelled: not needed.',
    });
  });

  it('refuses when another job holds the exclusive key by now', async () => {
    await using made = await make([steps({ bad: failing })]);
    const jobId = await submitted(made.engine, { tasks: [spec('bad')], exclusiveKey: 'issue-1' });
    await runJob(made.engine, jobId);
    const other = await submitted(made.engine, { tasks: [spec('a')], exclusiveKey: 'issue-1' });
    const id = await idOf(made.engine, jobId, 'bad');
    expect(await made.engine.retry(id, 'ada')).toEqual({
      kind: 'refused',
      why: `Job ${other} has begun under the same key «issue-1»; it goes on there.`,
    });
    await runJob(made.engine, other);
    expect(await made.engine.retry(id, 'ada')).toEqual({ kind: 'retried' });
    expect(await made.engine.submit({ title: 'c', tasks: [spec('a')], exclusiveKey: 'issue-1' })).toEqual({ kind: 'already-open', jobId });
  });

  it('does not know a task that does not exist', async () => {
    await using made = await make([]);
    expect(await made.engine.retry('nowhere' as never, 'ada')).toEqual({ kind: 'unknown' });
  });
}
