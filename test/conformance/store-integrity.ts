import { expect, it } from 'vitest';
import type { Job } from '../../src/domain/job.ts';
import type { Task } from '../../src/domain/task.ts';
import type { StoreTransaction } from '../../src/ports/store.ts';
import {
  aDecision,
  aJob,
  anAttempt,
  aTask,
  newAttemptId,
  newProcessId,
  newTaskId,
  onStore,
  read,
  running,
  stored,
  write,
} from './store-support.ts';
import type { MakeStore } from './store-support.ts';

type Violation = (transaction: StoreTransaction, job: Job, task: Task) => Promise<void>;

const violations: Readonly<Record<string, Violation>> = {
  'a task of no job': (transaction) => transaction.save({ newTasks: [aTask(aJob())] }),
  'a child of no parent': (transaction, job) => transaction.save({ newTasks: [aTask(job, { parentTaskId: newTaskId() })] }),
  'a task that nobody runs': (transaction, job) => transaction.save({ newTasks: [aTask(job, {}, running(newProcessId(), 9))] }),
  'a task in a state that does not exist': (transaction, job) =>
    transaction.save({ newTasks: [{ ...aTask(job), state: 'asleep' } as unknown as Task] }),
  'a task that waits for something that does not exist': (transaction, job) =>
    transaction.save({ newTasks: [aTask(job, {}, { state: 'pending', waiting: { reason: 'weather' } } as never)] }),
  'a task with fewer failures than none': (transaction, job) => transaction.save({ newTasks: [aTask(job, { failures: -1 })] }),
  'a task with the number 0': (transaction, job) => transaction.save({ newTasks: [aTask(job, { number: 0 })] }),
  'a task that becomes worse than none': (transaction, _, task) =>
    transaction.save({ tasks: [{ before: task, after: { ...task, executions: -1 } }] }),
  'an open job that has ended': (transaction) => transaction.save({ newJobs: [aJob({ endedAt: 5 })] }),
  'an ended job that has not ended': (transaction) => transaction.save({ newJobs: [aJob({ state: 'completed' })] }),
  'a job that ends and does not': (transaction, job) => transaction.save({ jobs: [{ ...job, state: 'failed' }] }),
  'a job in a state that does not exist': (transaction) => transaction.save({ newJobs: [aJob({ state: 'asleep' as Job['state'] })] }),
  'a job that a stranger carries': (transaction) => transaction.save({ newJobs: [aJob({ carriedBy: newProcessId() })] }),
  'carrying by a stranger': async (transaction, job) => {
    await transaction.uncarry(job.carriedBy ?? newProcessId());
    await transaction.carry(job.id, newProcessId());
  },
  'a dependency on nothing': (transaction, _, { id }) =>
    transaction.save({ dependencies: [{ taskId: id, onTaskId: newTaskId(), until: 'settled', ordinal: 0 }] }),
  'a dependency of nothing': (transaction, _, { id }) =>
    transaction.save({ dependencies: [{ taskId: newTaskId(), onTaskId: id, until: 'settled', ordinal: 0 }] }),
  'an attempt of no task': (transaction, job) =>
    transaction.save({ newAttempts: [anAttempt(aTask(job), job.carriedBy ?? newProcessId())] }),
  'an attempt of a stranger': (transaction, _, task) => transaction.save({ newAttempts: [anAttempt(task, newProcessId())] }),
  'a decision about no task': (transaction, job) => transaction.save({ decisions: [aDecision(aTask(job))] }),
  'a decision on no attempt': (transaction, _, task) => transaction.save({ decisions: [aDecision(task, { attemptId: newAttemptId() })] }),
  'an effect of no task': (transaction) => transaction.saveEffect({ key: 'k', taskId: newTaskId(), intendedAt: 1, done: undefined }),
  'a limit below none': (transaction) => transaction.setLimit({ of: 'key', name: 'k' }, -1),
};

export function integrityCases(make: MakeStore): void {
  it.each(Object.entries(violations))('refuses %s', async (_, violate) => {
    await using made = await make();
    const { store } = await made.connect();
    const { job, tasks } = await stored(store, { tasks: (of) => [aTask(of)] });
    const violation = write(store, async (transaction) => {
      await transaction.setLimit({ of: 'type', name: 'before' }, 1);
      await violate(transaction, job, tasks[0] as Task);
    });
    await expect(violation).rejects.toThrow();
    await read(store, async (records) => {
      expect(await records.limits()).toEqual([]);
      expect(await records.jobs({})).toEqual([job]);
      expect(await records.tasks(job.id)).toEqual(tasks);
    });
  });

  it(
    'takes no offence at what is not there to be changed',
    onStore(make, async (store) => {
      const { job } = await stored(store);
      await write(store, async (transaction) => {
        await transaction.save({ jobs: [aJob()] });
        await transaction.endProcess(newProcessId(), 1);
        await transaction.uncarry(newProcessId());
        await transaction.limitLeases(aJob().id, 1);
      });
      expect(await read(store, (records) => records.jobs({}))).toEqual([job]);
    }),
  );
}
