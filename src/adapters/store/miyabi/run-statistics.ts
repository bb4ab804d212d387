import type { Kysely, RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { JobId, RepositoryId } from '../../../domain/ids.ts';
import type { LaterFacts } from '../../../domain/statistics/known-outcome.ts';
import type { RunFacts } from '../../../domain/statistics/run-facts.ts';
import { factsVersion } from '../../../domain/statistics/run-facts.ts';
import type { KeptRun, RunStatistics, StatisticsFilter } from '../../../ports/run-statistics.ts';
import type { Words } from '../dialect.ts';
import { unpackText } from '../packed-text.ts';
import type { StoredText } from '../packed-text.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface Tables {
  readonly miyabi_run_facts: FactsTable;
  readonly miyabi_repository: { readonly id: string };
  readonly weaver_job: { readonly id: string; readonly group_key: string | null; readonly ended_at: number | null };
  readonly miyabi_choice: { readonly job_id: string; readonly fate: NonNullable<LaterFacts['fate']> | null };
  readonly miyabi_follow_up: {
    readonly from_job_id: string;
    readonly kind: 'pick' | 'fix';
    readonly plan_task: string;
    readonly world: string;
    readonly begun_at: number;
  };
  readonly miyabi_deployment: {
    readonly job_id: string;
    readonly repository_id: string;
    readonly state: string;
    readonly started_at: number;
  };
}

interface FactsTable {
  readonly job_id: string;
  readonly repository_id: string;
  readonly version: number;
  readonly ended_at: number;
  readonly facts: StoredText;
}

/** Of runs that ended before there was this table the rows are made when statistics are first asked for. */
export const runFactsTables = [
  `CREATE TABLE miyabi_run_facts (
    job_id TEXT PRIMARY KEY,
    repository_id TEXT NOT NULL REFERENCES miyabi_repository (id),
    version BIGINT NOT NULL CHECK (version >= 1),
    ended_at BIGINT NOT NULL,
    facts TEXT NOT NULL
  )`,
  'CREATE INDEX miyabi_run_facts_ended ON miyabi_run_facts (ended_at, job_id)',
];

const statement = statements(queryBuilder<Tables>());

/** Values of a filter. */
interface Filter {
  readonly since: number;
  readonly repository: string | null;
}

type Asked = Filter & { readonly version: number };

function asked({ since = 0, repositoryId }: StatisticsFilter): Asked {
  return { since, repository: repositoryId ?? null, version: factsVersion };
}

/** Of this repository, or of any. */
function ofRepository(words: Words, column: string, repository: unknown): RawBuilder<boolean> {
  return sql<boolean>`(${words.isAbsent(repository, 'text')} OR ${sql.ref(column)} = ${repository})`;
}

/** Runs that have ended and have no facts of this version and this end. */
function unkept(db: Kysely<Tables>, version: number) {
  return db
    .selectFrom('weaver_job as job')
    .innerJoin('miyabi_repository as repository', 'repository.id', 'job.group_key')
    .where('job.ended_at', 'is not', null)
    .where((of) =>
      of.not(
        of.exists(
          of
            .selectFrom('miyabi_run_facts as kept')
            .select('kept.job_id')
            .whereRef('kept.job_id', '=', 'job.id')
            .whereRef('kept.ended_at', '=', 'job.ended_at')
            .where('kept.version', '=', version),
        ),
      ),
    );
}

const missingJobs = statement<{ readonly version: number; readonly limit: number }, { readonly id: string }>((db, p) =>
  unkept(db, p.version).select('job.id').orderBy('job.ended_at', 'desc').orderBy('job.id').limit(p.limit),
);
const countMissing = statement<{ readonly version: number }, { readonly jobs: number }>((db, p) =>
  unkept(db, p.version).select((of) => of.fn.countAll<number>().as('jobs')),
);

