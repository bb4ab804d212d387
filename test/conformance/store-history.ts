import { expect, it } from 'vitest';
import type { JobId } from '../../src/domain/ids.ts';
import type { Task } from '../../src/domain/task.ts';
import type { StreamedEvent } from '../../src/ports/store.ts';
import { aDecision, anAttempt, anEnd, aTask, ids, onStore, read, stored, write } from './store-support.ts';
import type { MakeStore } from './store-support.ts';

export function attemptCases(make: MakeStore): void {
  it(
    'lists attempts by task in the order of creation, then by epoch; the latest by when they were begun',
    onStore(make, async (store) => {
      const { job, owner, tasks } = await stored(store, { tasks: (of) => [aTask(of), aTask(of)] });
      const [first, second] = tasks as [Task, Task];
      const begun = [
        anAttempt(second, owner, { epoch: 1 }),
        anAttempt(first, owner, { epoch: 2 }),
        anAttempt(first, owner, { epoch: 1 }),
        anAttempt(first, owner, { epoch: 10 }),
      ] as const;
      await write(store, (transaction) => transaction.save({ newAttempts: begun }));
      const [a, b, c, d] = begun;
      await read(store, async (records) => {
        expect(ids(await records.attempts({ jobId: job.id }))).toEqual(ids([c, b, d, a]));
        expect(await records.attempts({ taskId: first.id })).toEqual([c, b, d]);
        expect(ids(await records.latestAttempts(job.id, 10))).toEqual(ids([d, c, b, a]));
        expect(ids(await records.latestAttempts(job.id, 2))).toEqual(ids([d, c]));
      });
    }),
  );

  it(
    'keeps how an attempt ended',
    onStore(make, async (store) => {
      const { owner, tasks } = await stored(store, { tasks: (of) => [aTask(of), aTask(of)] });
      const [one, other] = tasks as [Task, Task];
      const [ended, released] = [anAttempt(one, owner), anAttempt(other, owner)];
      const end = {
        ...anEnd,
        outcome: 'error',
        errorKind: 'infrastructure',
        cause: 'thrown',
        artifacts: [{ kind: 'log', name: 'a log', reference: 'sha256:0' }],
        observations: ['one', 'two'],
        costMicroUsd: 7,
      } as const;
      const release = { ...anEnd, outcome: 'released', errorKind: undefined, reason: undefined } as const;
      await write(store, async (transaction) => {
        await transaction.save({ newAttempts: [ended, released] });
        await transaction.save({
          attemptEnds: [
            { id: ended.id, end },
            { id: released.id, end: release },
          ],
        });
      });
      await read(store, async (records) => {
        expect(await records.attempts({ taskId: one.id })).toEqual([{ ...ended, end }]);
        expect(await records.attempts({ taskId: other.id })).toEqual([{ ...released, end: release }]);
      });
    }),
  );

  it(
    'knows one attempt of a task in an epoch',
    onStore(make, async (store) => {
      const { owner, tasks } = await stored(store, { tasks: (of) => [aTask(of), aTask(of)] });
      const [one, other] = tasks as [Task, Task];
      const attempt = anAttempt(one, owner);
      await write(store, (transaction) => transaction.save({ newAttempts: [attempt] }));
      await expect(write(store, (transaction) => transaction.save({ newAttempts: [anAttempt(one, owner)] }))).rejects.toThrow();
      await expect(
        write(store, (transaction) => transaction.save({ newAttempts: [anAttempt(other, owner, { id: attempt.id })] })),
      ).rejects.toThrow();
      await write(store, (transaction) => transaction.save({ newAttempts: [anAttempt(one, owner, { epoch: 9 })] }));
    }),
  );
}

