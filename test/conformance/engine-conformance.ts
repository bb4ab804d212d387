import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Failure } from '../../src/domain/failure.ts';
import type { JobId } from '../../src/domain/ids.ts';
import type { JobSpec, TaskSpec } from '../../src/domain/job.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { defineTaskType } from '../../src/domain/task-type.ts';
import type { Engine, JobView } from '../../src/weaver/engine.ts';
import { handle } from '../../src/weaver/handler.ts';
import type { Handler, Registration } from '../../src/weaver/handler.ts';
import type { Timing } from '../../src/weaver/parts.ts';

/** What the suite needs to know to build an engine on the store under test. */
export interface EngineUnderTest extends AsyncDisposable {
  readonly engine: Engine;
}

export type MakeEngine = (
  registrations: readonly Registration[],
  options?: { readonly timing?: Partial<Timing> },
) => Promise<EngineUnderTest>;

const step = defineTaskType({ name: 'test.step', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });

type StepHandler = Handler<unknown, unknown>;

/** A registration whose behaviour is chosen by the task's key; others succeed with their key. */
function steps(behaviours: Readonly<Record<string, StepHandler>>): Registration {
  return handle(step, async (context) => (await behaviours[context.key]?.(context)) ?? success(context.key));
}

function success(result: unknown): Outcome {
  return { kind: 'success', result };
}

function spec(key: string, more: Partial<TaskSpec> = {}): TaskSpec {
  return { type: 'test.step', key, payload: {}, ...more };
}

async function submitted(engine: Engine, job: Partial<JobSpec> & Pick<JobSpec, 'tasks'>): Promise<JobId> {
  const answer = await engine.submit({ title: 'a job', ...job });
  expect(answer.kind).toBe('submitted');
  return answer.jobId;
}

/** Runs a job until it can go no further by itself. */
async function runJob(engine: Engine, jobId: JobId): Promise<JobView> {
  await using worker = await engine.work({ jobs: [jobId], concurrency: 4 });
  await worker.settled(jobId);
  const view = await engine.status(jobId);
  if (view === undefined) throw new Error('The job is gone.');
  return view;
}

async function run(engine: Engine, tasks: readonly TaskSpec[]): Promise<JobView> {
  return runJob(engine, await submitted(engine, { tasks }));
}

async function taskByKey(engine: Engine, jobId: JobId, key: string) {
  const found = (await engine.result(jobId)).tasks.find(({ task }) => task.key === key);
  if (found === undefined) throw new Error(`There is no task ${key}.`);
  return found;
}

/** One meaning for every store and dispatcher: each must pass all of this. */
export function engineConformance(name: string, make: MakeEngine): void {
  describe(`engine on ${name}`, () => {
    attemptCases(make);
    costCases(make);
    graphCases(make);
    decompositionCases(make);
    waitingCases(make);
    submitCases(make);
    cancelCases(make);
    eventCases(make);
    workerCases(make);
  });
}