const saveFacts = statement<FactsTable>((db, p) => {
  const values = { repository_id: p.repository_id, version: p.version, ended_at: p.ended_at, facts: p.facts };
  return db
    .insertInto('miyabi_run_facts')
    .values({ job_id: p.job_id, ...values })
    .onConflict((conflict) => conflict.column('job_id').doUpdateSet(values));
});

/** Rows of which the run has not been tried again since; those of runs whose other records are gone stay for good. */
const keptFacts = statement<Asked, Omit<FactsTable, 'version'>>((db, p, words) =>
  db
    .selectFrom('miyabi_run_facts as kept')
    .leftJoin('weaver_job as job', 'job.id', 'kept.job_id')
    .select(['kept.job_id', 'kept.repository_id', 'kept.ended_at', 'kept.facts'])
    .where((of) => of.or([of('job.id', 'is', null), of('job.ended_at', '=', of.ref('kept.ended_at'))]))
    .where('kept.version', '=', p.version)
    .where('kept.ended_at', '>=', p.since)
    .where(ofRepository(words, 'kept.repository_id', p.repository))
    .orderBy('kept.ended_at')
    .orderBy('kept.job_id'),
);

const fates = statement<Filter, { readonly job_id: string; readonly fate: NonNullable<LaterFacts['fate']> }>((db, p, words) =>
  db
    .selectFrom('miyabi_choice as choice')
    .innerJoin('miyabi_run_facts as kept', 'kept.job_id', 'choice.job_id')
    .select((of) => ['choice.job_id', of.ref('choice.fate').$notNull().as('fate')])
    .distinct()
    .where('choice.fate', 'is not', null)
    .where('kept.ended_at', '>=', p.since)
    .where(ofRepository(words, 'kept.repository_id', p.repository))
    .orderBy('choice.job_id'),
);

const followUps = statement<Filter, Omit<Tables['miyabi_follow_up'], 'begun_at'>>((db, p, words) =>
  db
    .selectFrom('miyabi_follow_up as begun')
    .innerJoin('miyabi_run_facts as kept', 'kept.job_id', 'begun.from_job_id')
    .select(['begun.from_job_id', 'begun.kind', 'begun.plan_task', 'begun.world'])
    .where('kept.ended_at', '>=', p.since)
    .where(ofRepository(words, 'kept.repository_id', p.repository))
    .orderBy('begun.begun_at'),
);

const deploymentsOfRuns = statement<Filter, { readonly job_id: string; readonly state: EndedDeployment }>((db, p, words) =>
  db
    .selectFrom('miyabi_deployment as deployment')
    .innerJoin('miyabi_run_facts as kept', 'kept.job_id', 'deployment.job_id')
    .select((of) => ['deployment.job_id', of.ref('deployment.state').$castTo<EndedDeployment>().as('state')])
    .where(
      'deployment.state',
      'in',
      endedDeployments.map((state) => sql.lit(state)),
    )
    .where('kept.ended_at', '>=', p.since)
    .where(ofRepository(words, 'kept.repository_id', p.repository))
    .orderBy('deployment.started_at'),
);

const countDeployments = statement<Filter, { readonly state: EndedDeployment; readonly deployments: number }>((db, p, words) =>
  db
    .selectFrom('miyabi_deployment')
    .select((of) => [of.ref('state').$castTo<EndedDeployment>().as('state'), of.fn.countAll<number>().as('deployments')])
    .where(
      'state',
      'in',
      endedDeployments.map((state) => sql.lit(state)),
    )
    .where('started_at', '>=', p.since)
    .where(ofRepository(words, 'repository_id', p.repository))
    .groupBy('state'),
);

const countOpen = statement<Pick<Filter, 'repository'>, { readonly jobs: number }>((db, p, words) =>
  db
    .selectFrom('weaver_job as job')
    .innerJoin('miyabi_repository as repository', 'repository.id', 'job.group_key')
    .select((of) => of.fn.countAll<number>().as('jobs'))
    .where('job.ended_at', 'is', null)
    .where(ofRepository(words, 'job.group_key', p.repository)),
);

