import { expect, it } from 'vitest';
import { handle } from '../../src/weaver/handler.ts';
import { freshPostgres, noPostgres } from '../support/postgres.ts';
import { openPostgresEngine } from '../support/postgres-engine.ts';
import type { PostgresEngineOptions } from '../support/postgres-engine.ts';
import { programType } from '../support/engine-program.ts';

const lacking = noPostgres();

it.skipIf(lacking !== undefined)(
  `who has looked at a task before another worker took it finds it taken, and goes on${lacking === undefined ? '' : ` (${lacking})`}`,
  async () => {
    await using database = await freshPostgres();
    const options = {
      url: database.url,
      namespace: 'claims',
      delivering: { by: 'pg-boss' },
      sharing: true,
    } as const satisfies PostgresEngineOptions;
    const executed: string[] = [];
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    await using fast = await openPostgresEngine(
      [
        handle(programType, async () => {
          executed.push('fast');
          started.resolve();
          await finish.promise;
          return { kind: 'success', result: 'fast' };
        }),
      ],
      options,
    );
    let looked = 0;
    await using slow = await openPostgresEngine(
      [handle(programType, async ({ key }) => (executed.push('slow'), { kind: 'success', result: key }))],
      {
        ...options,
        wrapStore: (store) => ({
          ...store,
          write: (change) =>
            store.write((transaction) => {
              const tasksById = transaction.tasksById.bind(transaction);
              const contested = async (ids: Parameters<typeof tasksById>[0]) => {
                const found = await tasksById(ids);
                looked += 1;
                if (looked === 1) {
                  fast.engine.work({ jobs: 'shared', concurrency: 1 }).catch(started.reject);
                  await started.promise;
                }
                return found;
              };
              return change(Object.assign(transaction, { tasksById: contested }));
            }),
        }),
      },
    );
    const { jobId } = await slow.engine.submit({ title: 'contested', tasks: [{ type: programType.name, key: 'one', payload: {} }] });
    await slow.database.executor.executeSql('INSERT INTO pgboss_miyabi.job (name, data) SELECT name, data FROM pgboss_miyabi.job');
    await using worker = await slow.engine.work({ jobs: 'shared', concurrency: 1 });
    await started.promise;
    finish.resolve();
    expect(await worker.settled(jobId)).toBe('completed');
    expect(looked).toBe(1);
    expect(executed).toEqual(['fast']);
    const next = await slow.engine.submit({ title: 'next', tasks: [{ type: programType.name, key: 'two', payload: {} }] });
    expect(await worker.settled(next.jobId)).toBe('completed');
  },
);