function attemptCases(make: MakeEngine): void {
  it('records one attempt for a task that succeeds at once', async () => {
    await using made = await make([steps({})]);
    const job = await run(made.engine, [spec('a')]);
    expect(job.state).toBe('completed');
    const { task, attempts, decisions } = await taskByKey(made.engine, job.id, 'a');
    expect(task).toMatchObject({ state: 'succeeded', result: { schemaVersion: 1, value: 'a' }, executions: 1, failures: 0 });
    expect(attempts.map((attempt) => attempt.outcome)).toEqual(['success']);
    expect(decisions).toEqual([]);
  });

  it('needs three attempts for a task that fails twice', async () => {
    let calls = 0;
    const flaky: StepHandler = async () => {
      calls += 1;
      return calls < 3 ? { kind: 'failure', reason: `no ${calls}` } : success('done');
    };
    await using made = await make([steps({ flaky })]);
    const job = await run(made.engine, [spec('flaky')]);
    expect(job.state).toBe('completed');
    const { attempts, decisions } = await taskByKey(made.engine, job.id, 'flaky');
    expect(attempts.map((attempt) => attempt.outcome)).toEqual(['failure', 'failure', 'success']);
    expect(decisions.map((decision) => decision.reason)).toEqual(['Retry attempt 2/5 after 0.01s', 'Retry attempt 3/5 after 0.02s']);
  });

  it('gives a task up after five failures', async () => {
    await using made = await make([steps({ bad: async () => ({ kind: 'failure', reason: 'never works' }) })]);
    const job = await run(made.engine, [spec('bad')]);
    expect(job.state).toBe('failed');
    const { task, attempts, decisions } = await taskByKey(made.engine, job.id, 'bad');
    expect(task.state).toBe('dead');
    expect(attempts).toHaveLength(5);
    expect(attempts.every((attempt) => attempt.errorKind === 'business')).toBe(true);
    expect(decisions.at(-1)).toMatchObject({ kind: 'markDead', reason: 'Max attempts reached: 5/5' });
  });

  it('tells an exception from a failure', async () => {
    const thrower: StepHandler = () => Promise.reject({ not: 'an error' });
    await using made = await make([steps({ thrower })]);
    const job = await run(made.engine, [spec('thrower', { budget: { attempts: 1 } })]);
    const { attempts } = await taskByKey(made.engine, job.id, 'thrower');
    expect(attempts).toMatchObject([{ outcome: 'error', errorKind: 'infrastructure', reason: 'Thrown: {"not":"an error"}' }]);
  });

  it('keeps with the attempt where an exception was thrown, and what caused it', async () => {
    const broken: StepHandler = () => Promise.reject(new TypeError('no such thing', { cause: new Error('the root') }));
    await using made = await make([steps({ broken })]);
    const job = await run(made.engine, [spec('broken', { budget: { attempts: 1 } })]);
    const { task, attempts } = await taskByKey(made.engine, job.id, 'broken');
    expect(task).toMatchObject({ reason: 'Max attempts reached: 1/1. Last: TypeError: no such thing' });
    expect(attempts[0]?.observations).toEqual([
      expect.stringMatching(/^TypeError: no such thing\n\s+at .*engine-conformance/),
      expect.stringMatching(/^Error: the root\n\s+at .*engine-conformance/),
    ]);
  });

  it('takes garbage from a handler as an infrastructure error', async () => {
    const garbage = (async () => ({ kind: 'perhaps' })) as unknown as StepHandler;
    await using made = await make([steps({ garbage })]);
    const job = await run(made.engine, [spec('garbage', { budget: { attempts: 1 } })]);
    const { attempts } = await taskByKey(made.engine, job.id, 'garbage');
    expect(attempts).toMatchObject([{ outcome: 'error', errorKind: 'infrastructure', reason: expect.stringContaining('outcome.kind') }]);
  });

  it('ends an attempt at its time limit as a failure', async () => {
    const slow: StepHandler = ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    await using made = await make([steps({ slow })]);
    const job = await run(made.engine, [spec('slow', { budget: { attempts: 1, attemptMs: 50 } })]);
    const { attempts } = await taskByKey(made.engine, job.id, 'slow');
    expect(attempts).toMatchObject([{ outcome: 'failure', errorKind: 'business', reason: 'Attempt time limit reached: 50 ms' }]);
  });

  it('leaves a handler alone that does not stop at its time limit', async () => {
    const deaf: StepHandler = () => new Promise(() => undefined);
    await using made = await make([steps({ deaf })], { timing: { graceMs: 50 } });
    const job = await run(made.engine, [spec('deaf', { budget: { attempts: 1, attemptMs: 20 } })]);
    expect(job.state).toBe('failed');
  });

  it('stops retrying when the handler says never', async () => {
    await using made = await make([steps({ no: async () => ({ kind: 'failure', reason: 'hopeless', retryHint: 'never' }) })]);
    const job = await run(made.engine, [spec('no')]);
    expect((await taskByKey(made.engine, job.id, 'no')).attempts).toHaveLength(1);
  });

  it('starts nothing after the deadline', async () => {
    await using made = await make([steps({})]);
    const job = await run(made.engine, [spec('late', { budget: { deadline: 1_000 } })]);
    const { task, attempts } = await taskByKey(made.engine, job.id, 'late');
    expect(task).toMatchObject({ state: 'dead', reason: 'Deadline reached: 1970-01-01T00:00:01.000Z' });
    expect(attempts).toEqual([]);
  });

  it('spends no more than the cost limit', async () => {
    const dear: StepHandler = async () => ({ kind: 'failure', reason: 'again', costMicroUsd: 600_000 });
    await using made = await make([steps({ dear })]);
    const job = await run(made.engine, [spec('dear', { budget: { costMicroUsd: 1_000_000 } })]);
    const { task, attempts } = await taskByKey(made.engine, job.id, 'dear');
    expect(task).toMatchObject({ state: 'dead', reason: expect.stringContaining('Cost limit reached: 1.20/1.00 USD') });
    expect(attempts).toHaveLength(2);
  });
}

