import { describe, expect, it } from 'vitest';
import { asking, idOf, run, runJob, runToEnd, spec, steps, submitted, success, taskByKey, untilAborted, waits } from './support.ts';
import type { MakeEngine, StepHandler } from './support.ts';

/** Tasks that wait for somebody or something. */
export function waitingCases(make: MakeEngine): void {
  describe('waiting', () => {
    answerCases(make);
    timeCases(make);
    placeCases(make);
  });
}

function answerCases(make: MakeEngine): void {
  it('waits for a person, without using up an attempt, and goes on with the one answer', async () => {
    await using made = await make([steps({ asking: asking({ from: 'person' }) })]);
    const { engine } = made;
    const waiting = await run(engine, [spec('asking', { budget: { attempts: 1 } })]);
    expect(waiting).toMatchObject({
      state: 'waiting',
      bottleneck: 'asking: Go on?',
      endedAt: undefined,
      counts: { waiting_for_person: 1 },
    });
    const { task, why, attempts, decisions } = await taskByKey(engine, waiting.id, 'asking');
    expect(why).toBe('Go on?');
    expect(attempts).toMatchObject([{ outcome: 'blocked', errorKind: undefined, reason: 'needs an answer' }]);
    expect(decisions).toMatchObject([{ kind: 'await', reason: 'needs an answer', trigger: 'blocked: needs an answer' }]);
    expect(await engine.signal(task.id, 'veto', {}, 'ada')).toEqual({ kind: 'not-waiting', state: 'pending (person: go)' });
    expect(await engine.signal(task.id, 'go', { ok: true }, 'ada')).toEqual({ kind: 'answered' });
    expect(await engine.signal(task.id, 'go', { ok: false }, 'bob')).toEqual({ kind: 'not-waiting', state: 'ready' });
    const done = await runJob(engine, waiting.id);
    expect(done.state).toBe('completed');
    const after = await taskByKey(engine, waiting.id, 'asking');
    expect(after.task).toMatchObject({ result: { value: { payload: { ok: true }, by: 'ada' } }, failures: 0, executions: 2 });
    expect((await Array.fromAsync(engine.events(waiting.id))).filter((event) => event.type === 'task.answered')).toMatchObject([
      { data: { signal: 'go', by: 'ada' } },
    ]);
  });

  it('takes one of two answers that are given at the same time', async () => {
    await using made = await make([steps({ asking: asking({ from: 'person' }) })]);
    const job = await run(made.engine, [spec('asking')]);
    const id = await idOf(made.engine, job.id, 'asking');
    const answers = await Promise.all(['ada', 'bob', 'cyd'].map((by) => made.engine.signal(id, 'go', by, by)));
    expect(answers.map((answer) => answer.kind).toSorted()).toEqual(['answered', 'not-waiting', 'not-waiting']);
  });

  it('forgets an answer when it waits again', async () => {
    const twice: StepHandler = async ({ answer }) => {
      if (answer?.signal === 'second') return success('done');
      const signal = answer === undefined ? 'first' : 'second';
      return { kind: 'blocked', reason: 'more', need: { signal, from: 'person', question: `${signal}?` } };
    };
    await using made = await make([steps({ twice })]);
    const job = await run(made.engine, [spec('twice')]);
    const id = await idOf(made.engine, job.id, 'twice');
    await made.engine.signal(id, 'first', 1, 'ada');
    expect(await runJob(made.engine, job.id)).toMatchObject({ state: 'waiting', bottleneck: 'twice: second?' });
    expect((await taskByKey(made.engine, job.id, 'twice')).task.answer).toBeUndefined();
    await made.engine.signal(id, 'second', 2, 'ada');
    expect((await runJob(made.engine, job.id)).state).toBe('completed');
  });

  it('keeps an answer for every attempt that follows it', async () => {
    let calls = 0;
    const shaky: StepHandler = async (context) => {
      calls += 1;
      return calls === 2 ? { kind: 'failure', reason: 'no' } : asking({ from: 'event' })(context);
    };
    await using made = await make([steps({ shaky })]);
    const job = await run(made.engine, [spec('shaky')]);
    await made.engine.signal(await idOf(made.engine, job.id, 'shaky'), 'go', 'yes', 'ada');
    expect((await runJob(made.engine, job.id)).state).toBe('completed');
    expect((await taskByKey(made.engine, job.id, 'shaky')).task).toMatchObject({ result: { value: { payload: 'yes' } } });
  });

  it.each(['person', 'event', 'budget'] as const)('makes the job wait while somebody can supply it: %s', async (from) => {
    await using made = await make([steps({ asking: asking({ from }) })]);
    const job = await run(made.engine, [spec('asking')]);
    expect(job).toMatchObject({ state: 'waiting', counts: { [`waiting_for_${from}`]: 1 } });
    await made.engine.signal(await idOf(made.engine, job.id, 'asking'), 'go', null, 'ada');
    expect((await runJob(made.engine, job.id)).state).toBe('completed');
  });

  it('does not know a task that does not exist', async () => {
    await using made = await make([]);
    expect(await made.engine.signal('nowhere' as never, 'x', {}, 'ada')).toEqual({ kind: 'unknown' });
  });

  it('refuses an answer that cannot be written down', async () => {
    await using made = await make([]);
    await expect(made.engine.signal('nowhere' as never, 'x', 1n, 'ada')).rejects.toMatchObject({ reason: 'usage' });
  });

  it('does not answer a task that is not waiting', async () => {
    const started = Promise.withResolvers<void>();
    await using made = await make([steps({ long: untilAborted(started.resolve) })]);
    const { engine } = made;
    const jobId = await submitted(engine, { tasks: [spec('long'), spec('next', { dependencies: [{ on: 'long', until: 'settled' }] })] });
    const send = async (key: string) => engine.signal(await idOf(engine, jobId, key), 'go', null, 'ada');
    expect(await send('long')).toEqual({ kind: 'not-waiting', state: 'ready' });
    expect(await send('next')).toEqual({ kind: 'not-waiting', state: 'pending (deps)' });
    await using worker = await engine.work({ jobs: [jobId], concurrency: 1 });
    await started.promise;
    expect(await send('long')).toEqual({ kind: 'not-waiting', state: 'running' });
    await engine.cancel(jobId, 'enough');
    await worker.settled(jobId);
    expect(await send('long')).toEqual({ kind: 'not-waiting', state: 'cancelled' });
  });
}

