import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { shortId } from '../../../src/domain/ids.ts';
import type { JobId } from '../../../src/domain/ids.ts';
import type { JobSpec } from '../../../src/domain/job.ts';
import { after, happened, idOf, runJob, spec, statesOf, steps, submitted } from './support.ts';
import type { Engine } from '../../../src/weaver/engine.ts';
import type { MakeEngine } from './support.ts';

const nonsense: readonly (readonly [string, Omit<JobSpec, 'title'>, string])[] = [
  ['an unknown type', { tasks: [{ type: 'test.other', key: 'a', payload: {} }] }, 'tasks[0].type'],
  ['a missing dependency', { tasks: [spec('a', after('b'))] }, 'tasks[0].dependencies[0].on'],
  ['a cycle', { tasks: [spec('a', after('a'))] }, 'a -> a'],
  [
    'a cycle behind others',
    { tasks: [spec('x', after('a')), spec('a', after('b')), spec('b', after('c')), spec('c', after('a'))] },
    'a -> b -> c -> a',
  ],
  ['the same dependency twice', { tasks: [spec('a'), spec('b', after('a', 'a'))] }, 'tasks[1].dependencies[1]'],
  ['a key used twice', { tasks: [spec('a'), spec('a')] }, 'tasks[1].key'],
  ['an empty key', { tasks: [spec('')] }, 'tasks[0].key'],
  ['a budget of NaN', { tasks: [spec('a', { budget: { attempts: Number.NaN } })] }, 'tasks[0].budget.attempts'],
  ['a negative budget', { tasks: [spec('a', { budget: { costMicroUsd: -1 } })] }, 'tasks[0].budget.costMicroUsd'],
  ['no attempt at all', { tasks: [spec('a', { budget: { attempts: 0 } })] }, 'tasks[0].budget.attempts'],
  ['half an attempt', { tasks: [spec('a', { budget: { attempts: 1.5 } })] }, 'tasks[0].budget.attempts'],
  ['a limit that does not exist', { tasks: [spec('a', { budget: { tries: 1 } as object })] }, 'tasks[0].budget.tries'],
  ['a budget of NaN for the whole job', { budget: { wallMs: Number.NaN }, tasks: [spec('a')] }, 'budget.wallMs'],
  ['a negative budget for the whole job', { budget: { deadline: -5 }, tasks: [spec('a')] }, 'budget.deadline'],
  ['a priority of NaN', { tasks: [spec('a', { priority: Number.NaN })] }, 'tasks[0].priority'],
  ['a payload that has no JSON form', { tasks: [spec('a', { payload: { big: 1n } })] }, 'tasks[0].payload'],
  ['a payload over the limit', { tasks: [spec('a', { payload: 'x'.repeat(2 ** 20) })] }, 'store it as an artifact'],
  ['attributes that have no JSON form', { attributes: { big: 1n }, tasks: [spec('a')] }, 'attributes'],
  ['a task that is none', { tasks: [undefined as never] }, 'tasks[0]'],
  ['tasks that are no list', { tasks: 5 as never }, 'tasks'],
  ['dependencies that are none', { tasks: [spec('a', { dependencies: ['b'] as never })] }, 'tasks[0].dependencies[0]'],
  [
    'a dependency until who knows when',
    { tasks: [spec('a'), spec('b', { dependencies: [{ on: 'a', until: 'maybe' as never }] })] },
    'tasks[1].dependencies[0]',
  ],
  ['a concurrency key that is no text', { tasks: [spec('a', { concurrencyKey: 5 as never })] }, 'tasks[0].concurrencyKey'],
  ['a budget that is a list', { budget: [] as never, tasks: [spec('a')] }, 'budget: must be an object'],
  ['a budget that is true', { budget: true as never, tasks: [spec('a')] }, 'budget: must be an object'],
  ['a budget that is a date', { budget: new Date(0) as never, tasks: [spec('a')] }, 'budget: must be an object'],
  ['a budget of a task that is a number', { tasks: [spec('a', { budget: 5 as never })] }, 'tasks[0].budget: must be an object'],
  ['a misspelt field of a task', { tasks: [{ ...spec('a'), dependsOn: ['b'] } as never] }, 'tasks[0].dependsOn: is not known'],
  ['a misspelt field of a job', { tasks: [spec('a')], idempotencykey: 'a' } as never, 'idempotencykey: is not known'],
  ['a job that is neither open nor not', { tasks: [spec('a')], open: 'yes' as never }, 'open: must be true or false'],
  ['an idempotency key that is no text', { tasks: [spec('a')], idempotencyKey: {} as never }, 'idempotencyKey: must be a text'],
  ['an exclusive key that is no text', { tasks: [spec('a')], exclusiveKey: ['a'] as never }, 'exclusiveKey: must be a text'],
  ['an empty title', { tasks: [spec('a')], title: '' } as never, 'title: must be a text'],
  ['a title that is endless', { tasks: [spec('a')], title: 'x'.repeat(1_001) } as never, 'title: must have at most 1000 characters'],
  ['a key with the character NUL', { tasks: [spec('a\0')] }, 'tasks[0].key: must not contain the character NUL'],
  ['no task at all', { tasks: [] }, 'tasks'],
];