function costCases(make: MakeEngine): void {
  const paying = defineTaskType({ name: 'test.paying', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });
  const agent = (reason?: string): Registration =>
    handle(
      paying,
      async ({ key }) =>
        reason === undefined ? { kind: 'success', result: key, costMicroUsd: 600_000 } : { kind: 'failure', reason, costMicroUsd: 600_000 },
      { spends: true },
    );
  const paid = (key: string, more: Partial<TaskSpec> = {}): TaskSpec => ({ type: 'test.paying', key, payload: {}, ...more });

  it('starts nothing that spends over the cost limit of the job, and finishes what was paid for', async () => {
    let calls = 0;
    const check: StepHandler = async () => {
      calls += 1;
      return calls === 1 ? { kind: 'failure', reason: 'once more' } : success('checked');
    };
    await using made = await make([steps({ check }), agent()]);
    const on = (key: string, until: 'succeeded' | 'settled' = 'settled') => ({ on: key, until });
    const jobId = await submitted(made.engine, {
      budget: { costMicroUsd: 1_000_000 },
      tasks: [
        paid('first'),
        paid('second', { dependencies: [on('first')] }),
        paid('third', { dependencies: [on('second')] }),
        spec('check', { dependencies: [on('third'), on('second', 'succeeded')] }),
      ],
    });
    expect(await runJob(made.engine, jobId)).toMatchObject({ costMicroUsd: 1_200_000, counts: { succeeded: 3, dead: 1 } });
    const { task, attempts } = await taskByKey(made.engine, jobId, 'third');
    expect(task).toMatchObject({ state: 'dead', reason: 'Cost limit reached: 1.20/1.00 USD' });
    expect(attempts).toEqual([]);
    expect((await taskByKey(made.engine, jobId, 'check')).task).toMatchObject({ state: 'succeeded', failures: 1 });
  });

  it('tries nothing that spends once more over the cost limit of the job', async () => {
    await using made = await make([agent('no')]);
    const jobId = await submitted(made.engine, { budget: { costMicroUsd: 1_000_000 }, tasks: [paid('dear')] });
    expect(await runJob(made.engine, jobId)).toMatchObject({ state: 'failed', costMicroUsd: 1_200_000 });
    expect((await taskByKey(made.engine, jobId, 'dear')).attempts).toHaveLength(2);
  });
}

