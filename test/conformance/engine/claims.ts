import { describe, expect, it } from 'vitest';
import { standingClock } from './clocks.ts';
import { HandDispatcher } from './hand-dispatcher.ts';
import { after, asking, failing, happened, idOf, spec, steps, submitted, success, taskByKey, untilAborted, waits } from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

/** What an id means that a delivery engine brings: once, twice, late, or never. */
export function claimCases(make: MakeEngine): void {
  describe('claims', () => {
    sendCases(make);
    staleCases(make);
    deferredCases(make);
    dueCases(make);
  });
}

function sendCases(make: MakeEngine): void {
  it('sends what is ready in the transaction that made it ready, with its priority', async () => {
    const hand = new HandDispatcher();
    await using made = await make([steps()], { dispatcher: hand });
    const jobId = await submitted(made.engine, { tasks: [spec('a', { priority: 3 }), spec('b', after('a')), spec('c')] });
    const [a, c] = [await idOf(made.engine, jobId, 'a'), await idOf(made.engine, jobId, 'c')];
    expect(hand.sent).toMatchObject([
      { ref: { taskId: a, epoch: 1 }, priority: 3 },
      { ref: { taskId: c, epoch: 1 }, priority: 0 },
    ]);
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 3 });
    expect(await hand.offer(a)).toBe('claimed');
    expect(await hand.offer(c)).toBe('claimed');
    const b = await idOf(made.engine, jobId, 'b');
    await hand.sends(b, 1);
    expect(await hand.offer(b)).toBe('claimed');
    expect(await worker.settled(jobId)).toBe('completed');
  });

  it('stores nothing when what it made ready cannot be sent', async () => {
    const hand = new HandDispatcher();
    await using made = await make([steps()], { dispatcher: hand });
    hand.failing = new Error('The queue does not answer.');
    await expect(made.engine.submit({ title: 'a', tasks: [spec('a')], idempotencyKey: 'once' })).rejects.toThrow(
      'The queue does not answer.',
    );
    expect(await made.engine.jobs()).toEqual([]);
    hand.failing = undefined;
    expect((await made.engine.submit({ title: 'a', tasks: [spec('a')], idempotencyKey: 'once' })).kind).toBe('submitted');
  });

  it('lets no other suffer for one that cannot be sent', async () => {
    const hand = new HandDispatcher();
    await using made = await make([steps()], { dispatcher: hand });
    hand.failing = new Error('The queue does not answer.');
    const [failed, open] = await Promise.allSettled([
      made.engine.submit({ title: 'a', tasks: [spec('a')] }),
      made.engine.submit({ title: 'b', tasks: [], open: true }),
    ]);
    expect([failed.status, open.status]).toEqual(['rejected', 'fulfilled']);
    expect((await made.engine.jobs()).map((job) => job.title)).toEqual(['b']);
  });

  it('finds everything that is ready again when the delivery engine has lost it all', async () => {
    const hand = new HandDispatcher();
    await using made = await make([steps()], { dispatcher: hand });
    const jobId = await submitted(made.engine, { tasks: [spec('low'), spec('high', { priority: 1 }), spec('next', after('low', 'high'))] });
    hand.sent.length = 0;
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 2 });
    expect((await hand.consumer.ready(1, 'all')).more).toBe(true);
    const { refs, more } = await hand.consumer.ready(10, 'all');
    expect(more).toBe(false);
    expect(refs.map((ref) => ref.taskId)).toEqual([await idOf(made.engine, jobId, 'high'), await idOf(made.engine, jobId, 'low')]);
    for (const ref of refs) expect(await hand.consumer.offer(ref)).toBe('claimed');
    await hand.sends(await idOf(made.engine, jobId, 'next'), 1);
    hand.sent.length = 0;
    await happened(made.engine, jobId, (event) => event.type === 'task.state' && event.data.key === 'next' && event.data.state === 'ready');
    const rest = await hand.consumer.ready(10, 'all');
    expect(rest.refs).toHaveLength(1);
    for (const ref of rest.refs) expect(await hand.consumer.offer(ref)).toBe('claimed');
    expect(await worker.settled(jobId)).toBe('completed');
  });
}