/** How jobs come to be: all of them or nothing, once, and piece by piece where they are left open. */
export function submitCases(make: MakeEngine): void {
  describe('submit', () => {
    refusedCases(make);
    keyCases(make);
    openCases(make);
    namespaceCases(make);
  });
}

function refusedCases(make: MakeEngine): void {
  it.each(nonsense)('refuses %s and stores nothing', async (_, job, fault) => {
    await using made = await make([steps()]);
    const refused = await made.engine.submit({ title: 'bad', ...job }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Failure);
    expect(refused).toMatchObject({ reason: 'usage', message: expect.stringContaining(fault) });
    expect(await made.engine.jobs()).toEqual([]);
  });

  it.each([[null], [undefined], [5], [[]]])('refuses what is no job: %o', async (none) => {
    await using made = await make([steps()]);
    await expect(made.engine.submit(none as never)).rejects.toMatchObject({ name: 'Failure', reason: 'usage' });
    expect(await made.engine.jobs()).toEqual([]);
  });

  it('stores what it has judged, whatever becomes of it meanwhile', async () => {
    await using made = await make([steps()]);
    const attributes = { kept: 'yes' };
    const tasks = [spec('a')];
    const job = { title: 'first', tasks, attributes };
    const submitting = made.engine.submit(job);
    job.title = 'second';
    attributes.kept = 'no';
    tasks.push(spec('b'));
    const { jobId } = await submitting;
    expect(await made.engine.status(jobId)).toMatchObject({ title: 'first', attributes: { kept: 'yes' }, counts: { queued: 1 } });
  });

  it('names a dependency of ten thousand that is there twice, in time that grows with their number', async () => {
    await using made = await make([steps()]);
    const keys = Array.from({ length: 10_000 }, (_, index) => `task-${index}`);
    const tasks = [...keys.map((key) => spec(key)), spec('join', after(...keys, 'task-0'))];
    await expect(made.engine.submit({ title: 'wide', tasks })).rejects.toMatchObject({
      facts: { path: 'tasks[10000].dependencies[10000]' },
    });
  });

  it('stores many tasks at once', async () => {
    await using made = await make([steps()]);
    const tasks = Array.from({ length: 1_000 }, (_, index) => spec(`task-${index}`, index === 0 ? {} : after('task-0')));
    const jobId = await submitted(made.engine, { tasks });
    expect(await made.engine.status(jobId)).toMatchObject({ counts: { queued: 1, waiting_for_dependencies: 999 } });
  });
}

