import { sql } from 'kysely';
import type { JobId } from '../../../domain/ids.ts';
import type { OldRuns } from '../../../ports/old-runs.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface Job {
  readonly job: string;
}

interface EndedJobs {
  readonly weaver_job: { readonly id: string; readonly group_key: string | null; readonly ended_at: number | null };
}

const statement = statements(queryBuilder<EndedJobs>());

/** Runs are those whose group is a repository; what beside them is a job (webhooks, notices) is short and kept as it is. */
const ended = statement<{ readonly before: number; readonly most: number }, { readonly id: string }>((db, p) =>
  db
    .selectFrom('weaver_job')
    .select('id')
    .where('ended_at', '<', p.before)
    .where(sql<boolean>`exists (select 1 from miyabi_repository where miyabi_repository.id = weaver_job.group_key)`)
    .orderBy('ended_at')
    .limit(p.most),
);

/** SQLite numbers events on from the last that is there: that one stays, else readers would take the next for one that they know. */
const isNotLast = sql<boolean>`not exists (select 1 from weaver_event join weaver_stream on weaver_stream.number = weaver_event.stream
  where weaver_event.position = (select max(position) from weaver_event) and weaver_stream.name = 'job:' || weaver_job.id)`;

const stillEnded = statement<Job & { readonly before: number }, { readonly id: string }>((db, p, { dialect, toChange }) =>
  db
    .selectFrom('weaver_job')
    .select('id')
    .where('id', '=', p.job)
    .where('ended_at', '<', p.before)
    .$if(dialect === 'sqlite', (query) => query.where(isNotLast))
    .modifyEnd(toChange),
);

/** In an order in which nothing refers to what is gone. Statistics look at choices: they tell what became of a change. */
const removals: readonly string[] = ['incident', 'world', 'question', 'run_evidence', 'error', 'checkpoint'].map(
  (name) => `miyabi_${name} where job_id = `,
);

const ofTasks = ['weaver_dependency where task_id', 'weaver_effect where task_id'];

/** Of a table of which the name and the condition are ours. */
function removing(from: string, value: (job: unknown) => ReturnType<typeof sql>) {
  return statement<Job>((db, p) => ({ compile: () => sql`delete from ${sql.raw(from)}${value(p.job)}`.compile(db) }));
}

const statementsInOrder = [
  ...removals.map((from) => removing(from, (job) => sql`${job}`)),
  removing('weaver_event where stream in ', (job) => sql`(select number from weaver_stream where name = 'job:' || ${job})`),
  removing('weaver_stream where name = ', (job) => sql`'job:' || ${job}`),
  removing('weaver_decision where job_id = ', (job) => sql`${job}`),
  ...ofTasks.map((from) => removing(`${from} in `, (job) => sql`(select id from weaver_task where job_id = ${job})`)),
  removing('weaver_attempt where job_id = ', (job) => sql`${job}`),
  removing('weaver_task where job_id = ', (job) => sql`${job}`),
  removing('weaver_job where id = ', (job) => sql`${job}`),
];

/** Of several runs, and of what their repositories are compared with, it is kept once. */
const forgetEvidence = statement<Record<string, never>>((db) => ({
  compile: () =>
    sql`delete from miyabi_evidence where id not in (select evidence_id from miyabi_base_evidence union all select evidence_id from miyabi_run_evidence)`.compile(
      db,
    ),
}));

/** Where several write at a time: whoever is referring to some has done so by then, and whoever wants to waits. Those who only read go on. */
const holdEvidence = statement<Record<string, never>>((db) => ({
  compile: () => sql`lock table miyabi_evidence in share row exclusive mode`.compile(db),
}));

/** The part of the ledger that forgets. */
export function sqlOldRuns(transactions: LedgerTransactions): OldRuns {
  return {
    endedBefore: (moment, most) =>
      transactions.read(async (runner) => (await runner.all(ended, { before: moment, most })).map(({ id }) => id as JobId)),
    forget: (job, endedBefore) =>
      transactions.write(async (runner) => {
        if ((await runner.all(stillEnded, { job, before: endedBefore })).length === 0) return false;
        for (const remove of statementsInOrder) await runner.run(remove, { job });
        return true;
      }),
    forgetEvidence: () =>
      transactions.write(async (runner) => {
        if (runner.locks) await runner.run(holdEvidence, {});
        await runner.run(forgetEvidence, {});
      }),
  };
}
