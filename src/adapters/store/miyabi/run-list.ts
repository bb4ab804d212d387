import type { JobId } from '../../../domain/ids.ts';
import type { WorldName } from '../../../domain/world.ts';
import type { RunList } from '../../../ports/run-list.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface Tables {
  readonly miyabi_world: {
    readonly job_id: string;
    readonly world: WorldName;
    readonly chosen: number;
    /** Of one that was chosen never absent. */
    readonly score: number;
    readonly ended_at: number | null;
  };
  readonly miyabi_question: { readonly job_id: string; readonly approved: number | null };
}

const statement = statements(queryBuilder<Tables>());

/** `jobs` is a JSON list. */
const winnersOf = statement<{ readonly jobs: string }, { readonly job_id: string; readonly world: WorldName; readonly score: number }>(
  (db, p, words) =>
    db
      .selectFrom('miyabi_world')
      .select(['job_id', 'world', 'score'])
      .where(words.isListed('job_id', p.jobs))
      .where('chosen', '=', 1)
      .orderBy('ended_at'),
);

const askingOf = statement<{ readonly jobs: string }, { readonly job_id: string }>((db, p, words) =>
  db.selectFrom('miyabi_question').select('job_id').where(words.isListed('job_id', p.jobs)).where('approved', 'is', null),
);

/** The part of the ledger that lists of runs are made of. */
export function sqlRunList({ read }: Pick<LedgerTransactions, 'read'>): RunList {
  return {
    inBrief: (of) =>
      read(async (runner) => {
        const jobs = JSON.stringify(of);
        const winners = await runner.all(winnersOf, { jobs });
        const asking = await runner.all(askingOf, { jobs });
        return {
          // The last of several stays.
          winners: new Map(winners.map((row) => [row.job_id as JobId, { world: row.world, points: row.score }])),
          asking: new Set(asking.map((row) => row.job_id as JobId)),
        };
      }),
  };
}