function staleCases(make: MakeEngine): void {
  it('claims an id once that is delivered twice', async () => {
    const hand = new HandDispatcher();
    await using made = await make([steps({ a: untilAborted() })], { dispatcher: hand });
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 3 });
    const ref = hand.last(await idOf(made.engine, jobId, 'a'));
    const answers = await Promise.all([hand.consumer.offer(ref), hand.consumer.offer(ref)]);
    expect(answers.toSorted()).toEqual(['claimed', 'stale']);
    expect(await hand.consumer.offer(ref)).toBe('stale');
    expect(await taskByKey(made.engine, jobId, 'a')).toMatchObject({ task: { executions: 1 }, attempts: [{ outcome: undefined }] });
    await worker.stop();
  });

  it('drops an id of an older epoch, of a task that has ended, and of one that does not exist', async () => {
    const hand = new HandDispatcher();
    let calls = 0;
    const flaky: StepHandler = async () =>
      (calls += 1) === 1 ? { kind: 'failure', reason: 'no', retryHint: { delayMs: 0 } } : success(null);
    await using made = await make([steps({ flaky })], { dispatcher: hand });
    const jobId = await submitted(made.engine, { tasks: [spec('flaky')] });
    const id = await idOf(made.engine, jobId, 'flaky');
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    expect(await hand.offer(id)).toBe('claimed');
    await hand.sends(id, 2);
    expect(await hand.consumer.offer({ taskId: id, epoch: 1 })).toBe('stale');
    expect(await hand.consumer.offer({ taskId: id, epoch: 3 })).toBe('stale');
    expect(await hand.offer(id)).toBe('claimed');
    expect(await worker.settled(jobId)).toBe('completed');
    expect(await hand.offer(id)).toBe('stale');
    expect(await hand.consumer.offer({ taskId: 'nowhere' as never, epoch: 1 })).toBe('stale');
    expect((await taskByKey(made.engine, jobId, 'flaky')).task.executions).toBe(2);
  });
}

function deferredCases(make: MakeEngine): void {
  it('defers what a limit holds back, and sends it again under a higher epoch when the place is free', async () => {
    const hand = new HandDispatcher();
    const gate = Promise.withResolvers<void>();
    const first: StepHandler = async () => {
      await gate.promise;
      return success(null);
    };
    await using made = await make([steps({ first })], { dispatcher: hand });
    const tasks = ['first', 'second', 'third'].map((key) => spec(key, { concurrencyKey: 'merge' }));
    const jobId = await submitted(made.engine, { tasks });
    const [one, two, three] = [
      await idOf(made.engine, jobId, 'first'),
      await idOf(made.engine, jobId, 'second'),
      await idOf(made.engine, jobId, 'third'),
    ];
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 3 });
    expect(await hand.offer(one)).toBe('claimed');
    expect(await hand.offer(two)).toBe('deferred');
    expect(await hand.offer(three)).toBe('deferred');
    expect(await hand.offer(two)).toBe('deferred');
    gate.resolve();
    await hand.sends(two, 2);
    expect(hand.refs(two)).toEqual([
      { taskId: two, epoch: 1 },
      { taskId: two, epoch: 2 },
    ]);
    expect(hand.refs(three)).toHaveLength(1);
    expect(await hand.consumer.offer({ taskId: two, epoch: 1 })).toBe('stale');
    expect(await hand.offer(two)).toBe('claimed');
    await hand.sends(three, 2);
    expect(await hand.offer(three)).toBe('claimed');
    expect(await worker.settled(jobId)).toBe('completed');
  });

  it('defers what is paused, and sends it again under a higher epoch when it is resumed', async () => {
    const hand = new HandDispatcher();
    await using made = await make([steps()], { dispatcher: hand });
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    const id = await idOf(made.engine, jobId, 'a');
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await made.engine.pause(jobId, 'lunch');
    expect(await hand.offer(id)).toBe('deferred');
    expect(hand.refs(id)).toHaveLength(1);
    await made.engine.resume(jobId);
    expect(hand.last(id)).toEqual({ taskId: id, epoch: 2 });
    expect(await hand.consumer.offer({ taskId: id, epoch: 1 })).toBe('stale');
    expect(await hand.offer(id)).toBe('claimed');
    expect(await worker.settled(jobId)).toBe('completed');
  });

  it('defers what comes when there is no place', async () => {
    const hand = new HandDispatcher();
    await using made = await make([steps()], { dispatcher: hand });
    const jobId = await submitted(made.engine, { tasks: [spec('a')] });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 0 });
    const id = await idOf(made.engine, jobId, 'a');
    expect(hand.consumer.places()).toBe(0);
    expect(await hand.offer(id)).toBe('deferred');
    worker.limit({ concurrency: 1 });
    expect(hand.consumer.places()).toBe(1);
    expect(await hand.offer(id)).toBe('claimed');
    expect(await worker.settled(jobId)).toBe('completed');
  });

  it('leaves a job to the worker that carries it', async () => {
    const hand = new HandDispatcher();
    await using made = await make([steps()], { dispatcher: hand });
    const [mine, foreign] = [
      await submitted(made.engine, { tasks: [spec('a')] }),
      await submitted(made.engine, { tasks: [spec('a')] }),
    ] as const;
    await using worker = await made.engine.work({ jobs: [mine], concurrency: 2 });
    expect(await hand.offer(await idOf(made.engine, foreign, 'a'))).toBe('deferred');
    expect((await hand.consumer.ready(10, 'all')).refs).toMatchObject([hand.last(await idOf(made.engine, mine, 'a'))]);
    expect(await hand.offer(await idOf(made.engine, mine, 'a'))).toBe('claimed');
    expect(await worker.settled(mine)).toBe('completed');
  });
}

