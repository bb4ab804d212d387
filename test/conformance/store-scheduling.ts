import { expect, it } from 'vitest';
import type { ProcessId } from '../../src/domain/ids.ts';
import type { Job } from '../../src/domain/job.ts';
import { eachOnce } from '../../src/domain/limits.ts';
import type { Task, TaskCommon } from '../../src/domain/task.ts';
import { aTask, dead, keys, newProcessId, onStore, read, running, stored, waiting, write } from './store-support.ts';
import type { MakeStore } from './store-support.ts';

const backoff = (since: number, until: number) => waiting({ reason: 'backoff', since, until });

export function readyCases(make: MakeStore): void {
  it(
    'hands out ready tasks of the jobs of a process: higher priority first, then the longest ready',
    onStore(make, async (store) => {
      const one = await stored(store, {
        tasks: (job) => [
          aTask(job, { key: 'late' }, { state: 'ready', readyAt: 30 }),
          aTask(job, { key: 'urgent', priority: 5 }, { state: 'ready', readyAt: 90 }),
          aTask(job, { key: 'early' }, { state: 'ready', readyAt: 10 }),
          aTask(job, { key: 'early too' }, { state: 'ready', readyAt: 10 }),
          aTask(job, { key: 'waits', priority: 9 }, waiting({ reason: 'paused' })),
          aTask(job, { key: 'dead', priority: 9 }, dead()),
        ],
      });
      const second = await stored(store, {
        job: { carriedBy: one.owner },
        tasks: (job) => [aTask(job, { key: 'between', epoch: 7, type: 'other' }, { state: 'ready', readyAt: 20 })],
      });
      await stored(store, { tasks: (job) => [aTask(job, { key: 'carried by another' })] });
      await stored(store, {
        job: { carriedBy: one.owner, state: 'stuck', endedAt: 5 },
        tasks: (job) => [aTask(job, { key: 'of a job that has ended' })],
      });
      const byId = new Map([...one.tasks, ...second.tasks].map((task) => [task.id, task.key]));
      const found = await read(store, (records) => records.readyTasks(one.owner, 10));
      expect(found.map(({ id }) => byId.get(id))).toEqual(['urgent', 'early', 'early too', 'between', 'late']);
      expect(found[3]).toEqual(second.tasks[0]);
      expect(await read(store, (records) => records.readyTasks(one.owner, 3))).toEqual(found.slice(0, 3));
      expect(await read(store, (records) => records.readyTasks(newProcessId(), 3))).toEqual([]);
      const kinds = await read(store, (records) => records.readyKinds(one.owner));
      expect(kinds).toEqual(eachOnce([...one.tasks, ...second.tasks].filter(({ state }) => state === 'ready').map(kindOf)));
      expect(kinds).toContainEqual({ type: 'other', concurrencyKey: undefined });
      expect(await read(store, (records) => records.readyKinds(newProcessId()))).toEqual([]);
    }),
  );
}

/** Of the ready tasks only some types. */
export function readyTypeCases(make: MakeStore): void {
  it.each([1, 2])(
    'hands out ready tasks of some types, or of all but some, of %i jobs',
    async (jobs) =>
      await onStore(make, async (store) => {
        const tasks = (job: Job) => ['a', 'b', 'a', 'c'].map((type, index) => aTask(job, { key: `${type}${index}`, type }));
        const { owner, job } = await stored(store, { tasks });
        if (jobs === 2) await stored(store, { job: { carriedBy: owner }, tasks: (of) => [aTask(of, { key: 'd', type: 'd' })] });
        const rest = jobs === 2 ? ['d'] : [];
        await read(store, async (records) => {
          expect(keys(await records.readyTasks(owner, 1, { except: ['a', 'b'] }))).toEqual(['c3']);
          expect(keys(await records.readyTasks(owner, 9, { except: ['a', 'b'] }))).toEqual(['c3', ...rest]);
          expect(keys(await records.readyTasks(owner, 9, { only: ['b', 'a'] }))).toEqual(['a0', 'b1', 'a2']);
          expect(keys(await records.readyTasks(owner, 9, { only: ['b', 'a'], except: ['a'] }))).toEqual(['b1']);
          expect(keys(await records.readyTasks(owner, 9, { only: [] }))).toEqual([]);
          expect(await records.readyTypes(job.id, 9)).toEqual(['a', 'b', 'c']);
          expect(await records.readyTypes(job.id, 1)).toEqual(['a']);
        });
      })(),
  );
}