function graphCases(make: MakeEngine): void {
  it('runs the join of a diamond once, after both sides', async () => {
    const order: string[] = [];
    const note: StepHandler = async ({ key, dependencies }) => {
      order.push(key);
      return success(dependencies.map((dependency) => dependency.key));
    };
    await using made = await make([steps({ top: note, left: note, right: note, join: note })]);
    const on = (key: string) => ({ on: key, until: 'succeeded' as const });
    const job = await run(made.engine, [
      spec('join', { dependencies: [on('left'), on('right')] }),
      spec('left', { dependencies: [on('top')] }),
      spec('right', { dependencies: [on('top')] }),
      spec('top'),
    ]);
    expect(job.state).toBe('completed');
    expect(order[0]).toBe('top');
    expect(order.toSorted()).toEqual(['join', 'left', 'right', 'top']);
    expect(order.at(-1)).toBe('join');
    const { task } = await taskByKey(made.engine, job.id, 'join');
    expect(task).toMatchObject({ result: { value: ['left', 'right'] } });
  });

  it('skips what depends on a task that died, and runs what only waited for its end', async () => {
    await using made = await make([steps({ bad: async () => ({ kind: 'failure', reason: 'no', retryHint: 'never' }) })]);
    const job = await run(made.engine, [
      spec('bad'),
      spec('needs', { dependencies: [{ on: 'bad', until: 'succeeded' }] }),
      spec('needs-that', { dependencies: [{ on: 'needs', until: 'succeeded' }] }),
      spec('after', { dependencies: [{ on: 'bad', until: 'settled' }] }),
    ]);
    expect(job.state).toBe('failed');
    expect((await taskByKey(made.engine, job.id, 'needs')).task).toMatchObject({
      state: 'skipped',
      reason: 'Depends on bad, which ended as dead',
    });
    expect((await taskByKey(made.engine, job.id, 'needs-that')).task).toMatchObject({ state: 'skipped' });
    expect((await taskByKey(made.engine, job.id, 'after')).task.state).toBe('succeeded');
    expect(job.counts).toMatchObject({ succeeded: 1, dead: 1, skipped: 2 });
  });

  it('runs one task at a time for each concurrency key', async () => {
    let running = 0;
    let most = 0;
    const counted: StepHandler = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return success(null);
    };
    await using made = await make([steps({ a: counted, b: counted, c: counted })]);
    const job = await run(
      made.engine,
      ['a', 'b', 'c'].map((key) => spec(key, { concurrencyKey: 'merge' })),
    );
    expect(job.state).toBe('completed');
    expect(most).toBe(1);
  });
}

