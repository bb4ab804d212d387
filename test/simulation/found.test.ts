import { expect, it } from 'vitest';
import { z } from 'zod';
import type { TaskSpec } from '../../src/domain/job.ts';
import { defineTaskType } from '../../src/domain/task-type.ts';
import { handle } from '../../src/weaver/handler.ts';
import type { Handler } from '../../src/weaver/handler.ts';
import { openTestEngine } from '../support/engine.ts';

// What the simulation has found, each as small as it can be told.

const type = defineTaskType({ name: 'found.step', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });

/** By the task's key; others succeed. */
function steps(behaviours: Readonly<Record<string, Handler<unknown, unknown>>>) {
  return [handle(type, async (context) => behaviours[context.key]?.(context) ?? { kind: 'success', result: null })];
}

function spec(key: string, more: Partial<TaskSpec> = {}): TaskSpec {
  return { type: type.name, key, payload: null, ...more };
}

const hopeless: Handler<unknown, unknown> = async () => ({ kind: 'failure', reason: 'no', retryHint: 'never' });

/** Goes on at the second call. */
function asking(): Handler<unknown, unknown> {
  return async ({ answer }) =>
    answer === undefined
      ? { kind: 'blocked', reason: 'no idea', need: { signal: 'answer', question: 'What now?', from: 'nobody' } }
      : { kind: 'success', result: null };
}

it('counts a dependency that died, was tried again and died again, once', async () => {
  const gate = Promise.withResolvers<void>();
  const slow: Handler<unknown, unknown> = async () => {
    await gate.promise;
    return { kind: 'success', result: null };
  };
  await using made = await openTestEngine(steps({ hopeless, slow }));
  const { engine } = made;
  const on = (key: string) => ({ on: key, until: 'settled' as const });
  const { jobId } = await engine.submit({
    title: 'a join',
    tasks: [spec('hopeless'), spec('slow'), spec('join', { dependencies: [on('hopeless'), on('slow')] })],
  });
  await using worker = await engine.work({ jobs: [jobId], concurrency: 3 });
  const task = async (key: string) => (await engine.tasks(jobId)).find((each) => each.key === key);
  for await (const event of engine.events(jobId, { follow: true })) {
    if (event.type !== 'task.state' || event.data.key !== 'hopeless' || event.data.state !== 'dead') continue;
    const { id, executions = 0 } = (await task('hopeless')) ?? {};
    if (executions >= 2 || id === undefined) break;
    expect(await engine.retry(id, 'ada')).toEqual({ kind: 'retried' });
  }
  expect(await task('join')).toMatchObject({ state: 'pending', executions: 0 });
  gate.resolve();
  expect(await worker.settled(jobId)).toBe('failed');
  expect(await task('join')).toMatchObject({ state: 'succeeded', executions: 1 });
});

it('leaves a skipped child as it is when what it needed is tried again: its parent has counted it', async () => {
  const gate = Promise.withResolvers<void>();
  const found = Promise.withResolvers<string>();
  let calls = 0;
  const once: Handler<unknown, unknown> = async (context) => {
    calls += 1;
    return calls === 1 ? hopeless(context) : { kind: 'success', result: null };
  };
  const parent: Handler<unknown, unknown> = async ({ children }) => {
    if (children.length > 0) return { kind: 'success', result: children.map(({ key, end }) => [key, end.state]) };
    const needy = spec('needy', { dependencies: [{ on: await found.promise, until: 'succeeded' }] });
    return { kind: 'success', decomposition: { join: 'resume', children: [needy, spec('slow')] } };
  };
  const slow: Handler<unknown, unknown> = async () => {
    await gate.promise;
    return { kind: 'success', result: null };
  };
  await using made = await openTestEngine(steps({ once, parent, slow }));
  const { engine } = made;
  const { jobId } = await engine.submit({
    title: 'a child',
    tasks: [spec('once'), spec('parent'), spec('after', { dependencies: [{ on: 'once', until: 'succeeded' }] })],
  });
  const tasks = await engine.tasks(jobId);
  const root = tasks.find(({ key }) => key === 'once');
  if (root === undefined) throw new Error('There is no such task.');
  found.resolve(root.id);
  await using worker = await engine.work({ jobs: [jobId], concurrency: 4 });
  for await (const event of engine.events(jobId, { follow: true })) {
    if (event.type !== 'task.state') continue;
    if (event.data.key === 'needy' && event.data.state === 'skipped') await engine.retry(root.id, 'ada');
    if (event.data.key === 'after' && event.data.state === 'succeeded') break;
  }
  gate.resolve();
  expect(await worker.settled(jobId)).toBe('completed');
  const after = (await engine.tasks(jobId)).find(({ key }) => key === 'parent');
  expect(after).toMatchObject({
    result: {
      value: [
        ['needy', 'skipped'],
        ['slow', 'succeeded'],
      ],
    },
  });
});