function keyCases(make: MakeEngine): void {
  it('answers a second submit under the same idempotency key with the first job', async () => {
    await using made = await make([steps()]);
    const jobId = await submitted(made.engine, { tasks: [spec('a')], idempotencyKey: 'once' });
    const again = () => made.engine.submit({ title: 'b', tasks: [spec('b')], idempotencyKey: 'once' });
    expect(await again()).toEqual({ kind: 'already-submitted', jobId });
    await runJob(made.engine, jobId);
    expect(await again()).toEqual({ kind: 'already-submitted', jobId });
    expect(await made.engine.jobs()).toHaveLength(1);
  });

  it('makes one job of submits under one key at the same time', async () => {
    await using made = await make([steps()]);
    await using other = await made.another([steps()]);
    const answers = await Promise.all(
      [made.engine, other.engine, made.engine, other.engine].map((engine) =>
        engine.submit({ title: 'a', tasks: [spec('a')], idempotencyKey: 'once' }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.jobId)).size).toBe(1);
    expect(answers.filter((answer) => answer.kind === 'submitted')).toHaveLength(1);
  });

  it('keeps an exclusive key for one job until that has ended', async () => {
    await using made = await make([steps()]);
    const jobId = await submitted(made.engine, { tasks: [spec('a')], exclusiveKey: 'issue-1' });
    const again = () => made.engine.submit({ title: 'b', tasks: [spec('b')], exclusiveKey: 'issue-1' });
    expect(await again()).toEqual({ kind: 'already-open', jobId });
    await runJob(made.engine, jobId);
    expect((await again()).kind).toBe('submitted');
  });

  it('finds jobs by id, by the characters people see, and by group', async () => {
    await using made = await make([steps()]);
    const { engine } = made;
    const first = await submitted(engine, { tasks: [spec('a')], groupKey: 'one' });
    await submitted(engine, { tasks: [spec('a')], groupKey: 'two' });
    expect((await engine.findJobs(first)).map((job) => job.id)).toEqual([first]);
    expect((await engine.findJobs(`run_${shortId(first).slice(0, 8)}`)).map((job) => job.id)).toEqual([first]);
    expect(await engine.findJobs('')).toEqual([]);
    expect((await engine.jobs({ groupKey: 'one', open: true })).map((job) => job.id)).toEqual([first]);
    expect(await engine.jobs({ open: false })).toEqual([]);
    expect(await engine.jobs({ limit: 1 })).toHaveLength(1);
  });
}

