import { expect, it } from 'vitest';
import { TaskChanged } from '../../src/domain/task-changed.ts';
import type { Task } from '../../src/domain/task.ts';
import type { Store } from '../../src/ports/store.ts';
import { aTask, dead, ids, keys, newTaskId, onStore, read, running, stored, waiting, write } from './store-support.ts';
import type { MakeStore } from './store-support.ts';

type States = Parameters<typeof aTask>[2];

const need = { signal: 'go', from: 'person', question: 'Go on?', details: { list: [1, { two: 2 }] } } as const;

/** One of each, so that no column is forgotten. */
const states: Readonly<Record<string, States>> = {
  'waits for others': waiting({ reason: 'deps', left: 2 }),
  'waits for its children and goes on': waiting({
    reason: 'children',
    join: 'resume',
    left: 2,
    nextPayload: { schemaVersion: 3, value: { next: true } },
  }),
  'waits for its children and ends with them': waiting({ reason: 'children', join: 'compose', left: 1, nextPayload: undefined }),
  'waits before it tries again': waiting({ reason: 'backoff', since: 1, until: 2 }),
  'waits for a person': waiting({ reason: 'person', since: 1, need }),
  'waits for an event until a time': waiting({ reason: 'event', since: 1, need: { ...need, from: 'event', until: 9 } }),
  'waits for a time': waiting({ reason: 'deadline', since: 1, need: { signal: 'go', question: '?', from: 'deadline', until: 9 } }),
  'waits for money': waiting({ reason: 'budget', since: 1, need: { ...need, from: 'budget' } }),
  'waits for nobody': waiting({ reason: 'event', since: 1, need: { ...need, from: 'nobody' } }),
  'waits for its repair': waiting({ reason: 'repair', by: newTaskId() }),
  'waits for a place': waiting({ reason: 'capacity', limit: { of: 'key', name: 'one: at a time' } }),
  'waits in a pause': waiting({ reason: 'paused' }),
  'is ready': { state: 'ready', readyAt: 5 },
  'has succeeded': { state: 'succeeded', result: { schemaVersion: 2, value: { a: [null] } }, endedAt: 6 },
  'has decomposed': { state: 'decomposed', endedAt: 6 },
  'is dead': dead(),
  'was cancelled': { state: 'cancelled', reason: 'enough', endedAt: 7 },
  'was skipped': { state: 'skipped', reason: 'not needed', endedAt: 8 },
};

function task(store: Store, { id }: Task): Promise<Task | undefined> {
  return read(store, (records) => records.task(id));
}

export function taskCases(make: MakeStore): void {
  it.each(Object.entries(states))('gives back a task that %s, as it was born and as it became', async (_, state) => {
    await using made = await make();
    const { store } = await made.connect();
    const { job, tasks } = await stored(store, { tasks: (of) => [aTask(of, {}, state), aTask(of)] });
    const [born, ready] = tasks as [Task, Task];
    expect(await task(store, born)).toEqual(born);
    const left = aTask(job, commonOf(born));
    const became = aTask(job, commonOf(ready), state);
    await write(store, (transaction) =>
      transaction.save({
        tasks: [
          { before: born, after: left },
          { before: ready, after: became },
        ],
      }),
    );
    expect(await task(store, born)).toEqual(left);
    expect(await task(store, ready)).toEqual(became);
  });

  it(
    'gives back a running task, and one with everything set',
    onStore(make, async (store) => {
      const { tasks } = await stored(store, {
        tasks: (job, owner) => {
          const parent = aTask(job, {}, running(owner, 5, 9));
          const child = aTask(job, {
            parentTaskId: parent.id,
            parentJoin: 'compose',
            generation: 2,
            ordinal: 3,
            payload: { schemaVersion: 4, value: { deep: [{ er: 'ü' }] } },
            priority: -5,
            concurrencyKey: 'a key',
            budget: { attempts: 2, costMicroUsd: 9 },
            epoch: 6,
            executions: 7,
            failures: 8,
            leasesLost: 9,
            crashes: 10,
            repairs: 11,
            costMicroUsd: 12,
            wallMs: 13.5,
            decompositions: 14,
            answer: { signal: 'go', payload: { yes: true }, by: 'me', at: 15 },
            createdAt: 16,
          });
          return [parent, child];
        },
      });
      expect(await read(store, (records) => records.tasks((tasks[0] as Task).jobId))).toEqual(tasks);
    }),
  );

  it(
    'lists the tasks of a job in the order of their creation, by state and type, and so many',
    onStore(make, async (store) => {
      const { job, tasks } = await stored(store, {
        tasks: (of) => [aTask(of, { type: 'a' }), aTask(of, { type: 'b' }, dead()), aTask(of, { type: 'a' }, dead())].toReversed(),
      });
      await stored(store, { tasks: (of) => [aTask(of)] });
      const [last, middle, first] = tasks as [Task, Task, Task];
      await read(store, async (records) => {
        expect(ids(await records.tasks(job.id))).toEqual(ids([first, middle, last]));
        expect(ids(await records.tasks(job.id, { states: ['dead', 'ready'], limit: 2 }))).toEqual(ids([first, middle]));
        expect(ids(await records.tasks(job.id, { states: ['dead'] }))).toEqual(ids([middle, last]));
        expect(ids(await records.tasks(job.id, { states: [] }))).toEqual([]);
        expect(ids(await records.tasks(job.id, { type: 'a', states: ['dead'] }))).toEqual(ids([last]));
      });
    }),
  );

  it(
    'lists the children of one decomposition in the order in which they were proposed',
    onStore(make, async (store) => {
      const { tasks } = await stored(store, {
        tasks: (job) => {
          const parent = aTask(job, { key: 'parent' });
          const child = (key: string, generation: number, ordinal: number): Task =>
            aTask(job, { key, parentTaskId: parent.id, parentJoin: 'none', generation, ordinal });
          return [parent, child('second', 2, 1), child('older', 1, 0), child('first', 2, 0)];
        },
      });
      const parent = (tasks[0] as Task).id;
      expect(keys(await read(store, (records) => records.children(parent, 2)))).toEqual(['first', 'second']);
      expect(keys(await read(store, (records) => records.children(parent, 3)))).toEqual([]);
    }),
  );

  it(
    'keeps dependencies in the order in which they were said',
    onStore(make, async (store) => {
      const { tasks } = await stored(store, { tasks: (job) => [aTask(job), aTask(job), aTask(job)] });
      const [a, b, c] = tasks as [Task, Task, Task];
      const edge = (from: Task, on: Task, ordinal: number) => ({ taskId: from.id, onTaskId: on.id, until: 'settled', ordinal }) as const;
      await write(store, (transaction) => transaction.save({ dependencies: [edge(c, b, 1), edge(c, a, 0), edge(b, a, 0)] }));
      await read(store, async (records) => {
        expect(await records.dependencies([c.id])).toEqual([edge(c, a, 0), edge(c, b, 1)]);
        expect(await records.dependents([a.id])).toEqual([edge(b, a, 0), edge(c, a, 0)]);
        expect(await records.dependents([c.id])).toEqual([]);
      });
      await expect(write(store, (transaction) => transaction.save({ dependencies: [edge(c, a, 1)] }))).rejects.toThrow();
    }),
  );
}