function decompositionCases(make: MakeEngine): void {
  const failing: StepHandler = async () => ({ kind: 'failure', reason: 'no', retryHint: 'never' });
  const parent =
    (join: 'none' | 'resume' | 'compose'): StepHandler =>
    async (context) =>
      context.children.length > 0
        ? success(context.children.map((child) => [child.key, child.end]))
        : { kind: 'success', decomposition: { join, children: [spec('good'), spec('bad')], nextPayload: { next: true } } };

  it('resumes the parent with the ends of all its children, failed ones too', async () => {
    await using made = await make([steps({ parent: parent('resume'), bad: failing })]);
    const job = await run(made.engine, [spec('parent')]);
    expect(job).toMatchObject({ state: 'completed', counts: { succeeded: 2, dead: 1 } });
    expect(job.bottleneck).toBe('All 3 tasks are done; 1 of them died, and the task that had begun it went on');
    const { task, attempts, decisions } = await taskByKey(made.engine, job.id, 'parent');
    expect(task).toMatchObject({ state: 'succeeded', epoch: 2, executions: 2, failures: 0, payload: { value: { next: true } } });
    expect(task.state === 'succeeded' && task.result.value).toEqual([
      ['good', { state: 'succeeded', result: 'good' }],
      ['bad', { state: 'dead', reason: 'no' }],
    ]);
    expect(attempts).toHaveLength(2);
    expect(decisions).toMatchObject([{ kind: 'decompose', reason: 'Handler proposed decomposition' }]);
    const children = (await made.engine.tasks(job.id)).filter((child) => child.parentTaskId === task.id);
    expect(decisions[0]?.childTaskIds).toEqual(children.map((child) => child.id));
  });

  it('fails when a resumed parent does not cope with the end of its children, and counts its death alone', async () => {
    const giveUp: StepHandler = async (context) => (context.children.length > 0 ? failing(context) : parent('resume')(context));
    await using made = await make([steps({ parent: giveUp, bad: failing })]);
    const job = await run(made.engine, [spec('parent')]);
    expect(job).toMatchObject({ state: 'failed', bottleneck: '1 of 3 tasks did not succeed', counts: { succeeded: 1, dead: 2 } });
  });

  it('succeeds when somebody above copes with a parent that died', async () => {
    const top: StepHandler = async (context) =>
      context.children.length > 0
        ? success(context.children.map((child) => child.end.state))
        : { kind: 'success', decomposition: { join: 'resume', children: [spec('parent')] } };
    await using made = await make([steps({ top, parent: parent('compose'), bad: failing })]);
    const job = await run(made.engine, [spec('top')]);
    expect(job).toMatchObject({ state: 'completed', counts: { succeeded: 2, dead: 2 } });
    expect((await taskByKey(made.engine, job.id, 'top')).task).toMatchObject({ result: { value: ['dead'] } });
  });

  it('composes: the parent dies when one of its children did not succeed', async () => {
    await using made = await make([steps({ parent: parent('compose'), bad: failing })]);
    const job = await run(made.engine, [spec('parent')]);
    expect(job.state).toBe('failed');
    expect((await taskByKey(made.engine, job.id, 'parent')).task).toMatchObject({
      state: 'dead',
      reason: 'Not all children succeeded: bad (dead)',
    });
  });

  it('composes: the parent succeeds with the results of its children', async () => {
    await using made = await make([steps({ parent: parent('compose') })]);
    const job = await run(made.engine, [spec('parent')]);
    expect(job.state).toBe('completed');
    expect((await taskByKey(made.engine, job.id, 'parent')).task).toMatchObject({ result: { value: { good: 'good', bad: 'bad' } } });
  });

  it('leaves the children of a plain decomposition on their own', async () => {
    await using made = await make([steps({ parent: parent('none'), bad: failing })]);
    const job = await run(made.engine, [
      spec('parent'),
      spec('needs', { dependencies: [{ on: 'parent', until: 'succeeded' }] }),
      spec('after', { dependencies: [{ on: 'parent', until: 'settled' }] }),
    ]);
    expect(job.state).toBe('failed');
    expect((await taskByKey(made.engine, job.id, 'parent')).task.state).toBe('decomposed');
    expect((await taskByKey(made.engine, job.id, 'needs')).task.state).toBe('skipped');
    expect((await taskByKey(made.engine, job.id, 'after')).task.state).toBe('succeeded');
  });

  it('lets a child depend on a task that has ended before it was born', async () => {
    const late: StepHandler = async (context) => {
      const [first] = context.dependencies;
      if (context.children.length > 0) return success(context.children.map((child) => child.end.state));
      const on = first?.taskId ?? '';
      const children = [spec('child', { dependencies: [{ on, until: 'succeeded' }] })];
      return { kind: 'success', decomposition: { join: 'resume', children } };
    };
    await using made = await make([steps({ late })]);
    const job = await run(made.engine, [spec('first'), spec('late', { dependencies: [{ on: 'first', until: 'settled' }] })]);
    expect(job.state).toBe('completed');
    expect((await taskByKey(made.engine, job.id, 'late')).task).toMatchObject({ result: { value: ['succeeded'] } });
  });

  it('counts a decomposition into nonsense as an infrastructure error', async () => {
    const cyclic: StepHandler = async () => ({
      kind: 'success',
      decomposition: {
        join: 'resume',
        children: [
          spec('x', { dependencies: [{ on: 'y', until: 'succeeded' }] }),
          spec('y', { dependencies: [{ on: 'x', until: 'succeeded' }] }),
        ],
      },
    });
    await using made = await make([steps({ cyclic })]);
    const job = await run(made.engine, [spec('cyclic', { budget: { attempts: 1 } })]);
    const { attempts } = await taskByKey(made.engine, job.id, 'cyclic');
    expect(attempts).toMatchObject([{ outcome: 'error', errorKind: 'infrastructure', reason: expect.stringContaining('x -> y -> x') }]);
    expect(await made.engine.tasks(job.id)).toHaveLength(1);
  });

  it('ends as stuck when a child waits for its own waiting parent', async () => {
    const knot: StepHandler = async ({ taskId }) => ({
      kind: 'success',
      decomposition: { join: 'resume', children: [spec('child', { dependencies: [{ on: taskId, until: 'settled' }] })] },
    });
    await using made = await make([steps({ knot })]);
    const job = await run(made.engine, [spec('knot')]);
    expect(job.state).toBe('stuck');
    expect(job.bottleneck).toBe('Nothing can move any more: knot waits for children; child waits for deps');
  });
}