export function limitCases(make: MakeStore): void {
  it(
    'counts what runs under a limit, by type and by key',
    onStore(make, async (store) => {
      const runs = (job: Job, owner: ProcessId, more: Partial<TaskCommon>) => aTask(job, more, running(owner, 9));
      const { owner } = await stored(store, {
        tasks: (job, by) => [
          runs(job, by, { type: 'a', concurrencyKey: 'k' }),
          runs(job, by, { type: 'a' }),
          runs(job, by, { type: 'b', concurrencyKey: 'k' }),
          aTask(job, { type: 'a', concurrencyKey: 'k' }),
        ],
      });
      await stored(store, { tasks: (job, by) => [runs(job, by, { type: 'a', key: 'elsewhere' })] });
      await read(store, async (records) => {
        expect(await records.runningUnder({ of: 'type', name: 'a' })).toBe(3);
        expect(await records.runningUnder({ of: 'key', name: 'k' })).toBe(2);
        expect(await records.runningUnder({ of: 'key', name: 'a' })).toBe(0);
        expect(keys(await records.runningTasks(owner))).toHaveLength(3);
        expect(await records.runningTasks(newProcessId())).toEqual([]);
      });
    }),
  );

  it(
    'lists what a limit holds back: higher priority first, then the oldest',
    onStore(make, async (store) => {
      const held = (name: string, of: 'type' | 'key' = 'key') => waiting({ reason: 'capacity', limit: { of, name } });
      await stored(store, {
        tasks: (job) => [
          aTask(job, { key: 'first' }, held('k')),
          aTask(job, { key: 'urgent', priority: 1 }, held('k')),
          aTask(job, { key: 'other' }, held('l')),
          aTask(job, { key: 'by type' }, held('k', 'type')),
          aTask(job, { key: 'paused' }, waiting({ reason: 'paused' })),
        ],
      });
      const last = await stored(store, { job: { counts: { capacity: 1 } }, tasks: (job) => [aTask(job, { key: 'last' }, held('k'))] });
      await read(store, async (records) => {
        expect(keys(await records.heldBack({ of: 'key', name: 'k' }, 10))).toEqual(['urgent', 'first', 'last']);
        expect(keys(await records.heldBack({ of: 'key', name: 'k' }, 2))).toEqual(['urgent', 'first']);
        expect(keys(await records.heldBack({ of: 'type', name: 'k' }, 2))).toEqual(['by type']);
        expect(keys(await records.heldBack({ of: 'key', name: 'k' }, 2, last.owner))).toEqual(['last']);
        expect(keys(await records.heldBack({ of: 'type', name: 'k' }, 2, last.owner))).toEqual([]);
        expect(keys(await records.heldBack({ of: 'key', name: 'k' }, 2, newProcessId()))).toEqual([]);
      });
    }),
  );

  it(
    'sets, changes and takes away limits',
    onStore(make, async (store) => {
      await write(store, async (transaction) => {
        await transaction.setLimit({ of: 'type', name: 'a' }, 2);
        await transaction.setLimit({ of: 'key', name: 'a' }, 0);
        await transaction.setLimit({ of: 'key', name: 'b' }, 1);
      });
      await write(store, async (transaction) => {
        await transaction.setLimit({ of: 'type', name: 'a' }, 5);
        await transaction.setLimit({ of: 'key', name: 'b' }, undefined);
        await transaction.setLimit({ of: 'key', name: 'never set' }, undefined);
      });
      const limits = await read(store, (records) => records.limits());
      expect(limits).toHaveLength(2);
      expect(limits).toEqual(expect.arrayContaining([{ of: 'type', name: 'a', most: 5 }]));
      expect(limits).toEqual(expect.arrayContaining([{ of: 'key', name: 'a', most: 0 }]));
    }),
  );
}

