import { describe, expect, it } from 'vitest';
import { after, asking, failing, failingForAnHour, idOf, run, runJob, spec, steps, submitted, untilAborted, waits } from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

/** What the engine tells of jobs and tasks. */
export function statusCases(make: MakeEngine): void {
  describe('status and result', () => {
    stateCases(make);
    wordCases(make);
    resultCases(make);
  });
}

const parent: StepHandler = async () => ({ kind: 'success', decomposition: { join: 'none', children: [spec('child')] } });

function stateCases(make: MakeEngine): void {
  it.each<readonly [string, Readonly<Record<string, StepHandler>>, Readonly<Record<string, number>>]>([
    ['completed', {}, { succeeded: 2 }],
    ['completed', { first: parent }, { succeeded: 1, decomposed: 1, skipped: 1 }],
    ['failed', { first: failing }, { dead: 1, skipped: 1 }],
    ['failed', { second: failing }, { succeeded: 1, dead: 1 }],
    ['waiting', { first: asking({ from: 'person' }) }, { waiting_for_person: 1, waiting_for_dependencies: 1 }],
    ['waiting', { second: asking({ from: 'event' }) }, { succeeded: 1, waiting_for_event: 1 }],
    ['stuck', { first: asking({ from: 'nobody' }) }, { waiting_for_nobody: 1, waiting_for_dependencies: 1 }],
  ])('derives that a job is %s from its tasks (%#)', async (state, handlers, counts) => {
    await using made = await make([steps(handlers)]);
    const job = await run(made.engine, [spec('first'), spec('second', after('first'))]);
    expect(job.state).toBe(state);
    expect(job.counts).toEqual({ queued: 0, running: 0, succeeded: 0, retry_scheduled: 0, dead: 0, decomposed: 0, ...counts });
    expect(job.endedAt === undefined).toBe(state === 'waiting');
  });

  it('derives that a job runs while something is ready, runs or is scheduled', async () => {
    const started = Promise.withResolvers<void>();
    await using made = await make([steps({ long: untilAborted(started.resolve), later: failingForAnHour })], { carrying: true });
    const { engine } = made;
    const jobId = await submitted(engine, { tasks: [spec('long', { priority: -1 }), spec('later', { priority: 1 })] });
    expect(await engine.status(jobId)).toMatchObject({ state: 'running', bottleneck: 'No process carries it', counts: { queued: 2 } });
    const worker = await engine.work({ jobs: [jobId], concurrency: 1 });
    await started.promise;
    await waits(engine, jobId, 'later', 'backoff');
    expect(await engine.status(jobId)).toMatchObject({
      state: 'running',
      bottleneck: '1 tasks run',
      counts: { running: 1, retry_scheduled: 1 },
      carriedBy: worker.process,
    });
    await worker.stop();
    expect(await engine.status(jobId)).toMatchObject({ carriedBy: undefined, counts: { queued: 1, retry_scheduled: 1 } });
  });

  it('does not know a job or a task that does not exist', async () => {
    await using made = await make([]);
    expect(await made.engine.status('nowhere' as never)).toBeUndefined();
    expect(await made.engine.task('nowhere' as never)).toBeUndefined();
    expect(await made.engine.tasks('nowhere' as never)).toEqual([]);
    await expect(made.engine.result('nowhere' as never)).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
  });
}

