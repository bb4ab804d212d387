import { describe, expect, it } from 'vitest';
import { jobStream } from '../../../src/weaver/change.ts';
import { HandDispatcher } from './hand-dispatcher.ts';
import { after, idOf, runToEnd, spec, statesOf, steps, submitted, success, taskByKey, untilAborted, waits } from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

/** Jobs that nobody carries, whose tasks any worker takes that shares and has what they need. */
export function sharingCases(make: MakeEngine): void {
  describe('sharing', () => {
    takingCases(make);
    needsCases(make);
    drainCases(make);
    redispatchCases(make);
    refusalCases(make);
  });
}

function takingCases(make: MakeEngine): void {
  it('lets several workers execute the tasks of one job side by side', async () => {
    const met = Promise.withResolvers<void>();
    const names: string[] = [];
    const meeting =
      (name: string): StepHandler =>
      async () => {
        names.push(name);
        if (names.length === 2) met.resolve();
        await met.promise;
        return success(name);
      };
    await using one = await make([steps({ a: meeting('one'), b: meeting('one') })], { sharing: true });
    await using other = await one.another([steps({ a: meeting('other'), b: meeting('other') })], { sharing: true });
    await using _first = await one.engine.work({ jobs: 'shared', concurrency: 1 });
    await using _second = await other.engine.work({ jobs: 'shared', concurrency: 1 });
    const jobId = await submitted(one.engine, { tasks: [spec('a'), spec('b'), spec('c', after('a', 'b'))] });
    for await (const _event of one.engine.events(jobId, { follow: true })) void _event;
    expect(names.toSorted()).toEqual(['one', 'other']);
    expect(await statesOf(one.engine, jobId)).toEqual({ a: 'succeeded', b: 'succeeded', c: 'succeeded' });
  });

  it('holds a limit over all of them', async () => {
    let running = 0;
    let most = 0;
    const counted: StepHandler = async () => {
      running += 1;
      most = Math.max(most, running);
      // Longer than it takes to claim another one.
      await new Promise((resolve) => setTimeout(resolve, 50));
      running -= 1;
      return success(null);
    };
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    const registrations = [steps(Object.fromEntries(keys.map((key) => [key, counted])))];
    await using one = await make(registrations, { sharing: true });
    await using other = await one.another(registrations, { sharing: true });
    await one.engine.limit({ of: 'key', name: 'k' }, 2);
    await using _first = await one.engine.work({ jobs: 'shared', concurrency: 3 });
    await using _second = await other.engine.work({ jobs: 'shared', concurrency: 3 });
    const jobId = await submitted(one.engine, { tasks: keys.map((key) => spec(key, { concurrencyKey: 'k' })) });
    for await (const _event of one.engine.events(jobId, { follow: true })) void _event;
    expect(most).toBe(2);
  });

  it('stops what runs on another engine when the job is cancelled', async () => {
    const started = Promise.withResolvers<void>();
    await using one = await make([steps()], { sharing: true });
    await using other = await one.another([steps({ a: untilAborted(() => started.resolve()) })], { sharing: true });
    await using _worker = await other.engine.work({ jobs: 'shared', concurrency: 1 });
    const jobId = await submitted(one.engine, { tasks: [spec('a')] });
    await started.promise;
    await one.engine.cancel(jobId, 'enough');
    for await (const _event of one.engine.events(jobId, { follow: true })) void _event;
    expect((await one.engine.status(jobId))?.state).toBe('cancelled');
  });

  it('leaves a job alone that somebody carries', async () => {
    const hand = new HandDispatcher();
    await using one = await make([steps()], { sharing: true, dispatcher: hand });
    const jobId = await submitted(one.engine, { tasks: [spec('a')] });
    await using carrier = await one.engine.work({ jobs: [jobId], concurrency: 0 });
    await using _sharer = await one.engine.work({ jobs: 'shared', concurrency: 1 });
    expect(await hand.offer(await idOf(one.engine, jobId, 'a'))).toBe('deferred');
    expect((await hand.consumer.ready(10, 'all')).refs).toEqual([]);
    await carrier.stop();
    expect(await hand.offer(await idOf(one.engine, jobId, 'a'))).toBe('claimed');
  });
}

