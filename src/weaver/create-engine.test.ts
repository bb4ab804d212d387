import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { createEngine } from './create-engine.ts';
import type { EngineOptions } from './create-engine.ts';
import { openTestEngine } from '../../test/support/engine.ts';
import { handle } from './handler.ts';

it('refuses two registrations of one name', () => {
  const type = { name: 'test.greet', schemaVersion: 1, payload: z.unknown(), result: z.unknown() };
  const registration = handle(type, async () => ({ kind: 'success', result: null }));
  const registrations = [registration, registration];
  expect(() => createEngine({ registrations } as unknown as EngineOptions)).toThrow(
    /«test.greet» is registered twice.*Register one handler/u,
  );
});

it('tells that an attempt has reported whose lease was given to another, once; it is done again', async () => {
  const type = { name: 'test.slow', schemaVersion: 1, payload: z.unknown(), result: z.unknown() };
  const [began, goOn, fenced] = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let times = 0;
  let executions = 0;
  const slow = handle(type, async () => {
    executions += 1;
    began.resolve();
    await goOn.promise;
    return { kind: 'success', result: null };
  });
  const onFenced = (): void => {
    times += 1;
    fenced.resolve();
  };
  await using made = await openTestEngine([slow], { onFenced, synchronous: 'NORMAL' });
  const submitted = await made.engine.submit({ title: 'slow', tasks: [{ type: 'test.slow', key: 'slow', payload: {} }] });
  await using worker = await made.engine.work({ jobs: [submitted.jobId], concurrency: 1 });
  await began.promise;
  using database = new DatabaseSync(join(made.folder, 'weaver.db'), { timeout: 5_000 });
  database.exec("UPDATE weaver_task SET epoch = epoch + 1 WHERE key = 'slow'");
  goOn.resolve();
  await fenced.promise;
  // What was refused is done again by whoever has the right to it now.
  expect([await worker.settled(submitted.jobId), times, executions]).toEqual(['completed', 1, 2]);
});