export function timeCases(make: MakeStore): void {
  it(
    'lists waits that are over by themselves, the earliest first',
    onStore(make, async (store) => {
      const need = { signal: 'go', question: '?' };
      await stored(store, {
        tasks: (job) => [
          aTask(job, { key: 'at 20' }, backoff(1, 20)),
          aTask(job, { key: 'at 10' }, waiting({ reason: 'person', since: 1, need: { ...need, from: 'person', until: 10 } })),
          aTask(job, { key: 'at 15' }, waiting({ reason: 'deadline', since: 1, need: { ...need, from: 'deadline', until: 15 } })),
          aTask(job, { key: 'at 21' }, backoff(1, 21)),
          aTask(job, { key: 'never' }, waiting({ reason: 'person', since: 1, need: { ...need, from: 'person' } })),
          aTask(job, { key: 'ready' }),
        ],
      });
      await read(store, async (records) => {
        expect(keys(await records.dueTasks(20, 10))).toEqual(['at 10', 'at 15', 'at 20']);
        expect(keys(await records.dueTasks(20, 2))).toEqual(['at 10', 'at 15']);
        expect(keys(await records.dueTasks(9, 10))).toEqual([]);
      });
    }),
  );

  it(
    'lists waits that would begin in the future: the clock has gone back',
    onStore(make, async (store) => {
      const need = { signal: 'go', question: '?', from: 'person' } as const;
      await stored(store, {
        tasks: (job) => [
          aTask(job, { key: 'begins in the future' }, backoff(50, 60)),
          aTask(job, { key: 'is under way' }, backoff(30, 60)),
          aTask(job, { key: 'has no end' }, waiting({ reason: 'person', since: 50, need })),
          aTask(job, { key: 'over already' }, backoff(50, 20)),
        ],
      });
      expect(keys(await read(store, (records) => records.dueTasks(40, 10)))).toEqual(['over already', 'begins in the future']);
    }),
  );

  it(
    'lists leases that have run out, the earliest first, and knows what comes next',
    onStore(make, async (store) => {
      const { job } = await stored(store, {
        tasks: (of, owner) => [
          aTask(of, { key: 'until 30' }, running(owner, 30)),
          aTask(of, { key: 'until 20' }, running(owner, 20)),
          aTask(of, { key: 'until 40' }, running(owner, 40, 45)),
          aTask(of, { key: 'ready' }),
        ],
      });
      await read(store, async (records) => {
        expect(keys(await records.expiredTasks(30, 10))).toEqual(['until 20', 'until 30']);
        expect(keys(await records.expiredTasks(30, 1))).toEqual(['until 20']);
        expect(keys(await records.expiredTasks(19, 10))).toEqual([]);
        expect(await records.nextScheduled(0)).toBe(20);
        expect(await records.nextScheduled(20)).toBe(30);
        expect(await records.nextScheduled(40)).toBeUndefined();
      });
      await write(store, (transaction) => transaction.save({ newTasks: [aTask(job, {}, backoff(1, 25))] }));
      await read(store, async (records) => {
        expect(await records.nextScheduled(0)).toBe(20);
        expect(await records.nextScheduled(29)).toBe(25);
      });
    }),
  );

  it(
    'shortens the leases of a job that runs past a limit, and only those',
    onStore(make, async (store) => {
      const leases = (of: Job, owner: ProcessId) => [
        aTask(of, {}, running(owner, 10, 15)),
        aTask(of, {}, running(owner, 30)),
        aTask(of, {}, running(owner, 20, 35)),
        aTask(of),
      ];
      const { job } = await stored(store, { tasks: leases });
      const other = await stored(store, { tasks: leases });
      await write(store, (transaction) => transaction.limitLeases(job.id, 25));
      const lease = async (of: Job) =>
        (await read(store, (records) => records.tasks(of.id, { states: ['running'] }))).map((task) =>
          task.state === 'running' ? [task.lease.until, task.lease.limit] : [],
        );
      expect(await lease(job)).toEqual([
        [10, 15],
        [25, 25],
        [20, 25],
      ]);
      expect(await lease(other.job)).toEqual([
        [10, 15],
        [30, undefined],
        [20, 35],
      ]);
    }),
  );
}

function kindOf({ type, concurrencyKey }: Task) {
  return { type, concurrencyKey };
}