/** The part of the ledger that statistics are made from. */
export function sqlRunStatistics(transactions: LedgerTransactions): RunStatistics {
  return {
    missing: (limit) =>
      transactions.read(async (runner) => {
        const jobs = await runner.all(missingJobs, { version: factsVersion, limit });
        const inAll = jobs.length < limit ? jobs.length : ((await runner.all(countMissing, { version: factsVersion }))[0]?.jobs ?? 0);
        return { jobs: jobs.map(({ id }) => id as JobId), inAll };
      }),
    keep: ({ jobId, repositoryId, endedAt, facts }) =>
      transactions.write(async (runner) => {
        const packed = runner.pack(JSON.stringify(facts));
        await runner.run(saveFacts, {
          job_id: jobId,
          repository_id: repositoryId,
          version: factsVersion,
          ended_at: endedAt,
          facts: packed,
        });
      }),
    runs: (filter) => transactions.read(async (runner) => (await runner.all(keptFacts, asked(filter))).map(fromRow)),
    later: (filter) =>
      transactions.read(async (runner) => {
        const given = asked(filter);
        return laterOf({
          fates: await runner.all(fates, given),
          begun: await runner.all(followUps, given),
          deployments: await runner.all(deploymentsOfRuns, given),
        });
      }),
    deployments: (filter) =>
      transactions.read(async (runner) => {
        const counted = new Map((await runner.all(countDeployments, asked(filter))).map((row) => [row.state, row.deployments]));
        const of = (state: EndedDeployment): number => counted.get(state) ?? 0;
        return { live: of('live'), refused: of('refused'), rolledBack: of('rolled-back'), broken: of('broken') };
      }),
    open: ({ repositoryId }) =>
      transactions.read(async (runner) => (await runner.all(countOpen, { repository: repositoryId ?? null }))[0]?.jobs ?? 0),
  };
}

const endedDeployments = ['live', 'refused', 'rolled-back', 'broken'] as const satisfies readonly NonNullable<LaterFacts['deployed']>[];
type EndedDeployment = (typeof endedDeployments)[number];

function fromRow(row: Omit<FactsTable, 'version'>): KeptRun {
  return {
    jobId: row.job_id as JobId,
    repositoryId: row.repository_id as RepositoryId,
    endedAt: row.ended_at,
    // Written by this version of the product: the row says so.
    facts: JSON.parse(unpackText(row.facts)) as RunFacts,
  };
}

interface LaterRows {
  readonly fates: readonly { readonly job_id: string; readonly fate: NonNullable<LaterFacts['fate']> }[];
  readonly begun: readonly Omit<Tables['miyabi_follow_up'], 'begun_at'>[];
  readonly deployments: readonly { readonly job_id: string; readonly state: EndedDeployment }[];
}

/** Where a run went out more than once, the worst that happened counts: whatever served well before, it was taken back. */
function laterOf({ fates: told, begun, deployments }: LaterRows): ReadonlyMap<JobId, LaterFacts> {
  const later = new Map<JobId, LaterFacts>();
  const put = (job: string, add: (before: LaterFacts) => Partial<LaterFacts>): void => {
    const before = later.get(job as JobId) ?? { fate: undefined, taken: [], deployed: undefined };
    later.set(job as JobId, { ...before, ...add(before) });
  };
  for (const { job_id, fate } of told) put(job_id, () => ({ fate }));
  for (const { from_job_id, kind, plan_task, world } of begun) {
    put(from_job_id, ({ taken }) => ({ taken: [...taken, { planTask: plan_task, world, kind }] }));
  }
  for (const { job_id, state } of deployments) {
    put(job_id, ({ deployed }) => ({ deployed: deployed === undefined || deployed === 'live' ? state : deployed }));
  }
  return later;
}
