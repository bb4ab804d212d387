import { expect, it } from 'vitest';
import { shortId } from '../../src/domain/ids.ts';
import type { JobId } from '../../src/domain/ids.ts';
import type { Task } from '../../src/domain/task.ts';
import type { Job } from '../../src/domain/job.ts';
import type { Store } from '../../src/ports/store.ts';
import { aJob, aTask, waiting, ids, newProcessId, onStore, read, stored, write } from './store-support.ts';
import type { MakeStore } from './store-support.ts';

async function insert(store: Store, ...jobs: readonly Job[]): Promise<void> {
  await write(store, async (transaction) => {
    for (const job of jobs) await transaction.save({ newJobs: [job] });
  });
}

export function jobCases(make: MakeStore): void {
  it(
    'gives back a job as it was written, by its id and by its keys',
    onStore(make, async (store) => {
      const { owner } = await stored(store);
      const job = aJob({
        title: 'all of it',
        groupKey: 'a group',
        exclusiveKey: 'one at a time',
        idempotencyKey: 'once',
        attributes: { schemaVersion: 1, list: [1, 'two', null, { three: 3 }], text: 'ü\n"' },
        budget: { attempts: 3, deadline: 99, costMicroUsd: 5, wallMs: 7, attemptMs: 8 },
        counts: { running: 2, deps: 1 },
        costMicroUsd: 12,
        wallMs: 34.5,
        lastSeq: 6,
        carriedBy: owner,
        sealed: false,
        paused: true,
        cancel: { reason: 'enough', at: 77 },
      });
      await insert(store, job);
      await read(store, async (records) => {
        expect(await records.job(job.id)).toEqual(job);
        expect(await records.jobByIdempotencyKey('once')).toEqual(job);
        expect(await records.openJobByExclusiveKey('one at a time')).toEqual(job);
        expect(await records.jobByIdempotencyKey('another')).toBeUndefined();
        expect(await records.openJobByExclusiveKey('another')).toBeUndefined();
      });
    }),
  );

  it(
    'lists jobs newest first, of a group or of all but some, open or ended, and so many',
    onStore(make, async (store) => {
      const oldest = aJob({ createdAt: 1, groupKey: 'a' });
      const older = aJob({ createdAt: 2, groupKey: 'b', state: 'completed', endedAt: 9 });
      const newer = aJob({ createdAt: 2, groupKey: 'a', state: 'failed', endedAt: 9 });
      const newest = aJob({ createdAt: 3, groupKey: 'a', state: 'waiting' });
      await insert(store, newer, newest, oldest, older);
      await read(store, async (records) => {
        expect(ids(await records.jobs({}))).toEqual(ids([newest, newer, older, oldest]));
        expect(ids(await records.jobs({ limit: 2 }))).toEqual(ids([newest, newer]));
        expect(ids(await records.jobs({ open: true }))).toEqual(ids([newest, oldest]));
        expect(ids(await records.jobs({ open: false }))).toEqual(ids([newer, older]));
        expect(ids(await records.jobs({ groupKey: 'a' }))).toEqual(ids([newest, newer, oldest]));
        expect(ids(await records.jobs({ groupKey: 'a', open: true, limit: 1 }))).toEqual(ids([newest]));
        expect(ids(await records.jobs({ groupKey: 'c' }))).toEqual([]);
        for (const [before, after] of [
          [newest, [newer, older, oldest]],
          [newer, [older, oldest]],
          [oldest, []],
        ] as const)
          expect(ids(await records.jobs({ before }))).toEqual(ids([...after]));
        expect(ids(await records.jobs({ before: newest, open: true }))).toEqual(ids([oldest]));
        expect(ids(await records.jobs({ before: newest, groupKey: 'a', limit: 1 }))).toEqual(ids([newer]));
        expect(ids(await records.jobs({ before: older, exceptGroups: ['b'] }))).toEqual(ids([oldest]));
      });
      const ungrouped = aJob({ createdAt: 4, groupKey: undefined });
      await insert(store, ungrouped);
      await read(store, async (records) => {
        expect(ids(await records.jobs({ exceptGroups: ['a', 'c'] }))).toEqual(ids([ungrouped, older]));
        expect(ids(await records.jobs({ exceptGroups: ['b'], open: true, limit: 2 }))).toEqual(ids([ungrouped, newest]));
        expect(ids(await records.jobs({ exceptGroups: [] }))).toHaveLength(5);
      });
    }),
  );

  it(
    'finds jobs by their id and by a beginning of their short id, newest first',
    onStore(make, async (store) => {
      const one = aJob({ id: '01900000-0000-7000-8000-000000000020' as JobId, createdAt: 1 });
      const other = aJob({ id: '01900000-0000-7000-8000-000000000021' as JobId, createdAt: 2 });
      const apart = aJob({ id: '01900000-0000-7000-8002-000000000020' as JobId, createdAt: 3 });
      expect([shortId(one.id), shortId(other.id), shortId(apart.id)]).toEqual(['0000000010', '0000000011', 'g000000010']);
      await insert(store, one, other, apart);
      await read(store, async (records) => {
        expect(ids(await records.jobsByPrefix('00000000'))).toEqual(ids([other, one]));
        expect(ids(await records.jobsByPrefix('0000000010'))).toEqual(ids([one]));
        expect(ids(await records.jobsByPrefix('g'))).toEqual(ids([apart]));
        expect(ids(await records.jobsByPrefix(apart.id))).toEqual(ids([apart]));
        expect(ids(await records.jobsByPrefix('01900000-'))).toEqual([]);
        expect(ids(await records.jobsByPrefix('1'))).toEqual([]);
      });
    }),
  );

  it(
    'takes an idempotency key once for ever, and an exclusive key once at a time',
    onStore(make, async (store) => {
      const first = aJob({ idempotencyKey: 'once', exclusiveKey: 'alone' });
      await insert(store, first);
      await expect(insert(store, aJob({ idempotencyKey: 'once' }))).rejects.toThrow();
      await expect(insert(store, aJob({ exclusiveKey: 'alone' }))).rejects.toThrow();
      await expect(insert(store, { ...first, idempotencyKey: undefined, exclusiveKey: undefined })).rejects.toThrow();
      await write(store, (transaction) => transaction.save({ jobs: [{ ...first, state: 'completed', endedAt: 5 }] }));
      const second = aJob({ exclusiveKey: 'alone' });
      await expect(insert(store, aJob({ idempotencyKey: 'once' }))).rejects.toThrow();
      await insert(store, second);
      await read(store, async (records) => {
        expect(await records.openJobByExclusiveKey('alone')).toMatchObject({ id: second.id });
        expect(await records.jobByIdempotencyKey('once')).toMatchObject({ id: first.id });
        expect(await records.jobs({})).toHaveLength(2);
      });
      // Revived while another holds its key.
      await expect(write(store, (transaction) => transaction.save({ jobs: [first] }))).rejects.toThrow();
    }),
  );

  it(
    'updates what can change of a job, and neither what it was submitted with nor who carries it',
    onStore(make, async (store) => {
      const { job, owner } = await stored(store);
      const changed: Partial<Job> = {
        state: 'failed',
        counts: { dead: 1 },
        costMicroUsd: 3,
        wallMs: 4,
        lastSeq: 5,
        sealed: false,
        paused: true,
        cancel: { reason: 'enough', at: 6 },
        endedAt: 7,
      };
      const fixed: Partial<Job> = { title: 'another', budget: { attempts: 1 }, carriedBy: undefined, createdAt: 8 };
      await write(store, (transaction) => transaction.save({ jobs: [{ ...job, ...changed, ...fixed }] }));
      expect(await read(store, (records) => records.job(job.id))).toEqual({ ...job, ...changed, carriedBy: owner });
    }),
  );
}