function waitingCases(make: MakeEngine): void {
  const asking: StepHandler = async ({ answer }) =>
    answer === undefined
      ? { kind: 'blocked', reason: 'needs a person', need: { signal: 'approval', from: 'person', question: 'Go on?' } }
      : success({ payload: answer.payload, by: answer.by });

  it('waits for a person, without using up an attempt, and goes on with the one answer', async () => {
    await using made = await make([steps({ asking })]);
    const { engine } = made;
    const waiting = await run(engine, [spec('asking', { budget: { attempts: 1 } })]);
    expect(waiting).toMatchObject({ state: 'waiting', bottleneck: 'asking: Go on?', endedAt: undefined });
    const { task } = await taskByKey(engine, waiting.id, 'asking');
    expect(await engine.signal(task.id, 'veto', {}, 'ada')).toEqual({ kind: 'not-waiting', state: 'pending (person: approval)' });
    expect(await engine.signal(task.id, 'approval', { ok: true }, 'ada')).toEqual({ kind: 'answered' });
    expect(await engine.signal(task.id, 'approval', { ok: false }, 'bob')).toEqual({ kind: 'not-waiting', state: 'ready' });
    const done = await runJob(engine, waiting.id);
    expect(done.state).toBe('completed');
    const after = await taskByKey(engine, waiting.id, 'asking');
    expect(after.task).toMatchObject({ result: { value: { payload: { ok: true }, by: 'ada' } }, failures: 0, executions: 2 });
  });

  it('does not know a task that does not exist', async () => {
    await using made = await make([]);
    expect(await made.engine.signal('nowhere' as never, 'x', {}, 'ada')).toEqual({ kind: 'unknown' });
  });
}

function submitCases(make: MakeEngine): void {
  it.each([
    ['an unknown type', [{ type: 'test.other', key: 'a', payload: {} }], 'tasks[0].type'],
    ['a missing dependency', [spec('a', { dependencies: [{ on: 'b', until: 'settled' }] })], 'tasks[0].dependencies[0].on'],
    ['a cycle', [spec('a', { dependencies: [{ on: 'a', until: 'settled' }] })], 'a -> a'],
    ['a key used twice', [spec('a'), spec('a')], 'tasks[1].key'],
    ['a budget of NaN', [spec('a', { budget: { attempts: Number.NaN } })], 'tasks[0].budget.attempts'],
    ['a payload that has no JSON form', [spec('a', { payload: { big: 1n } })], 'tasks[0].payload'],
    ['a payload over the limit', [spec('a', { payload: 'x'.repeat(2 ** 20) })], 'store it as an artifact'],
    ['no task at all', [], 'tasks'],
  ])('refuses %s and stores nothing', async (_, tasks, fault) => {
    await using made = await make([steps({})]);
    const refused = await made.engine.submit({ title: 'bad', tasks }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Failure);
    expect(refused).toMatchObject({ reason: 'usage', message: expect.stringContaining(fault) });
    expect(await made.engine.jobs()).toEqual([]);
  });

  it('answers a second submit under the same idempotency key with the first job', async () => {
    await using made = await make([steps({})]);
    const jobId = await submitted(made.engine, { tasks: [spec('a')], idempotencyKey: 'once' });
    expect(await made.engine.submit({ title: 'b', tasks: [spec('b')], idempotencyKey: 'once' })).toEqual({
      kind: 'already-submitted',
      jobId,
    });
    expect(await made.engine.jobs()).toHaveLength(1);
  });

  it('keeps an exclusive key for one job until that has ended', async () => {
    await using made = await make([steps({})]);
    const jobId = await submitted(made.engine, { tasks: [spec('a')], exclusiveKey: 'issue-1' });
    const again = () => made.engine.submit({ title: 'b', tasks: [spec('b')], exclusiveKey: 'issue-1' });
    expect(await again()).toEqual({ kind: 'already-open', jobId });
    await runJob(made.engine, jobId);
    expect((await again()).kind).toBe('submitted');
  });

  it('finds jobs by id, by the characters people see, and by group', async () => {
    await using made = await make([steps({})]);
    const { engine } = made;
    const first = await submitted(engine, { tasks: [spec('a')], groupKey: 'one' });
    await submitted(engine, { tasks: [spec('a')], groupKey: 'two' });
    const { shortId } = await import('../../src/domain/ids.ts');
    expect((await engine.findJobs(first)).map((job) => job.id)).toEqual([first]);
    expect((await engine.findJobs(`run_${shortId(first).slice(0, 8)}`)).map((job) => job.id)).toEqual([first]);
    expect(await engine.findJobs('')).toEqual([]);
    expect((await engine.jobs({ groupKey: 'one', open: true })).map((job) => job.id)).toEqual([first]);
    expect(await engine.jobs({ open: false })).toEqual([]);
  });
}

