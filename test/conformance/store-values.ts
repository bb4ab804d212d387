import { expect, it } from 'vitest';
import type { Job } from '../../src/domain/job.ts';
import type { Task } from '../../src/domain/task.ts';
import { aTask, anAttempt, anEnd, onStore, read, stored, write } from './store-support.ts';
import type { MakeStore } from './store-support.ts';

export function valueCases(make: MakeStore): void {
  it(
    'keeps values of its own: neither those who wrote them nor those who read them can change them',
    onStore(make, async (store) => {
      const attributes = { list: [1] };
      const value = { list: [1] };
      const { job, tasks } = await stored(store, {
        job: { attributes },
        tasks: (of) => [aTask(of, { payload: { schemaVersion: 1, value } })],
      });
      attributes.list.push(2);
      value.list.push(2);
      const look = () =>
        read(store, async (records) => ({
          job: (await records.job(job.id)) as Job & { attributes: { list: number[] } },
          task: (await records.task((tasks[0] as Task).id)) as Task & { payload: { value: { list: number[] } } },
        }));
      const seen = await look();
      expect(seen.task.payload.value).toEqual({ list: [1] });
      expect(seen.job.attributes).toEqual({ list: [1] });
      seen.task.payload.value.list.push(3);
      seen.job.attributes.list.push(3);
      expect((await look()).task.payload.value).toEqual({ list: [1] });
      expect((await look()).job.attributes).toEqual({ list: [1] });
    }),
  );

  it(
    'keeps values as JSON keeps them',
    onStore(make, async (store) => {
      const value = { gone: undefined, list: [undefined, NaN], at: new Date(0), inner: { gone: undefined } };
      const asJson = { list: [null, null], at: '1970-01-01T00:00:00.000Z', inner: {} };
      const own = JSON.parse('{"__proto__":{"a":1}}') as unknown;
      const { job, owner, tasks } = await stored(store, {
        job: { attributes: value, budget: { attempts: 2 } },
        tasks: (of) => [
          aTask(of, { payload: { schemaVersion: 1, value } }),
          aTask(of, {}, { state: 'succeeded', result: { schemaVersion: 1, value: own }, endedAt: 1 }),
        ],
      });
      const attempt = anAttempt(tasks[0] as Task, owner);
      await write(store, async (transaction) => {
        await transaction.save({ newAttempts: [attempt] });
        await transaction.save({ attemptEnds: [{ id: attempt.id, end: { ...anEnd, observations: ['seen'] } }] });
      });
      await read(store, async (records) => {
        expect((await records.job(job.id))?.attributes).toStrictEqual(asJson);
        const [given, succeeded] = await records.tasks(job.id);
        expect(given?.payload).toStrictEqual({ schemaVersion: 1, value: asJson });
        expect(JSON.stringify(succeeded?.state === 'succeeded' ? succeeded.result.value : undefined)).toBe('{"__proto__":{"a":1}}');
        expect((await records.attempts({ jobId: job.id }))[0]?.end?.observations).toEqual(['seen']);
      });
    }),
  );

  it(
    'gives back what was nothing as nothing',
    onStore(make, async (store) => {
      const nothing = { schemaVersion: 1, value: undefined };
      const { tasks } = await stored(store, {
        tasks: (of) => [
          aTask(of, { payload: nothing, answer: { signal: 'go', payload: undefined, by: 'me', at: 1 } }),
          aTask(of, {}, { state: 'succeeded', result: nothing, endedAt: 1 }),
          aTask(of, {}, { state: 'pending', waiting: { reason: 'children', join: 'resume', left: 1, nextPayload: nothing } }),
        ],
      });
      expect(await read(store, (records) => records.tasks((tasks[0] as Task).jobId))).toEqual(tasks);
    }),
  );
}