function wordCases(make: MakeEngine): void {
  it('names the bottleneck: a retry', async () => {
    await using made = await make([steps({ later: failingForAnHour })]);
    const jobId = await submitted(made.engine, { tasks: [spec('later')] });
    await using _worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await waits(made.engine, jobId, 'later', 'backoff');
    expect((await made.engine.status(jobId))?.bottleneck).toBe('1 tasks wait for their next attempt');
  });

  it('names the bottleneck: somebody who must allow more', async () => {
    await using made = await make([steps({ asking: asking({ from: 'budget', question: 'May it cost 5 USD more?' }) })]);
    expect((await run(made.engine, [spec('asking')])).bottleneck).toBe('asking: May it cost 5 USD more?');
  });

  it('shows the latest attempts and decisions, the newest first', async () => {
    await using made = await make([steps({ bad: async () => ({ kind: 'failure', reason: 'no', retryHint: { delayMs: 0 } }) })]);
    const job = await run(made.engine, [spec('bad', { budget: { attempts: 12 } })]);
    expect(job.latestAttempts.map((attempt) => attempt.epoch)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    expect(job.latestDecisions.map((decision) => decision.reason).slice(0, 2)).toEqual([
      'Max attempts reached: 12/12',
      'Retry attempt 12/12 after 0s',
    ]);
    expect(new Set(job.latestAttempts.map((attempt) => attempt.taskId))).toEqual(new Set([await idOf(made.engine, job.id, 'bad')]));
  });
}

function resultCases(make: MakeEngine): void {
  it('gives a result that explains itself, also while the job runs', async () => {
    await using made = await make([steps({ bad: failing, parent, asking: asking({ from: 'person' }) })]);
    const { engine } = made;
    const job = await run(engine, [
      spec('good'),
      spec('bad'),
      spec('skipped', after('bad')),
      spec('parent'),
      spec('asking'),
      spec('last', after('asking')),
    ]);
    const keys = (list: Awaited<ReturnType<typeof engine.result>>['tasks']) => list.map(({ task, why }) => [task.key, why]);
    const result = await engine.result(job.id);
    expect(result).toMatchObject({ jobId: job.id, state: 'waiting', reason: 'asking: Go on?' });
    expect(keys(result.completed)).toEqual([
      ['good', 'Succeeded'],
      ['skipped', 'Depends on bad, which ended as dead'],
      ['parent', 'Handler proposed decomposition'],
      ['child', 'Succeeded'],
    ]);
    expect(keys(result.failed)).toEqual([['bad', 'no']]);
    expect(keys(result.unfinished)).toEqual([
      ['asking', 'Go on?'],
      ['last', 'Waits for a task that it depends on'],
    ]);
    expect(keys(result.tasks).map(([key]) => key)).toEqual(['good', 'bad', 'skipped', 'parent', 'asking', 'last', 'child']);
    await engine.cancel(job.id, 'enough');
    expect(await engine.result(job.id)).toMatchObject({ state: 'cancelled', reason: 'enough', unfinished: [] });
  });

  it('gives a task with everything that was tried, as the result does', async () => {
    const bad: StepHandler = async () => ({
      kind: 'failure',
      reason: 'no',
      costMicroUsd: 5,
      observations: ['looked around'],
      artifacts: [{ kind: 'log', name: 'log', reference: 'file:log' }],
    });
    await using made = await make([steps({ bad })]);
    const job = await run(made.engine, [spec('bad', { budget: { attempts: 2 } })]);
    const [fromResult] = (await made.engine.result(job.id)).tasks;
    const task = await made.engine.task(await idOf(made.engine, job.id, 'bad'));
    expect(task).toEqual(fromResult);
    expect(task).toMatchObject({
      task: { costMicroUsd: 10 },
      attempts: [{ costMicroUsd: 5, observations: ['looked around'] }, { artifacts: [{ name: 'log' }] }],
      artifacts: [{ name: 'log' }, { name: 'log' }],
    });
  });

  it('lists tasks by state, by type, and so many of them', async () => {
    await using made = await make([steps({ bad: failing })]);
    const job = await run(made.engine, [spec('a'), spec('bad'), spec('c')]);
    const keys = async (filter: Parameters<typeof made.engine.tasks>[1]) =>
      (await made.engine.tasks(job.id, filter)).map((task) => task.key);
    expect(await keys({ states: ['succeeded'] })).toEqual(['a', 'c']);
    expect(await keys({ states: ['succeeded', 'dead'] })).toEqual(['a', 'bad', 'c']);
    expect(await keys({ states: [] })).toEqual([]);
    expect(await keys({ type: 'test.step', limit: 2 })).toEqual(['a', 'bad']);
    expect(await keys({ type: 'test.other' })).toEqual([]);
    expect(await keys({ limit: 0 })).toEqual([]);
    expect(await keys({})).toEqual(['a', 'bad', 'c']);
    expect((await runJob(made.engine, job.id)).state).toBe('failed');
  });
}