function cancelCases(make: MakeEngine): void {
  const untilAborted =
    (started: () => void): StepHandler =>
    ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        started();
      });

  it('cancels what has not begun at once', async () => {
    await using made = await make([steps({})]);
    const jobId = await submitted(made.engine, { tasks: [spec('a'), spec('b', { dependencies: [{ on: 'a', until: 'succeeded' }] })] });
    await made.engine.cancel(jobId, 'not needed');
    const job = await made.engine.status(jobId);
    expect(job).toMatchObject({ state: 'cancelled', cancelReason: 'not needed', counts: { cancelled: 2 } });
    await made.engine.cancel(jobId, 'another reason');
    expect((await made.engine.status(jobId))?.cancelReason).toBe('not needed');
  });

  it('aborts what runs, and keeps the reason', async () => {
    const started = Promise.withResolvers<void>();
    await using made = await make([steps({ long: untilAborted(started.resolve) })]);
    const jobId = await submitted(made.engine, {
      tasks: [spec('long'), spec('next', { dependencies: [{ on: 'long', until: 'settled' }] })],
    });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await started.promise;
    await made.engine.cancel(jobId, 'enough');
    expect(await worker.settled(jobId)).toBe('cancelled');
    expect((await made.engine.tasks(jobId)).map((task) => task.state)).toEqual(['cancelled', 'cancelled']);
  });

  it('keeps what came to its end although it was cancelled', async () => {
    const started = Promise.withResolvers<void>();
    const late: StepHandler = ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(success('done')));
        started.resolve();
      });
    await using made = await make([steps({ late })]);
    const jobId = await submitted(made.engine, {
      tasks: [spec('late'), spec('next', { dependencies: [{ on: 'late', until: 'settled' }] })],
    });
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
  });

  it('cancels a job that waits for a person', async () => {
    const asking: StepHandler = async () => ({
      kind: 'blocked',
      reason: 'needs a person',
      need: { signal: 'approval', from: 'person', question: 'Go on?' },
    });
    await using made = await make([steps({ asking })]);
    const job = await run(made.engine, [spec('asking')]);
    await made.engine.cancel(job.id, 'no');
    expect((await made.engine.status(job.id))?.state).toBe('cancelled');
  });

  it('does not know a job that does not exist', async () => {
    await using made = await make([]);
    await expect(made.engine.cancel('nowhere' as JobId, 'x')).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
  });
}