export function carryingCases(make: MakeStore): void {
  it(
    'gives an open job to one process at a time',
    onStore(make, async (store) => {
      const { owner, job } = await stored(store);
      const other = (await stored(store)).owner;
      const free = aJob();
      const ended = aJob({ state: 'completed', endedAt: 1 });
      await insert(store, free, ended);
      await write(store, async (transaction) => {
        expect(await transaction.carry(free.id, other)).toBe(true);
        expect(await transaction.carry(free.id, other)).toBe(true);
        expect(await transaction.carry(free.id, owner)).toBe(false);
        expect(await transaction.carry(job.id, other)).toBe(false);
        expect(await transaction.carry(ended.id, other)).toBe(false);
        expect(await transaction.carry(aJob().id, other)).toBe(false);
      });
      await read(store, async (records) => {
        expect((await records.job(free.id))?.carriedBy).toBe(other);
        expect((await records.job(job.id))?.carriedBy).toBe(owner);
        expect((await records.job(ended.id))?.carriedBy).toBeUndefined();
      });
    }),
  );

  it(
    'lets go of all jobs of a process, also of those that have ended, and of no other',
    onStore(make, async (store) => {
      const { owner, job } = await stored(store);
      const other = await stored(store);
      const ended = aJob({ state: 'completed', endedAt: 1, carriedBy: owner });
      await insert(store, ended);
      await write(store, (transaction) => transaction.uncarry(owner));
      await read(store, async (records) => {
        expect((await records.job(job.id))?.carriedBy).toBeUndefined();
        expect((await records.job(ended.id))?.carriedBy).toBeUndefined();
        expect((await records.job(other.job.id))?.carriedBy).toBe(other.owner);
      });
    }),
  );

  it(
    'lists the open jobs that nobody carries, the first ids first',
    onStore(make, async (store) => {
      await stored(store);
      const jobs = [aJob(), aJob(), aJob({ paused: true, state: 'paused' })];
      await insert(store, ...jobs.toReversed(), aJob({ state: 'cancelled', endedAt: 1 }));
      await read(store, async (records) => {
        expect(await records.unclaimedJobs(10)).toEqual(ids(jobs));
        expect(await records.unclaimedJobs(2)).toEqual(ids(jobs.slice(0, 2)));
      });
    }),
  );

  it(
    'lists the open jobs that nobody carries in which something is ready first, or alone, or by what is ready in them',
    onStore(make, async (store) => {
      const waits = aJob();
      await insert(store, waits);
      const ready = async (type: string) =>
        (await stored(store, { job: { carriedBy: undefined }, tasks: (of) => [aTask(of, { type })] })).job;
      const [a, b] = [await ready('a'), await ready('b')];
      await read(store, async (records) => {
        expect(await records.unclaimedJobs(10)).toEqual(ids([a, b, waits]));
        expect(await records.unclaimedJobs(1)).toEqual(ids([a]));
        expect(await records.unclaimedJobs(10, { types: ['b'] })).toEqual(ids([b, waits]));
        expect(await records.unclaimedJobs(10, { types: [] })).toEqual(ids([waits]));
        expect(await records.unclaimedJobs(10, { ready: true })).toEqual(ids([a, b]));
        expect(await records.unclaimedJobs(10, { ready: true, types: ['a'] })).toEqual(ids([a]));
        expect(await records.unclaimedJobs(10, { ready: false, types: ['a'] })).toEqual(ids([waits]));
      });
    }),
  );

  it(
    'lists the jobs with tasks that a cancel, a pause or a resume has not reached, and starts nothing of them',
    onStore(make, async (store) => {
      const cancel = { reason: 'enough', at: 1 };
      const jobs = [
        await stored(store, { job: { paused: true }, tasks: (of) => [aTask(of)] }),
        await stored(store, { job: { cancel }, tasks: (of) => [aTask(of)] }),
        await stored(store, { job: { cancel, counts: { deps: 1, running: 1 } } }),
        await stored(store, { job: { counts: { paused: 1, running: 1 } } }),
      ];
      await stored(store, { tasks: (of) => [aTask(of)] });
      await stored(store, { job: { paused: true, counts: { paused: 1, running: 1, deps: 1 } } });
      await stored(store, { job: { cancel, counts: { running: 1, dead: 1, answered: 1, succeeded: 1, cancelled: 1, skipped: 1 } } });
      await read(store, async (records) => {
        expect(await records.unmovedJobs(10)).toEqual(jobs.map(({ job }) => job.id));
        expect(await records.unmovedJobs(2)).toEqual(jobs.slice(0, 2).map(({ job }) => job.id));
        for (const { owner } of jobs) expect(await records.readyTasks(owner, 10)).toEqual([]);
      });
      const [first] = jobs;
      if (first === undefined) throw new Error('It was stored.');
      await write(store, (transaction) => transaction.save({ jobs: [{ ...first.job, counts: { paused: 1 } }] }));
      expect(await read(store, (records) => records.unmovedJobs(10))).not.toContain(first.job.id);
    }),
  );

  it(
    'names tasks without what they hold',
    onStore(make, async (store) => {
      const need = { signal: 'go', question: '?', from: 'person' } as const;
      const { job, tasks } = await stored(store, {
        tasks: (of) => [
          aTask(of, { key: 'ready' }),
          aTask(of, { key: 'paused' }, waiting({ reason: 'paused' })),
          aTask(of, { key: 'asks' }, waiting({ reason: 'person', since: 1, need })),
        ],
      });
      const named = tasks.map(({ id, number }) => ({ id, number }));
      const [, paused, asks] = tasks;
      const pending = (task: Task | undefined) =>
        task?.state === 'pending' ? { id: task.id, key: task.key, parentTaskId: undefined, waiting: task.waiting } : undefined;
      await read(store, async (records) => {
        expect(await records.taskIds(job.id)).toEqual(named);
        expect(await records.taskIds(job.id, { limit: 1 })).toEqual(named.slice(0, 1));
        expect(await records.taskIds(job.id, { after: named[0]?.number ?? 0, limit: 1 })).toEqual(named.slice(1, 2));
        expect(await records.taskIds(job.id, { states: ['pending'] })).toEqual(named.slice(1));
        expect(await records.taskIds(job.id, { states: ['pending'], waiting: 'paused' })).toEqual(named.slice(1, 2));
        expect(await records.pendingTasks(job.id)).toEqual([pending(paused), pending(asks)]);
        expect(await records.pendingTasks(job.id, { limit: 1 })).toEqual([pending(paused)]);
        expect(await records.pendingTasks(job.id, { needing: true })).toEqual([pending(asks)]);
      });
    }),
  );

  it(
    'lists the processes that have not been seen to end, in the order of their start',
    onStore(make, async (store) => {
      const [late, early, ended] = [newProcessId(), newProcessId(), newProcessId()];
      await write(store, async (transaction) => {
        await transaction.insertProcess({ id: late, pid: 1, host: 'here', labels: undefined, startedAt: 3 });
        await transaction.insertProcess({ id: ended, pid: 2, host: 'here', labels: undefined, startedAt: 2 });
        await transaction.insertProcess({ id: early, pid: 3, host: 'here', labels: undefined, startedAt: 1 });
        await transaction.endProcess(ended, 9);
      });
      expect(await read(store, (records) => records.processes())).toEqual([
        { id: early, pid: 3, host: 'here', labels: undefined, startedAt: 1 },
        { id: late, pid: 1, host: 'here', labels: undefined, startedAt: 3 },
      ]);
      await expect(
        write(store, (transaction) => transaction.insertProcess({ id: ended, pid: 2, host: 'here', labels: undefined, startedAt: 2 })),
      ).rejects.toThrow();
    }),
  );
}