export function decisionCases(make: MakeStore): void {
  it(
    'lists decisions by task in the order of creation, then by epoch, then by when they were taken; the latest first where that is asked',
    onStore(make, async (store) => {
      const { job, owner, tasks } = await stored(store, { tasks: (of) => [aTask(of), aTask(of)] });
      const [first, second] = tasks as [Task, Task];
      const attempt = anAttempt(first, owner);
      const decisions = [
        aDecision(second),
        aDecision(first, { epoch: 3 }),
        aDecision(first, { attemptId: attempt.id, kind: 'decompose', childTaskIds: [second.id] }),
        aDecision(first),
      ] as const;
      await write(store, async (transaction) => {
        await transaction.save({ newAttempts: [attempt] });
        await transaction.save({ decisions: decisions });
      });
      const [a, b, c, d] = decisions;
      await read(store, async (records) => {
        expect(await records.decisions({ jobId: job.id })).toEqual([c, d, b, a]);
        expect(await records.decisions({ taskId: first.id })).toEqual([c, d, b]);
        expect(await records.latestDecisions(job.id, 3)).toEqual([d, c, b]);
      });
      await expect(write(store, (transaction) => transaction.save({ decisions: [a] }))).rejects.toThrow();
    }),
  );
}

export function eventCases(make: MakeStore): void {
  const sealed = (stream: string, seq: number): StreamedEvent => ({
    stream,
    seq,
    at: seq * 10,
    event: { type: 'job.sealed', data: { jobId: 'a' as JobId } },
  });

  it(
    'gives back the events of a stream after a number, in order',
    onStore(make, async (store) => {
      await write(store, (transaction) => transaction.save({ events: [sealed('a', 1), sealed('b', 1), sealed('a', 2)] }));
      await write(store, (transaction) => transaction.save({ events: [sealed('a', 3), sealed('b', 2)] }));
      await read(store, async (records) => {
        const all = await records.events('a', 0, 10);
        const common = { stream: 'a', type: 'job.sealed', version: expect.any(Number), data: { jobId: 'a' } };
        expect(all).toMatchObject([
          { ...common, seq: 1, at: 10 },
          { ...common, seq: 2, at: 20 },
          { ...common, seq: 3, at: 30 },
        ]);
        expect((await records.events('a', 1, 10)).map(({ seq }) => seq)).toEqual([2, 3]);
        expect((await records.events('a', 1, 1)).map(({ seq }) => seq)).toEqual([2]);
        expect(await records.events('a', 3, 10)).toEqual([]);
        expect(await records.events('nobody', 0, 10)).toEqual([]);
        const positions = [...all, ...(await records.events('b', 0, 10))].map(({ position }) => position);
        expect(new Set(positions).size).toBe(5);
      });
    }),
  );

  it(
    'takes a number of a stream once, from 1',
    onStore(make, async (store) => {
      await write(store, (transaction) => transaction.save({ events: [sealed('a', 1)] }));
      await expect(write(store, (transaction) => transaction.save({ events: [sealed('a', 1)] }))).rejects.toThrow();
      await expect(write(store, (transaction) => transaction.save({ events: [sealed('b', 0)] }))).rejects.toThrow();
      await write(store, (transaction) => transaction.save({ events: [sealed('a', 2)] }));
    }),
  );
}

export function effectCases(make: MakeStore): void {
  it(
    'keeps the intent of an effect, then what became of it',
    onStore(make, async (store) => {
      const { tasks } = await stored(store, { tasks: (of) => [aTask(of)] });
      const intended = { key: 'merge', taskId: (tasks[0] as Task).id, intendedAt: 1, done: undefined };
      await write(store, (transaction) => transaction.saveEffect(intended));
      expect(await read(store, (records) => records.effect('merge'))).toEqual(intended);
      const done = { at: 2, result: { commit: 'abc', gone: undefined } };
      await write(store, (transaction) => transaction.saveEffect({ ...intended, intendedAt: 99, done }));
      expect(await read(store, (records) => records.effect('merge'))).toStrictEqual({
        ...intended,
        done: { at: 2, result: { commit: 'abc' } },
      });
      await write(store, (transaction) => transaction.saveEffect({ ...intended, key: 'nothing', done: { at: 3, result: undefined } }));
      expect((await read(store, (records) => records.effect('nothing')))?.done).toEqual({ at: 3, result: null });
      expect(await read(store, (records) => records.effect('unknown'))).toBeUndefined();
    }),
  );
}