function eventCases(make: MakeEngine): void {
  it('numbers the events of a job without gaps and can be read from any of them', async () => {
    await using made = await make([steps({ bad: async () => ({ kind: 'failure', reason: 'no', retryHint: 'never' }) })]);
    const { engine } = made;
    const job = await run(engine, [spec('a'), spec('bad'), spec('c', { dependencies: [{ on: 'bad', until: 'succeeded' }] })]);
    const all = await Array.fromAsync(engine.events(job.id));
    expect(all.map((event) => event.seq)).toEqual(all.map((_, index) => index + 1));
    expect(all[0]).toMatchObject({ type: 'job.submitted', stream: `job:${job.id}` });
    expect(all.at(-1)).toMatchObject({ type: 'job.state', data: { state: 'failed' } });
    expect(await Array.fromAsync(engine.events(job.id, { sinceSeq: 3 }))).toEqual(all.slice(3));
    const states = all.flatMap((event) => (event.type === 'task.state' && event.data.key === 'c' ? [event.data.state] : []));
    expect(states).toEqual(['skipped']);
  });

  it('follows a job to its end', async () => {
    await using made = await make([steps({})]);
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    const following = Array.fromAsync(made.engine.events(jobId, { follow: true }));
    await runJob(made.engine, jobId);
    expect((await following).at(-1)).toMatchObject({ type: 'job.state', data: { state: 'completed' } });
  });

  it('stops following when the signal aborts', async () => {
    await using made = await make([steps({})]);
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    const abort = new AbortController();
    const following = Array.fromAsync(made.engine.events(jobId, { follow: true, signal: abort.signal }));
    abort.abort();
    await expect(following).resolves.toBeInstanceOf(Array);
  });
}

function workerCases(make: MakeEngine): void {
  it('refuses a job that another living process carries', async () => {
    await using made = await make([steps({})]);
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    const first = await made.engine.work({ jobs: [jobId], concurrency: 0 });
    await expect(made.engine.work({ jobs: [jobId], concurrency: 1 })).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
    expect((await made.engine.status(jobId))?.carriedBy).toBe(first.process);
    await first.stop();
    expect((await runJob(made.engine, jobId)).state).toBe('completed');
  });

  it('gives leases back when it is stopped, without counting a failure', async () => {
    const started = Promise.withResolvers<void>();
    let calls = 0;
    const long: StepHandler = ({ signal }) => {
      calls += 1;
      if (calls > 1) return Promise.resolve(success('second time'));
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        started.resolve();
      });
    };
    await using made = await make([steps({ long })]);
    const jobId = await submitted(made.engine, { tasks: [spec('long')] });
    const worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await started.promise;
    await worker.stop();
    expect((await taskByKey(made.engine, jobId, 'long')).task).toMatchObject({ state: 'ready', epoch: 2, failures: 0, leasesLost: 0 });
    await runJob(made.engine, jobId);
    const { task, attempts } = await taskByKey(made.engine, jobId, 'long');
    expect(task).toMatchObject({ state: 'succeeded', failures: 0 });
    expect(attempts.map((attempt) => attempt.outcome)).toEqual(['released', 'success']);
  });

  it('takes up jobs that nobody carries', async () => {
    await using made = await make([steps({})]);
    await using worker = await made.engine.work({ jobs: 'unclaimed', concurrency: 2 });
    const jobs = [await submitted(made.engine, { tasks: [spec('a')] }), await submitted(made.engine, { tasks: [spec('b')] })];
    expect(await Promise.all(jobs.map((job) => worker.settled(job)))).toEqual(['completed', 'completed']);
  });

  it('obeys the limit of a task type without holding back the others', async () => {
    const other = defineTaskType({ name: 'test.other', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });
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
    const opener: Registration = handle(other, async () => {
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

  it('refuses what an attempt reports whose lease was lost', async () => {
    const gate = Promise.withResolvers<void>();
    const reported = Promise.withResolvers<void>();
    const reasons: unknown[] = [];
    let calls = 0;
    const slow: StepHandler = async ({ signal }) => {
      calls += 1;
      if (calls > 1) return success('second');
      await gate.promise;
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

  it('hands progress to whoever watches', async () => {
    const seen: unknown[] = [];
    const busy: StepHandler = async (context) => {
      context.progress({ done: 1 });
      return success(null);
    };
    await using made = await make([steps({ busy })]);
    const jobId = await submitted(made.engine, { tasks: [spec('busy')] });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1, onProgress: (progress) => seen.push(progress.data) });
    await worker.settled(jobId);
    expect(seen).toEqual([{ done: 1 }]);
  });
}
