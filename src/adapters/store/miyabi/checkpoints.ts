import { z } from 'zod';
import type { JobId } from '../../../domain/ids.ts';
import type { Checkpoint, Checkpoints } from '../../../ports/checkpoints.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface CheckpointTable {
  readonly job_id: string;
  readonly at: number;
  /** JSON. */
  readonly state: string;
}

export const checkpointTables = [
  `CREATE TABLE miyabi_checkpoint (
    job_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (job_id, at)
  )`,
];

const storedState = z.object({
  running: z.array(z.object({ key: z.string(), type: z.string(), since: z.number(), execution: z.number() })),
  counts: z.record(z.string(), z.number()),
  costMicroUsd: z.number(),
});

const statement = statements(queryBuilder<{ readonly miyabi_checkpoint: CheckpointTable }>());

const between = statement<{ readonly job: string; readonly from: number; readonly to: number }, { readonly at: number }>((db, p) =>
  db.selectFrom('miyabi_checkpoint').select('at').where('job_id', '=', p.job).where('at', '>', p.from).where('at', '<', p.to).limit(1),
);

const save = statement<CheckpointTable>((db, p) =>
  db
    .insertInto('miyabi_checkpoint')
    .values({ job_id: p.job_id, at: p.at, state: p.state })
    .onConflict((conflict) => conflict.doNothing()),
);

const newest = statement<{ readonly job: string }, CheckpointTable>((db, p) =>
  db.selectFrom('miyabi_checkpoint').selectAll().where('job_id', '=', p.job).orderBy('at', 'desc').limit(1),
);

/** The part of the ledger that knows where runs stood. */
export function sqlCheckpoints(transactions: LedgerTransactions): Checkpoints {
  return {
    record: ({ jobId, at, ...state }, everyMs) =>
      transactions.write(
        async (runner) => {
          // A clock that was set back is not waited for: what lies further in its future was written before.
          const [recent] = await runner.all(between, { job: jobId, from: at - everyMs, to: at + everyMs });
          if (recent !== undefined) return false;
          return (await runner.run(save, { job_id: jobId, at, state: JSON.stringify(state) })) === 1;
        },
        { serial: [`checkpoint:${jobId}`] },
      ),
    latest: (job) =>
      transactions.read(async (runner) => {
        const [found] = await runner.all(newest, { job });
        return found === undefined ? undefined : fromRow(found);
      }),
  };
}

function fromRow({ job_id, at, state }: CheckpointTable): Checkpoint {
  return { jobId: job_id as JobId, at, ...storedState.parse(JSON.parse(state)) };
}
