import { expect, it } from 'vitest';
import { z } from 'zod';
import { openTestEngine } from '../../test/support/engine.ts';
import { defineTaskType } from '../domain/task-type.ts';
import type { Store } from '../ports/store.ts';
import { handle } from './handler.ts';

const type = defineTaskType({ name: 'change.step', schemaVersion: 1, payload: z.unknown(), result: z.unknown() });

interface Written {
  /** How often something was written in the transaction. */
  saves: number;
  /** Jobs that were written as over. */
  ended: number;
}

/** Tells what each transaction has written. */
function watching(transactions: Written[]) {
  return (store: Store): Store => ({
    read: (look) => store.read(look),
    write: (change) =>
      store.write((records) => {
        const written: Written = { saves: 0, ended: 0 };
        transactions.push(written);
        return change({
          ...records,
          save: (rows) => {
            written.saves += 1;
            written.ended += rows.jobs?.filter(({ endedAt }) => endedAt !== undefined).length ?? 0;
            return records.save(rows);
          },
        });
      }),
  });
}

it('writes jobs that end in the same transaction together, and once', async () => {
  const [jobs, running, release] = [5, Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let begun = 0;
  const steps = handle(type, async () => {
    begun += 1;
    if (begun === jobs) running.resolve();
    await release.promise;
    return { kind: 'success', result: null };
  });
  const transactions: Written[] = [];
  await using made = await openTestEngine([steps], { wrapStore: watching(transactions) });
  await using worker = await made.engine.work({ jobs: 'unclaimed', concurrency: jobs });
  const submitted = await Promise.all(
    Array.from({ length: jobs }, (_, number) =>
      made.engine.submit({ title: `job ${number}`, tasks: [{ type: type.name, key: 'only', payload: null }] }),
    ),
  );
  await running.promise;
  transactions.length = 0;
  release.resolve();
  for (const { jobId } of submitted) expect(await worker.settled(jobId)).toBe('completed');
  const ends = transactions.filter(({ ended }) => ended > 0);
  expect(ends.length).toBeLessThan(jobs);
  expect(ends.filter(({ saves }) => saves !== 1)).toEqual([]);
});