function timeCases(make: MakeEngine): void {
  it('ends a wait by itself at the time that was set, whoever it is for', async () => {
    const froms = ['person', 'event', 'budget', 'deadline', 'nobody'] as const;
    const until = Date.now() + 1_200;
    await using made = await make([steps(Object.fromEntries(froms.map((from) => [from, asking({ from, until })])))]);
    const jobId = await submitted(made.engine, { tasks: froms.map((from) => spec(from)) });
    expect((await runToEnd(made.engine, jobId)).state).toBe('completed');
    for (const from of froms) {
      const { task, attempts } = await taskByKey(made.engine, jobId, from);
      expect(task).toMatchObject({ executions: 2, failures: 0, result: { value: { payload: null, by: 'deadline' } } });
      expect(attempts[1]?.startedAt).toBeGreaterThanOrEqual(until);
    }
  });

  it('does not spin on a wait for a time that has gone by already', async () => {
    let calls = 0;
    const spinning: StepHandler = async (context) => {
      calls += 1;
      return calls > 1 ? success(null) : asking({ from: 'deadline', until: Date.now() })(context);
    };
    await using made = await make([steps({ spinning })]);
    const jobId = await submitted(made.engine, { tasks: [spec('spinning')] });
    expect((await runToEnd(made.engine, jobId)).state).toBe('completed');
    const { attempts } = await taskByKey(made.engine, jobId, 'spinning');
    expect(attempts[1]?.startedAt).toBeGreaterThanOrEqual((attempts[0]?.endedAt ?? 0) + 1_000);
  });

  it('makes the job wait for the time, and be answered before it', async () => {
    const until = Date.now() + 3_600_000;
    await using made = await make([steps({ asking: asking({ from: 'deadline', until }) })]);
    const jobId = await submitted(made.engine, { tasks: [spec('asking')] });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await waits(made.engine, jobId, 'asking', 'deadline');
    expect(await made.engine.status(jobId)).toMatchObject({ state: 'waiting', counts: { waiting_for_time: 1 } });
    await made.engine.signal(await idOf(made.engine, jobId, 'asking'), 'go', 'early', 'ada');
    // What waits for a time alone goes on by itself: nobody is called for help.
    expect(await worker.settled(jobId)).toBe('completed');
    expect((await taskByKey(made.engine, jobId, 'asking')).task).toMatchObject({ result: { value: { payload: 'early', by: 'ada' } } });
  });
}

function placeCases(make: MakeEngine): void {
  it('frees the place of a task that waits', async () => {
    await using made = await make([steps({ asking: asking({ from: 'person' }) })]);
    const jobId = await submitted(made.engine, { tasks: [spec('asking', { priority: 1 }), spec('other')] });
    expect(await runJob(made.engine, jobId, 1)).toMatchObject({ state: 'waiting', counts: { waiting_for_person: 1 } });
    await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
    await waits(made.engine, jobId, 'asking', 'person');
    await made.engine.signal(await idOf(made.engine, jobId, 'asking'), 'go', null, 'ada');
    expect(await worker.settled(jobId)).toBe('completed');
  });

  it('waits on through a restart of the engine', async () => {
    await using made = await make([steps()]);
    const handlers = [steps({ asking: asking({ from: 'person' }) })];
    const first = await made.another(handlers);
    const job = await run(first.engine, [spec('asking')]);
    await first[Symbol.asyncDispose]();
    await using second = await made.another(handlers);
    expect(await second.engine.status(job.id)).toMatchObject({ state: 'waiting', bottleneck: 'asking: Go on?', carriedBy: undefined });
    const id = await idOf(second.engine, job.id, 'asking');
    expect(await second.engine.signal(id, 'go', 'yes', 'ada')).toEqual({ kind: 'answered' });
    expect((await runJob(second.engine, job.id)).state).toBe('completed');
    expect((await taskByKey(second.engine, job.id, 'asking')).attempts.map((attempt) => attempt.outcome)).toEqual(['blocked', 'success']);
  });
}