export function replacingCases(make: MakeStore): void {
  it(
    'replaces a task only as it was read, and all or none',
    onStore(make, async (store) => {
      const { job, tasks } = await stored(store, { tasks: (of) => [aTask(of), aTask(of)] });
      const [one, other] = tasks as [Task, Task];
      const killed = (of: Task): Task => aTask(job, commonOf(of), dead());
      const replace = (before: Task): Promise<void> =>
        write(store, (transaction) =>
          transaction.save({
            tasks: [
              { before: one, after: killed(one) },
              { before, after: killed(other) },
            ],
          }),
        );
      await expect(replace({ ...other, epoch: 2 })).rejects.toThrow(TaskChanged);
      await expect(replace(aTask(job, commonOf(other), waiting({ reason: 'paused' })))).rejects.toThrow(TaskChanged);
      await expect(replace({ ...other, id: newTaskId() })).resolves.toBeUndefined();
      expect((await read(store, (records) => records.tasks(job.id))).map(({ state }) => state)).toEqual(['dead', 'dead']);
      await expect(replace(other)).rejects.toThrow(TaskChanged);
      const unknown = aTask(job);
      await expect(
        write(store, (transaction) => transaction.save({ tasks: [{ before: unknown, after: killed(unknown) }] })),
      ).rejects.toThrow(TaskChanged);
    }),
  );

  it(
    'replaces input, counts and state of a task, and nothing else',
    onStore(make, async (store) => {
      const { job, tasks } = await stored(store, { tasks: (of) => [aTask(of)] });
      const before = tasks[0] as Task;
      const counted = { epoch: 2, executions: 3, failures: 4, leasesLost: 5, crashes: 6, repairs: 7, costMicroUsd: 8, wallMs: 9 };
      const input = {
        payload: { schemaVersion: 2, value: 'new' },
        answer: { signal: 'go', payload: 1, by: 'me', at: 2 },
        decompositions: 10,
      };
      const fixed = { key: 'other', type: 'other', priority: 9, number: 99, budget: { attempts: 1 }, createdAt: 9 };
      const after = aTask(job, { ...commonOf(before), ...counted, ...input, ...fixed }, dead());
      await write(store, (transaction) => transaction.save({ tasks: [{ before, after }] }));
      expect(await task(store, before)).toEqual(aTask(job, { ...commonOf(before), ...counted, ...input }, dead()));
    }),
  );

  it(
    'gives every task of a job a number of its own',
    onStore(make, async (store) => {
      const { job, tasks } = await stored(store, { tasks: (of) => [aTask(of)] });
      const { number, id } = tasks[0] as Task;
      await expect(write(store, (transaction) => transaction.save({ newTasks: [aTask(job, { number })] }))).rejects.toThrow();
      await expect(write(store, (transaction) => transaction.save({ newTasks: [aTask(job, { id })] }))).rejects.toThrow();
      await stored(store, { tasks: (of) => [aTask(of, { number })] });
    }),
  );
}

/** Without what only its state has. */
function commonOf(of: Task) {
  const { id, number, key, payload, epoch, answer, parentTaskId, type, priority, budget, createdAt } = of;
  return { id, number, key, payload, epoch, answer, parentTaskId, type, priority, budget, createdAt };
}
