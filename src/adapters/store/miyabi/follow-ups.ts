import type { CommitId, JobId } from '../../../domain/ids.ts';
import type { FollowUp, FollowUps } from '../../../ports/follow-ups.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface FollowUpTable {
  readonly job_id: string;
  readonly from_job_id: string;
  readonly kind: FollowUp['kind'];
  readonly plan_task: string;
  readonly world: string;
  readonly commit_id: string;
  readonly begun_by: string;
  readonly reason: string | null;
  readonly begun_at: number;
}

export const followUpTables = [
  `CREATE TABLE miyabi_follow_up (
    job_id TEXT PRIMARY KEY,
    from_job_id TEXT NOT NULL CHECK (from_job_id <> job_id),
    kind TEXT NOT NULL CHECK (kind IN ('pick', 'fix')),
    plan_task TEXT NOT NULL,
    world TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    begun_by TEXT NOT NULL,
    reason TEXT,
    begun_at BIGINT NOT NULL
  )`,
  'CREATE INDEX miyabi_follow_up_from ON miyabi_follow_up (from_job_id, begun_at)',
];

const statement = statements(queryBuilder<{ readonly miyabi_follow_up: FollowUpTable }>());

const saveFollowUp = statement<FollowUpTable>((db, p) =>
  db
    .insertInto('miyabi_follow_up')
    .values({
      job_id: p.job_id,
      from_job_id: p.from_job_id,
      kind: p.kind,
      plan_task: p.plan_task,
      world: p.world,
      commit_id: p.commit_id,
      begun_by: p.begun_by,
      reason: p.reason,
      begun_at: p.begun_at,
    })
    .onConflict((conflict) => conflict.column('job_id').doNothing()),
);

const followUpOf = statement<{ readonly job: string }, FollowUpTable>((db, p) =>
  db.selectFrom('miyabi_follow_up').selectAll().where('job_id', '=', p.job),
);

const followUpsFrom = statement<{ readonly job: string }, FollowUpTable>((db, p) =>
  db.selectFrom('miyabi_follow_up').selectAll().where('from_job_id', '=', p.job).orderBy('begun_at').orderBy('job_id'),
);

/** The part of the ledger that knows which runs came of which. */
export function sqlFollowUps(transactions: LedgerTransactions): FollowUps {
  return {
    record: ({ jobId, from, kind, planTask, world, commit, by, reason, at }) =>
      transactions.write(async (runner) => {
        const begun = { begun_by: by, reason: reason ?? null, begun_at: at };
        await runner.run(saveFollowUp, { job_id: jobId, from_job_id: from, kind, plan_task: planTask, world, commit_id: commit, ...begun });
      }),
    of: (job) =>
      transactions.read(async (runner) => {
        const [found] = await runner.all(followUpOf, { job });
        return found === undefined ? undefined : fromRow(found);
      }),
    from: (job) => transactions.read(async (runner) => (await runner.all(followUpsFrom, { job })).map(fromRow)),
  };
}

function fromRow(row: FollowUpTable): FollowUp {
  const { kind, world } = row;
  return {
    kind,
    world,
    jobId: row.job_id as JobId,
    from: row.from_job_id as JobId,
    planTask: row.plan_task,
    commit: row.commit_id as CommitId,
    by: row.begun_by,
    reason: row.reason ?? undefined,
    at: row.begun_at,
  };
}
