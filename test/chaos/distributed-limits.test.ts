import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryPoint } from '../../src/domain/entry-point.ts';
import type { JobId } from '../../src/domain/ids.ts';
import { openPostgresEngine } from '../support/postgres-engine.ts';
import type { PostgresEngine } from '../support/postgres-engine.ts';
import { freshPostgres, noPostgres } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { limited, mostAtOnce, timing } from './limits-program.ts';
import type { LimitsRequest } from './limits-program.ts';

const reason = noPostgres();
const keys = Array.from({ length: 8 }, (_, index) => `task-${index}`);

describe.skipIf(reason !== undefined)(`limits over several processes${reason === undefined ? '' : ` (${reason})`}`, () => {
  let stand: AsyncDisposableStack;
  let made: PostgresEngine;
  let folder: string;
  const workers: ChildProcess[] = [];

  beforeAll(async () => {
    stand = new AsyncDisposableStack();
    const { url } = stand.use(await freshPostgres());
    folder = stand.use(await temporaryFolder()).path;
    made = stand.use(
      await openPostgresEngine([limited(folder)], { url, namespace: 'default', delivering: { by: 'pg-boss' }, sharing: true, timing }),
    );
    for (let worker = 0; worker < 3; worker += 1) {
      const request: LimitsRequest = { url, folder };
      const child = fork(entryPoint(import.meta.url, './limits-program'), [JSON.stringify(request)]);
      const exited = once(child, 'exit');
      stand.defer(async () => {
        child.kill('SIGKILL');
        await exited;
      });
      workers.push(child);
    }
    await Promise.all(workers.map((child) => once(child, 'message')));
  });

  afterAll(async () => await stand?.[Symbol.asyncDispose]());

  async function submit(key: string, count = keys.length): Promise<JobId> {
    const tasks = keys.slice(0, count).map((name) => ({ type: 'test.limited', key: `${key}-${name}`, payload: {}, concurrencyKey: key }));
    return (await made.engine.submit({ title: key, tasks })).jobId;
  }

  /** Until it has ended. */
  async function ended(jobId: JobId): Promise<void> {
    for await (const event of made.engine.events(jobId, { follow: true })) if (event.type === 'job.state') continue;
    expect(await made.engine.status(jobId)).toMatchObject({ state: 'completed' });
  }

  it('are counted by one transaction at a time, and by whoever only looks at any time', async () => {
    const { store } = made.database;
    const limit = { of: 'key', name: 'counted' } as const;
    const [counted, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const order: string[] = [];
    const first = store.write(async (transaction) => {
      await transaction.runningUnder(limit);
      counted.resolve();
      await mayEnd.promise;
      order.push('first');
    });
    await counted.promise;
    const second = store.write(async (transaction) => void order.push(`second ${await transaction.runningUnder(limit)}`));
    expect(await store.read((records) => records.runningUnder(limit))).toBe(0);
    // What comes later is done, and the second still waits.
    await store.write(async (transaction) => await transaction.processes());
    mayEnd.resolve();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second 0']);
  });

  it('never let more tasks run under a key than it allows, whatever job they belong to', { tags: ['campaign'] }, async () => {
    await made.engine.limit({ of: 'key', name: 'two' }, 2);
    const jobs = await Promise.all(Array.from({ length: 8 }, () => submit('two')));
    await Promise.all(jobs.map(ended));
    expect(mostAtOnce(folder, 'two')).toBe(2);
  });

  it('let more run as soon as they are raised, and lose nothing that was held back', async () => {
    const jobs: JobId[] = [];
    for (let round = 0; round < 4; round += 1) {
      await made.engine.limit({ of: 'key', name: 'changing' }, 0);
      jobs.push(await submit('changing', 4));
      await made.engine.limit({ of: 'key', name: 'changing' }, 2);
    }
    const jobsOfOne = [await submit('one', 3), await submit('one', 3)];
    await Promise.all([...jobs, ...jobsOfOne].map(ended));
    expect(mostAtOnce(folder, 'one')).toBe(1);
    expect(mostAtOnce(folder, 'changing')).toBe(2);
  });
});