function openCases(make: MakeEngine): void {
  it('keeps a job open for more tasks until it is sealed', async () => {
    await using made = await make([steps()]);
    const { engine } = made;
    const jobId = await submitted(engine, { tasks: [], open: true });
    expect(await engine.status(jobId)).toMatchObject({ state: 'running', sealed: false });
    await using worker = await engine.work({ jobs: [jobId], concurrency: 2 });
    const [first] = await engine.add(jobId, [spec('a'), spec('b', after('a'))]);
    const [third] = await engine.add(jobId, [spec('c', after(first ?? '')), spec('d', after('c'))]);
    expect(third).toBe(await idOf(engine, jobId, 'c'));
    const settled = worker.settled(jobId);
    await engine.seal(jobId);
    await engine.seal(jobId);
    expect(await settled).toBe('completed');
    expect(await statesOf(engine, jobId)).toEqual({ a: 'succeeded', b: 'succeeded', c: 'succeeded', d: 'succeeded' });
    expect((await engine.tasks(jobId)).map((task) => task.number)).toEqual([1, 2, 3, 4]);
    const events = await Array.fromAsync(engine.events(jobId));
    expect(events.filter((event) => event.type === 'job.sealed')).toHaveLength(1);
  });

  it('refuses a cancel and a pause without a reason', async () => {
    await using made = await make([steps()]);
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    for (const verb of [made.engine.cancel(jobId, undefined as never), made.engine.pause(jobId, '')]) {
      await expect(verb).rejects.toMatchObject({ name: 'Failure', reason: 'usage', facts: { path: 'reason' } });
    }
    expect(await made.engine.status(jobId)).toMatchObject({ state: 'running', cancelReason: undefined });
  });

  it('does not end an open job when its tasks have ended', async () => {
    await using made = await make([steps()]);
    const { engine } = made;
    const jobId = await submitted(engine, { tasks: [spec('a')], open: true });
    await using worker = await engine.work({ jobs: [jobId], concurrency: 1 });
    await untilSucceeded(engine, jobId);
    expect(await engine.status(jobId)).toMatchObject({
      state: 'running',
      endedAt: undefined,
      bottleneck: 'Open for more tasks: nobody has sealed it',
    });
    await engine.seal(jobId);
    expect(await worker.settled(jobId)).toBe('completed');
  });

  it('completes an open job without tasks when it is sealed, and cancels one', async () => {
    await using made = await make([steps()]);
    const sealed = await submitted(made.engine, { tasks: [], open: true });
    await made.engine.seal(sealed);
    expect(await made.engine.status(sealed)).toMatchObject({ state: 'completed' });
    const cancelled = await submitted(made.engine, { tasks: [], open: true });
    await made.engine.cancel(cancelled, 'not needed');
    expect(await made.engine.status(cancelled)).toMatchObject({ state: 'cancelled' });
  });

  it('gives added tasks the budget of the job, and waits with them for what has ended', async () => {
    await using made = await make([steps()]);
    const { engine } = made;
    const jobId = await submitted(engine, { tasks: [], open: true, budget: { attempts: 2 } });
    const [first] = await engine.add(jobId, [spec('a')]);
    await using worker = await engine.work({ jobs: [jobId], concurrency: 1 });
    await untilSucceeded(engine, jobId);
    await engine.add(jobId, [spec('b', after(first ?? ''))]);
    await engine.seal(jobId);
    expect(await worker.settled(jobId)).toBe('completed');
    expect((await engine.tasks(jobId)).map((task) => task.budget.attempts)).toEqual([2, 2]);
  });

  it('refuses what cannot be added, and adds nothing of it', async () => {
    await using made = await make([steps()]);
    const { engine } = made;
    const open = await submitted(engine, { tasks: [spec('a')], open: true });
    const closed = await submitted(engine, { tasks: [spec('a')] });
    const cancelled = await submitted(engine, { tasks: [spec('a')], open: true });
    await engine.cancel(cancelled, 'no');
    const elsewhere = await idOf(engine, closed, 'a');
    const refusals: readonly (readonly [JobId, Parameters<typeof engine.add>[1], string])[] = [
      [open, [spec('b'), spec('c', after('nobody'))], 'tasks[1].dependencies[0].on'],
      [open, [spec('b', after(elsewhere))], 'tasks[0].dependencies[0].on'],
      [open, [spec('b', after('c')), spec('c', after('b'))], 'b -> c -> b'],
      [open, [{ ...spec('b'), type: 'test.other' }], 'tasks[0].type'],
      [open, [undefined as never], 'tasks[0]'],
      [closed, [spec('b')], 'is sealed'],
      [cancelled, [spec('b')], 'was cancelled'],
      [closed, [spec('b')], 'The tasks were not added'],
      [open, undefined as never, 'tasks: must be a list'],
      [open, [{ ...spec('b'), dependsOn: [] } as never], 'tasks[0].dependsOn'],
    ];
    for (const [jobId, tasks, fault] of refusals) {
      await expect(engine.add(jobId, tasks)).rejects.toMatchObject({ reason: 'usage', message: expect.stringContaining(fault) });
      expect(await engine.tasks(jobId)).toHaveLength(1);
    }
    for (const verb of [engine.add('nowhere' as JobId, [spec('a')]), engine.seal('nowhere' as JobId)]) {
      await expect(verb).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
    }
  });
}

/** Resolves once some task of the job has succeeded. */
async function untilSucceeded(engine: Engine, jobId: JobId): Promise<void> {
  await happened(engine, jobId, (event) => event.type === 'task.state' && event.data.state === 'succeeded');
}

function namespaceCases(make: MakeEngine): void {
  it('keeps namespaces apart', async () => {
    await using made = await make([steps()], { namespace: 'production' });
    await using other = await made.another([steps()], { namespace: 'trial' });
    const keys = { idempotencyKey: 'once', exclusiveKey: 'one' };
    const jobId = await submitted(made.engine, { tasks: [spec('a')], ...keys });
    const trial = await submitted(other.engine, { tasks: [spec('a')], ...keys });
    expect(await other.engine.status(jobId)).toBeUndefined();
    expect(await other.engine.tasks(jobId)).toEqual([]);
    await expect(other.engine.cancel(jobId, 'x')).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
    expect((await other.engine.jobs()).map((job) => job.id)).toEqual([trial]);
    await using worker = await other.engine.work({ jobs: 'unclaimed', concurrency: 1 });
    expect(await worker.settled(trial)).toBe('completed');
    expect(await made.engine.status(jobId)).toMatchObject({ state: 'running', counts: { queued: 1 }, carriedBy: undefined });
  });
}
