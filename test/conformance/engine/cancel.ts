import { describe, expect, it } from 'vitest';
import type { Decider } from '../../../src/domain/decision.ts';
import { defaultDecider } from '../../../src/domain/decision.ts';
import type { JobId } from '../../../src/domain/ids.ts';
import type { TaskSpec } from '../../../src/domain/job.ts';
import type { Engine } from '../../../src/weaver/engine.ts';
import {
  after,
  afterEndOf,
  asking,
  failing,
  failingForAnHour,
  happened,
  run,
  runJob,
  spec,
  statesOf,
  steps,
  submitted,
  success,
  taskByKey,
  untilAborted,
  waits,
} from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

/** How the task `it` gets into a state from which it is cancelled. */
interface Situation {
  readonly tasks: readonly TaskSpec[];
  readonly handlers?: Readonly<Record<string, StepHandler>>;
  /** Resolves when it is there; nothing is executed where it is absent. */
  readonly reached?: (engine: Engine, jobId: JobId) => Promise<unknown>;
  /** Before anything is executed. */
  readonly prepare?: (engine: Engine, jobId: JobId) => Promise<unknown>;
}

const inAnHour = Date.now() + 3_600_000;
const waitsFor = (reason: string) => (engine: Engine, jobId: JobId) => waits(engine, jobId, 'it', reason);
const begun = (key: string) => (engine: Engine, jobId: JobId) =>
  happened(engine, jobId, (event) => event.type === 'task.started' && event.data.key === key);
const splitting: StepHandler = async () => ({
  kind: 'success',
  decomposition: { join: 'resume', children: [spec('child', { priority: -1, budget: { attempts: 1 } })] },
});

const situations: Readonly<Record<string, Situation>> = {
  ready: { tasks: [spec('it')] },
  deps: { tasks: [spec('first'), spec('it', after('first'))] },
  children: { tasks: [spec('it')], handlers: { it: splitting, child: untilAborted() }, reached: begun('child') },
  backoff: { tasks: [spec('it')], handlers: { it: failingForAnHour }, reached: waitsFor('backoff') },
  person: { tasks: [spec('it')], handlers: { it: asking({ from: 'person' }) }, reached: waitsFor('person') },
  event: { tasks: [spec('it')], handlers: { it: asking({ from: 'event' }) }, reached: waitsFor('event') },
  budget: { tasks: [spec('it')], handlers: { it: asking({ from: 'budget' }) }, reached: waitsFor('budget') },
  deadline: { tasks: [spec('it')], handlers: { it: asking({ from: 'deadline', until: inAnHour }) }, reached: waitsFor('deadline') },
  repair: {
    tasks: [spec('it')],
    handlers: { it: async () => ({ kind: 'failure', reason: 'unreadable' }), repairer: untilAborted() },
    reached: begun('repairer'),
  },
  capacity: {
    tasks: [spec('first', { concurrencyKey: 'one', priority: 1 }), spec('it', { concurrencyKey: 'one' })],
    handlers: { first: untilAborted() },
    reached: waitsFor('capacity'),
  },
  paused: { tasks: [spec('it')], prepare: (engine, jobId) => engine.pause(jobId, 'lunch') },
  running: { tasks: [spec('it')], handlers: { it: untilAborted() }, reached: begun('it') },
};

/** Sends what says that it is unreadable to be repaired. */
const decider: Decider = {
  name: 'test',
  decide: (input) =>
    input.end.kind === 'failure' && input.end.reason === 'unreadable'
      ? { kind: 'repair', task: spec('repairer'), reason: 'Repair it' }
      : defaultDecider().decide(input),
};

/** A job that is asked to stop, wherever it stands. */
export function cancelCases(make: MakeEngine): void {
  describe('cancel', () => {
    stateCases(make);
    runningCases(make);
    decomposingCases(make);
  });
}

function stateCases(make: MakeEngine): void {
  it.each(Object.entries(situations))('ends a task that is %s, and everything with it', async (state, situation) => {
    await using made = await make([steps(situation.handlers ?? {})], { decider });
    const { engine } = made;
    const jobId = await submitted(engine, { tasks: [...situation.tasks, spec('last', afterEndOf('it'))] });
    await situation.prepare?.(engine, jobId);
    await using worker = situation.reached === undefined ? undefined : await engine.work({ jobs: [jobId], concurrency: 2 });
    await situation.reached?.(engine, jobId);
    const { task } = await taskByKey(engine, jobId, 'it');
    expect(task.state === 'pending' ? task.waiting.reason : task.state).toBe(state);
    const before = task.executions;

    await engine.cancel(jobId, 'not needed');
    expect((await worker?.settled(jobId)) ?? 'cancelled').toBe('cancelled');
    await worker?.stop();

    expect(await engine.status(jobId)).toMatchObject({ state: 'cancelled', cancelReason: 'not needed', endedAt: expect.any(Number) });
    const states = await statesOf(engine, jobId);
    expect(states).toEqual(Object.fromEntries(Object.keys(states).map((key) => [key, 'cancelled'])));
    expect((await taskByKey(engine, jobId, 'it')).task).toMatchObject({
      executions: before,
      reason: 'not needed',
      failures: task.failures,
    });
    // Nothing begins any more, whoever comes, and whatever was answered or resumed.
    const events = await Array.fromAsync(engine.events(jobId));
    expect(await engine.signal(task.id, 'go', null, 'ada')).toMatchObject({ kind: 'not-waiting' });
    expect(await engine.retry(task.id, 'ada')).toMatchObject({ kind: 'refused' });
    await engine.resume(jobId);
    expect((await runJob(engine, jobId)).state).toBe('cancelled');
    const since = (await Array.fromAsync(engine.events(jobId))).slice(events.length);
    expect(since.filter((event) => event.type !== 'job.resumed')).toEqual([]);
  });

  it.each([
    ['completed', {}],
    ['failed', { it: failing }],
    ['stuck', { it: asking({ from: 'nobody' }) }],
  ])('has no effect on a job that has ended: %s', async (state, handlers: Readonly<Record<string, StepHandler>>) => {
    await using made = await make([steps(handlers)]);
    const job = await run(made.engine, [spec('it')]);
    expect(job.state).toBe(state);
    const before = await Array.fromAsync(made.engine.events(job.id));
    await made.engine.cancel(job.id, 'too late');
    expect(await made.engine.status(job.id)).toMatchObject({ state, cancelReason: undefined });
    expect(await Array.fromAsync(made.engine.events(job.id))).toEqual(before);
  });

  it('keeps the first reason', async () => {
    await using made = await make([steps()]);
    const jobId = await submitted(made.engine, { tasks: [spec('a'), spec('b', after('a'))] });
    await made.engine.cancel(jobId, 'not needed');
    await made.engine.cancel(jobId, 'another reason');
    expect(await made.engine.status(jobId)).toMatchObject({ state: 'cancelled', cancelReason: 'not needed', counts: { cancelled: 2 } });
    expect((await made.engine.result(jobId)).reason).toBe('not needed');
  });

  it('does not know a job that does not exist', async () => {
    await using made = await make([]);
    await expect(made.engine.cancel('nowhere' as JobId, 'x')).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
  });
}

