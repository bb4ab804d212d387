import { expect, it } from 'vitest';
import type { JobId } from '../../src/domain/ids.ts';
import type { StoreReader, StoreTransaction } from '../../src/ports/store.ts';
import { aDecision, aJob, anAttempt, anEnd, aTask, newProcessId, onStore, read, stored, write } from './store-support.ts';
import type { MakeStore } from './store-support.ts';

export function transactionCases(make: MakeStore): void {
  it(
    'stores nothing of a change that throws, whatever it has written',
    onStore(make, async (store) => {
      const { owner, job, tasks } = await stored(store, { tasks: (of) => [aTask(of), aTask(of)] });
      const [one, other] = tasks as [(typeof tasks)[0], (typeof tasks)[0]];
      const before = await read(store, (records) => everything(records, job.id));
      const attempt = anAttempt(one, owner);
      const change = async (transaction: StoreTransaction): Promise<void> => {
        await transaction.save({ newJobs: [aJob()] });
        await transaction.save({ newTasks: [aTask(job)] });
        await transaction.save({ tasks: [{ before: one, after: { ...one, state: 'dead', reason: 'no', endedAt: 1 } }] });
        await transaction.save({ dependencies: [{ taskId: other.id, onTaskId: one.id, until: 'settled', ordinal: 0 }] });
        await transaction.save({ newAttempts: [attempt] });
        await transaction.save({ attemptEnds: [{ id: attempt.id, end: anEnd }] });
        await transaction.save({ decisions: [aDecision(one)] });
        await transaction.save({ events: [sealed(job.id, 1)] });
        await transaction.save({ jobs: [{ ...job, paused: true, lastSeq: 1 }] });
        await transaction.limitLeases(job.id, 5);
        await transaction.setLimit({ of: 'type', name: 'test.step' }, 3);
        await transaction.insertProcess({ id: newProcessId(), pid: 2, host: 'here', labels: undefined, startedAt: 2 });
        await transaction.uncarry(owner);
        await transaction.endProcess(owner, 3);
        await transaction.saveEffect({ key: 'an effect', taskId: one.id, intendedAt: 1, done: undefined });
        expect(await everything(transaction, job.id)).not.toEqual(before);
        throw new Error('no after all');
      };
      await expect(write(store, change)).rejects.toThrow('no after all');
      expect(await read(store, (records) => everything(records, job.id))).toEqual(before);
      await write(store, (transaction) => transaction.save({ newTasks: [aTask(job)] }));
      expect(await read(store, (records) => records.tasks(job.id))).toHaveLength(3);
    }),
  );

  it(
    'undoes a change that throws alone among those that were asked for with it',
    onStore(make, async (store) => {
      const jobs = [aJob(), aJob(), aJob()] as const;
      const results = await Promise.allSettled(
        jobs.map((job, index) =>
          write(store, async (transaction) => {
            await transaction.save({ newJobs: [job] });
            if (index === 1) throw new Error('not this one');
          }),
        ),
      );
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      const found = await read(store, (records) => Promise.all(jobs.map(({ id }) => records.job(id))));
      expect(found.map((job) => job?.id)).toEqual([jobs[0].id, undefined, jobs[2].id]);
    }),
  );

  it(
    'shows a change what it has written, and later ones what was committed',
    onStore(make, async (store) => {
      const job = aJob();
      const seen = await store.write(async (transaction) => {
        await transaction.save({ newJobs: [job] });
        return transaction.job(job.id);
      });
      expect(seen).toEqual(job);
      expect(await store.write((transaction) => transaction.job(job.id))).toEqual(job);
      expect(await read(store, (records) => records.job(job.id))).toEqual(job);
    }),
  );

  it(
    'shows a reader one state, whatever is written meanwhile',
    onStore(make, async (store) => {
      const { job } = await stored(store);
      const add = (): Promise<void> =>
        write(store, async (transaction) => {
          await transaction.save({ newTasks: [aTask(job)] });
          await transaction.save({ newTasks: [aTask(job)] });
        });
      const look = (): Promise<number[]> =>
        read(store, async (records) => {
          const counts: number[] = [];
          for (let round = 0; round < 20; round += 1) counts.push((await records.tasks(job.id)).length);
          return counts;
        });
      const [, first, , second] = await Promise.all([add(), look(), add(), look()]);
      for (const counts of [first, second]) {
        expect(new Set(counts).size).toBe(1);
        expect((counts[0] ?? 1) % 2).toBe(0);
      }
    }),
  );

  it(
    'gives back what a change and a look return, and throws what they throw',
    onStore(make, async (store) => {
      expect(await store.write(async () => 'written')).toBe('written');
      expect(await store.read(async () => 'read')).toBe('read');
      await expect(store.read(() => Promise.reject(new TypeError('unreadable')))).rejects.toThrow(new TypeError('unreadable'));
    }),
  );

  it(
    'refuses the use of a transaction that is over',
    onStore(make, async (store) => {
      const job = aJob();
      const transaction = await store.write(async (given) => ({ given }));
      await expect(transaction.given.save({ newJobs: [job] })).rejects.toThrow('over');
      const records = await store.read(async (given) => ({ given }));
      await expect(records.given.job(job.id)).rejects.toThrow('over');
      expect(await read(store, (again) => again.job(job.id))).toBeUndefined();
    }),
  );
}

/** For a store that lives in the program itself: it can tell when a body awaits something else. */
export function refusedAwaitCases(make: MakeStore): void {
  const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(() => setImmediate(resolve)));

  it(
    'refuses a body that awaits anything but its transaction, and stores nothing of it',
    onStore(make, async (store) => {
      const job = aJob();
      const ended = Promise.withResolvers<unknown>();
      const change = async (transaction: StoreTransaction): Promise<void> => {
        await transaction.save({ newJobs: [job] });
        await turn();
        await transaction.save({ newJobs: [aJob()] }).catch(ended.resolve);
      };
      await expect(write(store, change)).rejects.toThrow('awaited something other than the transaction');
      await expect(read(store, turn)).rejects.toThrow('awaited something other than the transaction');
      expect(await ended.promise).toMatchObject({ message: expect.stringContaining('over') });
      expect(await read(store, (records) => records.jobs({}))).toEqual([]);
    }),
  );

  it(
    'refuses a change that waits for another one inside it, instead of waiting for ever',
    onStore(make, async (store) => {
      const inner = aJob();
      const begun: Promise<void>[] = [];
      const change = async (): Promise<void> => {
        const other = write(store, (transaction) => transaction.save({ newJobs: [inner] }));
        begun.push(other);
        await other;
      };
      await expect(write(store, change)).rejects.toThrow('awaited something other than the transaction');
      await Promise.all(begun);
      expect(await read(store, (records) => records.job(inner.id))).toEqual(inner);
    }),
  );
}

function sealed(jobId: JobId, seq: number) {
  return { stream: `job:${jobId}`, seq, at: 1, event: { type: 'job.sealed', data: { jobId } } } as const;
}

async function everything(records: StoreReader, jobId: JobId): Promise<unknown> {
  const tasks = await records.tasks(jobId);
  return {
    jobs: await records.jobs({}),
    tasks,
    dependencies: await Promise.all(tasks.map(({ id }) => records.dependencies([id]))),
    attempts: await records.attempts({ jobId }),
    decisions: await records.decisions({ jobId }),
    events: await records.events(`job:${jobId}`, 0, 100),
    limits: await records.limits(),
    processes: await records.processes(),
    effect: await records.effect('an effect'),
  };
}