it('does not let a stuck job go on whose exclusive key another one has taken', async () => {
  await using made = await openTestEngine(steps({ asking: asking() }));
  const { engine } = made;
  const { jobId } = await engine.submit({ title: 'first', tasks: [spec('asking')], exclusiveKey: 'one' });
  await using worker = await engine.work({ jobs: [jobId], concurrency: 1 });
  expect(await worker.settled(jobId)).toBe('stuck');
  const second = await engine.submit({ title: 'second', tasks: [spec('a')], exclusiveKey: 'one' });
  expect(second.kind).toBe('submitted');
  const [task] = await engine.tasks(jobId);
  if (task === undefined) throw new Error('There is no such task.');
  expect(await engine.signal(task.id, 'answer', null, 'ada')).toEqual({
    kind: 'refused',
    why: `Job ${second.jobId} has begun under the same key «one»; it goes on there.`,
  });
  expect((await engine.status(jobId))?.state).toBe('stuck');
});

it('finds somebody to carry a stuck job that is answered after its process has ended', async () => {
  await using made = await openTestEngine(steps({ asking: asking() }));
  const { engine } = made;
  const { jobId } = await engine.submit({ title: 'stuck', tasks: [spec('asking')] });
  const first = await engine.work({ jobs: [jobId], concurrency: 1 });
  expect(await first.settled(jobId)).toBe('stuck');
  await first.stop();
  await using other = await engine.work({ jobs: 'unclaimed', concurrency: 1 });
  // Something else to do, so that it has looked around and sleeps.
  const { jobId: distraction } = await engine.submit({ title: 'another', tasks: [spec('a')] });
  await other.settled(distraction);
  const [task] = await engine.tasks(jobId);
  if (task === undefined) throw new Error('There is no such task.');
  expect(await engine.signal(task.id, 'answer', null, 'ada')).toEqual({ kind: 'answered' });
  expect(await other.settled(jobId)).toBe('completed');
});

it('holds nothing back by a limit that was lifted in the same transaction', async () => {
  const gate = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const slow: Handler<unknown, unknown> = async () => {
    started.resolve();
    await gate.promise;
    return { kind: 'success', result: null };
  };
  await using made = await openTestEngine(steps({ slow }));
  const { engine } = made;
  const limit = { of: 'type', name: type.name } as const;
  await engine.limit(limit, 1);
  const { jobId } = await engine.submit({ title: 'slow', tasks: [spec('slow')], open: true });
  const { jobId: other } = await engine.submit({ title: 'carried by nobody', tasks: [spec('a')] });
  await using worker = await engine.work({ jobs: [jobId], concurrency: 3 });
  await started.promise;
  // Asked for in one turn, and so written as one: the first looks at the limits, the second takes them away, the third is claimed.
  await Promise.all([engine.pause(other, 'Not now'), engine.limit(limit, undefined), engine.add(jobId, [spec('b')])]);
  await engine.seal(jobId);
  for await (const event of engine.events(jobId, { follow: true })) {
    if (event.type === 'task.state' && event.data.key === 'b' && event.data.state === 'succeeded') break;
  }
  gate.resolve();
  expect(await worker.settled(jobId)).toBe('completed');
});
