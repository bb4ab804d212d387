import { describe, expect, it } from 'vitest';
import { shortId } from '../../../src/domain/ids.ts';
import type { JobText } from '../../../src/ports/store.ts';
import { hourMs, turnedClock } from './clocks.ts';
import { asking, failing, idOf, run, runJob, spec, steps, submitted, untilAborted } from './support.ts';
import type { MakeEngine } from './support.ts';

/** What lists of many jobs, and of all that happened in one, are made of. */
export function listCases(make: MakeEngine): void {
  describe('lists', () => {
    searchCases(make);
    kindCases(make);
    backlogCases(make);
    stalledCases(make);
  });
}

function searchCases(make: MakeEngine): void {
  it('finds jobs by their states, whether they have ended or not, before it counts them', async () => {
    await using made = await make([steps({ bad: failing, ask: asking({ from: 'person' }) })]);
    const { engine } = made;
    const done = await run(engine, [spec('good')]);
    const failed = await run(engine, [spec('bad')]);
    const waiting = await run(engine, [spec('ask')]);
    const found = async (...states: readonly (typeof done.state)[]) => (await engine.jobs({ states, limit: 2 })).map(({ id }) => id);
    expect(await found('failed')).toEqual([failed.id]);
    expect(await found('waiting', 'running')).toEqual([waiting.id]);
    expect(await found('completed', 'waiting')).toEqual([waiting.id, done.id]);
    expect(await found('cancelled')).toEqual([]);
    expect(await engine.jobs({ states: ['waiting'], open: false })).toEqual([]);
  });

  it('finds jobs by words in their title, by their group, by their key without the name of its group, or by the beginning of their id', async () => {
    await using made = await make([steps()]);
    const { engine } = made;
    const tasks = [spec('a')];
    const titled = await submitted(engine, { tasks, title: 'Round 50% UP, now', groupKey: 'one' });
    const keyed = await submitted(engine, { tasks, groupKey: 'two', exclusiveKey: 'issue:two:file:/srv/Rounding.md' });
    const free = await submitted(engine, { tasks, exclusiveKey: 'issue::12' });
    const orKey = { begins: 'issue::file:', contains: 'round' };
    const found = async (words: string, more: Partial<JobText> = {}) =>
      (await engine.jobs({ text: { words, orGroups: [], orKey: { ...orKey, contains: words }, ...more } })).map(({ id }) => id);
    expect(await found('round')).toEqual([keyed, titled]);
    expect(await found('50% up')).toEqual([titled]);
    expect(await found('_')).toEqual([]);
    expect(await found('nothing', { orGroups: ['two', 'three'] })).toEqual([keyed]);
    expect(await found(shortId(titled).slice(0, 7).toUpperCase())).toEqual([titled]);
    const numbered = { begins: 'issue::', contains: '12' };
    expect(await found('#12', { orKey: numbered })).toEqual([free]);
    expect(await found('#12', { orKey: { ...numbered, inGroups: ['one'] } })).toEqual([]);
    expect((await engine.jobs({ groupKey: 'one', text: { words: 'round', orGroups: [], orKey } })).map(({ id }) => id)).toEqual([titled]);
  });
}

function kindCases(make: MakeEngine): void {
  it('counts the tasks of many jobs by their kind, and tells every attempt and decision of one', async () => {
    await using made = await make([steps({ bad: failing, ask: asking({ from: 'person' }) })]);
    const { engine } = made;
    const first = await run(engine, [spec('good'), spec('better'), spec('bad')]);
    const second = await run(engine, [spec('ask')]);
    const kinds = await engine.taskKinds([first.id, second.id]);
    const type = 'test.step';
    expect(kinds).toHaveLength(3);
    expect(kinds).toEqual(
      expect.arrayContaining([
        { jobId: first.id, type, state: 'succeeded', waiting: undefined, count: 2 },
        { jobId: first.id, type, state: 'dead', waiting: undefined, count: 1 },
        { jobId: second.id, type, state: 'pending', waiting: 'person', count: 1 },
      ]),
    );
    expect(await engine.taskKinds([])).toEqual([]);
    const bad = await idOf(engine, first.id, 'bad');
    const attempts = await engine.attempts(first.id);
    expect(attempts).toHaveLength(3);
    expect(attempts.filter(({ taskId }) => taskId === bad)).toMatchObject([{ outcome: 'failure', reason: 'no' }]);
    expect((await engine.decisions(first.id)).filter(({ taskId }) => taskId === bad)).toMatchObject([
      { kind: 'markDead', id: expect.any(String) },
    ]);
  });
}

function backlogCases(make: MakeEngine): void {
  it('adds up what is to be done in jobs that have not ended, and knows what is ready longest', async () => {
    const clock = turnedClock();
    await using made = await make([steps({ ask: asking({ from: 'person' }) })], { clock, carrying: true });
    const { engine } = made;
    expect(await engine.backlog()).toEqual({ counts: {}, jobs: {}, readySince: undefined });
    await run(engine, [spec('done')]);
    await run(engine, [spec('ask'), spec('done')]);
    const before = clock.now();
    await submitted(engine, { tasks: [spec('a'), spec('b')] });
    const between = clock.now();
    clock.turn(hourMs);
    await submitted(engine, { tasks: [spec('c')] });
    const { counts, jobs, readySince } = await engine.backlog();
    expect(counts).toMatchObject({ ready: 3, person: 1, succeeded: 1 });
    expect(jobs).toEqual({ running: 2, waiting: 1 });
    expect(readySince).toBeGreaterThanOrEqual(before);
    expect(readySince).toBeLessThanOrEqual(between);
  });
}

function stalledCases(make: MakeEngine): void {
  it('names what nobody takes, and what runs although its lease has run out, the longest first', async () => {
    const clock = turnedClock();
    const started = Promise.withResolvers<void>();
    const timing = { leaseMs: 2 * hourMs, heartbeatMs: hourMs };
    await using made = await make([steps({ long: untilAborted(started.resolve) })], { clock, timing, carrying: true });
    const { engine } = made;
    const left = await submitted(engine, { title: 'left alone', tasks: [spec('alone')], groupKey: 'one' });
    const carried = await submitted(engine, { title: 'carried', tasks: [spec('long')] });
    await using worker = await engine.work({ jobs: [carried], concurrency: 1 });
    await started.promise;
    expect(await engine.stalled(hourMs, 10)).toEqual([]);
    const alone = {
      jobId: left,
      title: 'left alone',
      groupKey: 'one',
      key: 'alone',
      why: 'nobody',
      taskId: await idOf(engine, left, 'alone'),
    };
    expect(await engine.stalled(0, 10)).toMatchObject([alone]);
    clock.turn(5 * hourMs);
    expect(await engine.stalled(hourMs, 10)).toMatchObject([alone, { jobId: carried, title: 'carried', key: 'long', why: 'lease' }]);
    expect(await engine.workers()).toMatchObject([{ process: worker.process, alive: true, lastSeenAt: expect.any(Number) }]);
    await worker.stop();
    await runJob(engine, left);
    expect(await engine.stalled(0, 10)).not.toContainEqual(expect.objectContaining({ jobId: left }));
  });
}
