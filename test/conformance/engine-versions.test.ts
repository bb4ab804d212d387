import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import type { Decider } from '../../src/domain/decision.ts';
import type { JobId } from '../../src/domain/ids.ts';
import type { TaskType } from '../../src/domain/task-type.ts';
import { handle } from '../../src/weaver/handler.ts';
import type { Registration } from '../../src/weaver/handler.ts';
import { openTestEngine } from '../support/engine.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'versions-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

type Renamed = { readonly name: string };
const first: TaskType<{ readonly title: string }, string> = {
  name: 'test.greet',
  schemaVersion: 1,
  payload: z.object({ title: z.string() }),
  result: z.string(),
};
const second: TaskType<Renamed, string> = {
  name: 'test.greet',
  schemaVersion: 2,
  payload: z.object({ name: z.string() }),
  result: z.string(),
  upcastPayload: (value) => ({ name: (value as { readonly title: string }).title }),
};
const { upcastPayload: _, ...withoutUpcast } = second;

const greeting = handle(second, async ({ payload }) => ({ kind: 'success', result: `hello ${payload.name}` }));

async function submitted(registration: Registration, payload: unknown): Promise<JobId> {
  await using made = await openTestEngine([registration], { folder });
  const tasks = [{ type: 'test.greet', key: 'greet', payload, budget: { attempts: 2 } }];
  return (await made.engine.submit({ title: 'greet', tasks })).jobId;
}

async function run(jobId: JobId, registrations: readonly Registration[], decider?: Decider) {
  await using made = await openTestEngine(registrations, { folder, ...(decider === undefined ? {} : { decider }) });
  await using worker = await made.engine.work({ jobs: [jobId], concurrency: 1 });
  const state = await worker.settled(jobId);
  const [history] = (await made.engine.result(jobId)).tasks;
  if (history === undefined) throw new Error('There is no task.');
  return { state, ...history };
}

const older = handle(first, async ({ payload }) => ({ kind: 'success', result: payload.title }));

it('brings a payload that an older program stored to the shape of today', async () => {
  const jobId = await submitted(older, { title: 'ada' });
  expect(await run(jobId, [greeting])).toMatchObject({ state: 'completed', task: { result: { value: 'hello ada' } } });
});

it('counts a payload that does not decode as an infrastructure error, and tells where', async () => {
  const jobId = await submitted(older, { title: 'ada' });
  const { state, attempts } = await run(jobId, [handle(withoutUpcast, async () => ({ kind: 'success', result: '' }))]);
  expect(state).toBe('failed');
  expect(attempts).toHaveLength(2);
  expect(attempts[0]).toMatchObject({ errorKind: 'infrastructure', reason: expect.stringContaining('payload.name') });
});

it('does not execute a payload from the future', async () => {
  const jobId = await submitted(greeting, { name: 'ada' });
  const { attempts } = await run(jobId, [older]);
  expect(attempts[0]).toMatchObject({ errorKind: 'infrastructure', reason: expect.stringContaining('is of version 2') });
});

it('does not hang on a task that nothing here handles', async () => {
  const jobId = await submitted(older, { title: 'ada' });
  const { state, attempts } = await run(jobId, []);
  expect(state).toBe('failed');
  expect(attempts[0]).toMatchObject({ errorKind: 'infrastructure', reason: expect.stringContaining('test.greet') });
});

it('refuses a result that is not of its type', async () => {
  const jobId = await submitted(older, { title: 'ada' });
  const wrong = handle(first, async () => ({ kind: 'success', result: 5 as unknown as string }));
  const { attempts } = await run(jobId, [wrong]);
  expect(attempts[0]).toMatchObject({ errorKind: 'infrastructure', reason: expect.stringContaining('outcome.result') });
});

it('lets a decider of the user decide, and survives one that throws', async () => {
  const failing = handle(first, async () => ({ kind: 'failure', reason: 'no' }));
  const stubborn: Decider = { name: 'stubborn', decide: () => ({ kind: 'markDead', reason: 'enough' }) };
  const once = await run(await submitted(older, { title: 'ada' }), [failing], stubborn);
  expect(once.decisions).toMatchObject([{ policy: 'stubborn', kind: 'markDead', reason: 'enough' }]);
  const broken: Decider = {
    name: 'broken',
    decide: () => {
      throw new Error('oops');
    },
  };
  const survived = await run(await submitted(older, { title: 'ada' }), [failing], broken);
  expect(survived).toMatchObject({ state: 'failed', task: { reason: expect.stringContaining('The decider «broken» threw: Error: oops') } });
});
