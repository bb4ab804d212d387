import { expect, it, vi } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import type { StoreReader } from '../../src/ports/store.ts';
import { aJob, aTask, ids, read, running, stored, waiting, write } from './store-support.ts';
import type { MakeStore, StoreConnection } from './store-support.ts';

export function namespaceCases(make: MakeStore): void {
  it('keeps namespaces apart', async () => {
    await using made = await make();
    const [one, other] = [(await made.connect('one')).store, (await made.connect('other')).store];
    const { job, owner, tasks } = await stored(one, {
      job: { idempotencyKey: 'once', exclusiveKey: 'alone', groupKey: 'group' },
      tasks: (of, by) => [
        aTask(of, { type: 'a' }),
        aTask(of, { type: 'a' }, running(by, 5)),
        aTask(of, {}, waiting({ reason: 'backoff', since: 1, until: 5 })),
        aTask(of, {}, waiting({ reason: 'capacity', limit: { of: 'key', name: 'k' } })),
      ],
    });
    const free = aJob();
    await write(one, async (transaction) => {
      await transaction.save({ newJobs: [free] });
      await transaction.setLimit({ of: 'key', name: 'k' }, 1);
    });
    const look = async (records: StoreReader): Promise<unknown[]> => [
      await records.job(job.id),
      await records.jobByIdempotencyKey('once'),
      await records.openJobByExclusiveKey('alone'),
      ...(await records.jobs({})),
      ...(await records.jobs({ groupKey: 'group' })),
      ...(await records.jobsByPrefix(job.id)),
      await records.task((tasks[0] as Task).id),
      ...(await records.tasks(job.id)),
      ...(await records.readyTasks(owner, 10)),
      (await records.runningUnder({ of: 'type', name: 'a' })) || undefined,
      ...(await records.heldBack({ of: 'key', name: 'k' }, 10)),
      ...(await records.limits()),
      ...(await records.readyKinds(owner)),
      ...(await records.runningTasks(owner)),
      ...(await records.dueTasks(9, 10)),
      ...(await records.expiredTasks(9, 10)),
      await records.nextScheduled(0),
      ...(await records.unclaimedJobs(10)),
      ...(await records.processes()),
    ];
    expect((await read(one, look)).filter((found) => found !== undefined)).toHaveLength(23);
    expect((await read(other, look)).filter((found) => found !== undefined)).toEqual([]);
    await stored(other, { job: { idempotencyKey: 'once', exclusiveKey: 'alone' } });
    expect(await read(one, (records) => records.openJobByExclusiveKey('alone'))).toMatchObject({ id: job.id });
  });

  it('is one set of records for all processes of a namespace', async () => {
    await using made = await make();
    const [one, other] = [(await made.connect()).store, (await made.connect('default')).store];
    const jobs = Array.from({ length: 20 }, () => aJob());
    await Promise.all(
      jobs.map((job, index) => write(index % 2 === 0 ? one : other, (transaction) => transaction.save({ newJobs: [job] }))),
    );
    for (const store of [one, other]) expect(ids(await read(store, (records) => records.jobs({})))).toEqual(ids(jobs.toReversed()));
  });
}

export function heartbeatCases(make: MakeStore): void {
  it('renews the leases of a process until it is stopped, and none past its limit', async () => {
    await using made = await make();
    const { store, heartbeat } = await made.connect();
    const now = Date.now();
    const { owner, tasks } = await stored(store, {
      tasks: (job, by) => [
        aTask(job, {}, running(by, now)),
        aTask(job, {}, running(by, now, now + 1_000)),
        aTask(job, {}, running(by, now + 9_000_000)),
      ],
    });
    const another = await stored(store, { tasks: (job, by) => [aTask(job, {}, running(by, now))] });
    const until = async ({ id }: Task): Promise<number> => {
      const task = await read(store, (records) => records.task(id));
      return task?.state === 'running' ? task.lease.until : 0;
    };
    const [free, limited, longer] = tasks as [Task, Task, Task];
    const beating = await heartbeat.start({
      process: owner,
      leaseMs: 3_600_000,
      everyMs: 5,
      failed: (error) => {
        throw error;
      },
    });
    await vi.waitUntil(async () => (await until(free)) >= now + 3_600_000, { timeout: 10_000, interval: 5 });
    const first = await until(free);
    await vi.waitUntil(async () => (await until(free)) > first, { timeout: 10_000, interval: 5 });
    await beating.stop();
    expect(await until(limited)).toBe(now + 1_000);
    expect(await until(longer)).toBe(now + 9_000_000);
    expect(await until(another.tasks[0] as Task)).toBe(now);
  });
}

/** What tells processes without a channel between them that others have committed. */
export interface Versioned extends StoreConnection {
  /** A number that is another one once somebody else has committed. */
  readonly version: () => number;
}

export function versionCases(make: MakeStore<Versioned>): void {
  it('has another version once somebody else has committed, and for nothing else', async () => {
    await using made = await make();
    const [one, other, apart] = [await made.connect(), await made.connect(), await made.connect('apart')];
    const before = one.version();
    await write(one.store, (transaction) => transaction.save({ newJobs: [aJob()] }));
    await read(other.store, (records) => records.jobs({}));
    await expect(write(other.store, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(one.version()).toBe(before);
    await write(other.store, (transaction) => transaction.save({ newJobs: [aJob()] }));
    const after = one.version();
    expect(after).not.toBe(before);
    await write(apart.store, (transaction) => transaction.save({ newJobs: [aJob()] }));
    expect(one.version()).not.toBe(after);
  });
}