function dueCases(make: MakeEngine): void {
  it('makes a retry ready at its time and not before, and says when that is', async () => {
    const hand = new HandDispatcher();
    const clock = standingClock();
    let calls = 0;
    const flaky: StepHandler = async () =>
      (calls += 1) === 1 ? { kind: 'failure', reason: 'no', retryHint: { delayMs: 5_000 } } : success(null);
    await using made = await make([steps({ flaky })], { dispatcher: hand, clock });
    const jobId = await submitted(made.engine, { tasks: [spec('flaky')] });
    const id = await idOf(made.engine, jobId, 'flaky');
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await hand.offer(id);
    await waits(made.engine, jobId, 'flaky', 'backoff');
    const due = clock.now() + 5_000;
    expect(await hand.consumer.attend()).toBe(due);
    clock.pass(4_999);
    expect(await hand.consumer.attend()).toBe(due);
    expect(hand.refs(id)).toHaveLength(1);
    clock.pass(1);
    expect(await hand.consumer.attend()).toBeUndefined();
    expect(hand.last(id)).toEqual({ taskId: id, epoch: 2 });
    expect(await hand.offer(id)).toBe('claimed');
    expect(await worker.settled(jobId)).toBe('completed');
    const [first, second] = (await taskByKey(made.engine, jobId, 'flaky')).attempts;
    expect((second?.startedAt ?? 0) - (first?.endedAt ?? 0)).toBe(5_000);
  });

  it('says when the wait of a task ends by itself', async () => {
    const hand = new HandDispatcher();
    const clock = standingClock();
    const until = clock.now() + 60_000;
    await using made = await make([steps({ asking: asking({ from: 'person', until }), bad: failing })], { dispatcher: hand, clock });
    const jobId = await submitted(made.engine, { tasks: [spec('asking')] });
    const id = await idOf(made.engine, jobId, 'asking');
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await hand.offer(id);
    await waits(made.engine, jobId, 'asking', 'person');
    expect(await hand.consumer.attend()).toBe(until);
    clock.pass(60_000);
    await hand.consumer.attend();
    expect(await hand.offer(id)).toBe('claimed');
    expect(await worker.settled(jobId)).toBe('completed');
    expect((await taskByKey(made.engine, jobId, 'asking')).task).toMatchObject({ result: { value: { by: 'deadline' } } });
  });
}