function runningCases(make: MakeEngine): void {
  it('tells the handler why, and counts nothing against the task', async () => {
    const started = Promise.withResolvers<void>();
    const reasons: unknown[] = [];
    const long: StepHandler = ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          reject(signal.reason as Error);
        });
        started.resolve();
      });
    await using made = await make([steps({ long })]);
    const jobId = await submitted(made.engine, { tasks: [spec('long')] });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await started.promise;
    await made.engine.cancel(jobId, 'enough');
    expect(await worker.settled(jobId)).toBe('cancelled');
    expect(reasons).toMatchObject([{ name: 'AttemptAborted', why: 'cancelled', message: 'enough' }]);
    expect(await taskByKey(made.engine, jobId, 'long')).toMatchObject({
      task: { state: 'cancelled', failures: 0 },
      attempts: [{ outcome: 'cancelled', errorKind: undefined }],
      decisions: [],
    });
  });

  it('reaches what another engine executes', async () => {
    const started = Promise.withResolvers<void>();
    await using made = await make([steps()]);
    await using other = await made.another([steps({ long: untilAborted(started.resolve) })]);
    const jobId = await submitted(made.engine, { tasks: [spec('long')] });
    await using worker = await other.engine.work({ jobs: [jobId], concurrency: 1 });
    await started.promise;
    await made.engine.cancel(jobId, 'enough');
    expect(await worker.settled(jobId)).toBe('cancelled');
    expect((await taskByKey(made.engine, jobId, 'long')).task).toMatchObject({ state: 'cancelled', reason: 'enough' });
  });

  it('keeps what came to its end although it was cancelled', async () => {
    const started = Promise.withResolvers<void>();
    const late: StepHandler = ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(success('done')));
        started.resolve();
      });
    await using made = await make([steps({ late })]);
    const jobId = await submitted(made.engine, { tasks: [spec('late'), spec('next', afterEndOf('late'))] });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await started.promise;
    await made.engine.cancel(jobId, 'enough');
    expect(await worker.settled(jobId)).toBe('cancelled');
    expect((await taskByKey(made.engine, jobId, 'late')).task).toMatchObject({ state: 'succeeded', result: { value: 'done' } });
    expect((await taskByKey(made.engine, jobId, 'next')).task.state).toBe('cancelled');
  });

  it('takes the task from a handler that does not stop in its grace period', async () => {
    const started = Promise.withResolvers<void>();
    const deaf: StepHandler = () => {
      started.resolve();
      return new Promise(() => undefined);
    };
    await using made = await make([steps({ deaf })], { timing: { graceMs: 50 } });
    const jobId = await submitted(made.engine, { tasks: [spec('deaf')] });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await started.promise;
    await made.engine.cancel(jobId, 'enough');
    expect(await worker.settled(jobId)).toBe('cancelled');
    expect((await taskByKey(made.engine, jobId, 'deaf')).attempts).toHaveLength(1);
  });
}

function decomposingCases(make: MakeEngine): void {
  it.each(['failure', 'success', 'blocked'] as const)(
    'begins nothing of what an attempt proposes that is being stopped: %s',
    async (kind) => {
      const started = Promise.withResolvers<void>();
      const outcomes = {
        failure: { kind: 'failure', reason: 'no' },
        success: { kind: 'success', decomposition: { join: 'none', children: [spec('child')] } },
        blocked: { kind: 'blocked', reason: 'ask', need: { signal: 'go', from: 'person', question: '?' } },
      } as const;
      const late: StepHandler = ({ signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve(outcomes[kind]));
          started.resolve();
        });
      await using made = await make([steps({ late })]);
      const jobId = await submitted(made.engine, { tasks: [spec('late')] });
      await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
      await started.promise;
      await made.engine.cancel(jobId, 'enough');
      expect(await worker.settled(jobId)).toBe('cancelled');
      expect(await statesOf(made.engine, jobId)).toEqual({ late: 'cancelled' });
      const { attempts, decisions } = await taskByKey(made.engine, jobId, 'late');
      expect(attempts).toMatchObject([{ outcome: kind }]);
      expect(decisions).toEqual([]);
    },
  );
}