function drainCases(make: MakeEngine): void {
  it('takes nothing new while it drains, and lets what runs come to its end', async () => {
    const [begun, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow: StepHandler = async ({ signal }) => {
      begun.resolve();
      await mayEnd.promise;
      return success(signal.aborted);
    };
    await using made = await make([steps({ a: slow })], { sharing: true });
    await using worker = await made.engine.work({ jobs: 'shared', concurrency: 2 });
    const jobId = await submitted(made.engine, { tasks: [spec('a'), spec('b', after('a'))] });
    await begun.promise;
    const drained = worker.drain();
    const another = await submitted(made.engine, { tasks: [spec('c')] });
    mayEnd.resolve();
    await drained;
    expect(await statesOf(made.engine, jobId)).toEqual({ a: 'succeeded', b: 'ready' });
    expect(await statesOf(made.engine, another)).toEqual({ c: 'ready' });
    expect((await taskByKey(made.engine, jobId, 'a')).task).toMatchObject({ result: { value: false } });
    await worker.stop();
    await using _next = await made.engine.work({ jobs: 'shared', concurrency: 2 });
    for await (const _event of made.engine.events(jobId, { follow: true })) void _event;
    expect(await statesOf(made.engine, jobId)).toEqual({ a: 'succeeded', b: 'succeeded' });
  });
}

function needsCases(make: MakeEngine): void {
  it('gives a task to a worker that has what it needs, and keeps nobody else busy with it', async () => {
    const done: string[] = [];
    const noting =
      (worker: string): StepHandler =>
      async ({ key }) => {
        done.push(`${key} by ${worker}`);
        return success(null);
      };
    const by = (worker: string) => [steps({ plain: noting(worker), special: noting(worker), large: noting(worker) })];
    await using small = await make(by('small'), { sharing: true });
    await using large = await small.another(by('large'), { sharing: true });
    const jobId = await submitted(small.engine, {
      tasks: [
        spec('special', { needs: ['agent:codex'], priority: 9 }),
        spec('large', { needs: ['memoryMb>=4096', 'agent:codex'], priority: 9 }),
        spec('plain'),
      ],
    });
    await using first = await small.engine.work({ jobs: 'shared', concurrency: 1, labels: ['memoryMb=1024'] });
    await waitsForPlain(small.engine, jobId);
    expect((await small.engine.status(jobId))?.bottleneck).toBe('2 tasks wait for a worker that has agent:codex');
    expect(done).toEqual(['plain by small']);
    await using _second = await large.engine.work({ jobs: 'shared', concurrency: 1, labels: ['memoryMb=8192', 'agent:codex'] });
    for await (const _event of small.engine.events(jobId, { follow: true })) void _event;
    expect(done.toSorted()).toEqual(['large by large', 'plain by small', 'special by large']);
    await first.stop();
  });

  it('lets a worker that states no labels take everything', async () => {
    await using made = await make([steps()]);
    const jobId = await submitted(made.engine, { tasks: [spec('a', { needs: ['agent:codex'] })] });
    expect((await runToEnd(made.engine, jobId)).state).toBe('completed');
  });
}

async function waitsForPlain(engine: Parameters<typeof waits>[0], jobId: Parameters<typeof waits>[1]): Promise<void> {
  for await (const event of engine.events(jobId, { follow: true }))
    if (event.type === 'task.state' && event.data.key === 'plain' && event.data.state === 'succeeded') return;
}

function redispatchCases(make: MakeEngine): void {
  it('sends everything that is ready again under a new epoch, and takes the old ids for stale', async () => {
    const hand = new HandDispatcher();
    await using made = await make([steps()], { sharing: true, dispatcher: hand });
    const jobId = await submitted(made.engine, { tasks: [spec('a'), spec('b', { needs: ['x'] }), spec('c', after('a'))] });
    const [a, b] = [await idOf(made.engine, jobId, 'a'), await idOf(made.engine, jobId, 'b')];
    const old = hand.last(a);
    hand.sent.length = 0;
    expect(await made.engine.redispatch()).toBe(2);
    const byTask = new Map(hand.sent.map((dispatch) => [dispatch.ref.taskId, dispatch]));
    expect(byTask.get(a)).toEqual({ ref: { taskId: a, epoch: 2 }, priority: 0, route: '', carriedBy: undefined });
    expect(byTask.get(b)).toEqual({ ref: { taskId: b, epoch: 2 }, priority: 0, route: 'x', carriedBy: undefined });
    await using _worker = await made.engine.work({ jobs: 'shared', concurrency: 2 });
    expect(await hand.consumer.offer(old)).toBe('stale');
    expect(await hand.offer(a)).toBe('claimed');
  });

  it('lets a worker send again what has been ready for long and what it could take, and nothing else', async () => {
    const hand = new HandDispatcher();
    await using made = await make([steps()], { sharing: true, dispatcher: hand });
    await submitted(made.engine, { tasks: [spec('a'), spec('b', { needs: ['x'] })] });
    await using worker = await made.engine.work({ jobs: 'shared', concurrency: 2, labels: ['gpu'] });
    expect(await made.engine.workers()).toMatchObject([{ process: worker.process, labels: ['gpu'], alive: true, running: 0 }]);
    expect(await hand.consumer.redispatch(3_600_000)).toBe(0);
    expect(await hand.consumer.redispatch(0)).toBe(1);
  });
}

function refusalCases(make: MakeEngine): void {
  it('refuses labels and needs that are none, and ways to work that do not go together', async () => {
    await using alone = await make([steps()], { carrying: true });
    await expect(alone.engine.work({ jobs: 'shared', concurrency: 1 })).rejects.toMatchObject({ facts: { path: 'jobs' } });
    await expect(alone.engine.submit({ title: 'j', tasks: [spec('a', { needs: ['a,b'] })] })).rejects.toMatchObject({
      facts: { path: 'tasks[0].needs[0]' },
    });
    await using sharing = await alone.another([steps()], { sharing: true });
    await expect(sharing.engine.work({ jobs: 'unclaimed', concurrency: 1 })).rejects.toMatchObject({ facts: { path: 'jobs' } });
    await expect(sharing.engine.work({ jobs: 'shared', labels: ['a b'], concurrency: 1 })).rejects.toMatchObject({
      facts: { path: 'labels' },
    });
  });

  it('tells of all jobs in one order, also while it follows', async () => {
    await using made = await make([steps()], { sharing: true });
    const over = new AbortController();
    const told: string[] = [];
    const following = (async () => {
      for await (const event of made.engine.eventsOfAll({ follow: true, signal: over.signal })) {
        told.push(`${event.stream} ${event.seq}`);
        if (event.type === 'job.state' && event.data.state === 'completed') over.abort();
      }
    })();
    const jobId = await submitted(made.engine, { tasks: [spec('a'), spec('b', after('a'))] });
    await using _worker = await made.engine.work({ jobs: 'shared', concurrency: 1 });
    await following;
    expect(told).toEqual(Array.from({ length: told.length }, (_, index) => `${jobStream(jobId)} ${index + 1}`));
    expect((await taskByKey(made.engine, jobId, 'b')).task.state).toBe('succeeded');
  });
}
