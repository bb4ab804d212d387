import type { Baseline, Deployment, DeploymentState, Verdict } from '../../../domain/deployment.ts';
import { openDeploymentStates } from '../../../domain/deployment.ts';
import type { JobId, RepositoryId } from '../../../domain/ids.ts';
import type { Deployments } from '../../../ports/deployments.ts';
import type { IdSource } from '../../../ports/ids.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { StatementRunner } from '../statement.ts';
import { sqlDeploymentNotes } from './deployment-notes.ts';
import { readRelease, sqlReleases } from './releases.ts';
import type { LedgerTransactions } from './transactions.ts';

interface DeploymentTable {
  readonly id: string;
  readonly repository_id: string;
  readonly environment: string;
  readonly release: number;
  readonly previous: number | null;
  readonly job_id: string;
  readonly opened_by: string;
  readonly fence: number;
  readonly state: DeploymentState;
  /** JSON with its version, as the baseline. */
  readonly verdict: string | null;
  readonly baseline: string | null;
  readonly leaves: number | null;
  readonly started_at: number;
  readonly served_at: number | null;
  readonly ended_at: number | null;
}

export const deploymentTables = [
  `CREATE TABLE miyabi_deployment (
    id TEXT PRIMARY KEY,
    repository_id TEXT NOT NULL,
    environment TEXT NOT NULL CHECK (environment <> ''),
    release BIGINT NOT NULL,
    previous BIGINT,
    job_id TEXT NOT NULL,
    opened_by TEXT NOT NULL UNIQUE,
    fence BIGINT NOT NULL CHECK (fence >= 1),
    state TEXT NOT NULL CHECK (
      state IN ('deploying', 'watching', 'rolling-back', 'live', 'refused', 'rolled-back', 'broken', 'abandoned')
    ),
    verdict TEXT,
    baseline TEXT,
    leaves BIGINT,
    started_at BIGINT NOT NULL,
    served_at BIGINT,
    ended_at BIGINT,
    UNIQUE (repository_id, environment, fence),
    FOREIGN KEY (repository_id, release) REFERENCES miyabi_release (repository_id, number),
    CHECK ((ended_at IS NULL) = (state IN ('deploying', 'watching', 'rolling-back')))
  )`,
  `CREATE UNIQUE INDEX miyabi_deployment_open ON miyabi_deployment (repository_id, environment)
    WHERE state IN ('deploying', 'watching', 'rolling-back')`,
  'CREATE INDEX miyabi_deployment_job ON miyabi_deployment (job_id)',
  'CREATE INDEX miyabi_deployment_started ON miyabi_deployment (started_at)',
];

const statement = statements(queryBuilder<{ readonly miyabi_deployment: DeploymentTable }>());

type Place = Pick<DeploymentTable, 'repository_id' | 'environment'>;

const byId = statement<Pick<DeploymentTable, 'id'>, DeploymentTable>((db, p) =>
  db.selectFrom('miyabi_deployment').selectAll().where('id', '=', p.id),
);

const byKey = statement<Pick<DeploymentTable, 'opened_by'>, DeploymentTable>((db, p) =>
  db.selectFrom('miyabi_deployment').selectAll().where('opened_by', '=', p.opened_by),
);

const openOne = statement<Place, DeploymentTable>((db, p) =>
  db
    .selectFrom('miyabi_deployment')
    .selectAll()
    .where('repository_id', '=', p.repository_id)
    .where('environment', '=', p.environment)
    .where('state', 'in', openDeploymentStates),
);

const newestThere = statement<Place, Pick<DeploymentTable, 'fence'>>((db, p) =>
  db
    .selectFrom('miyabi_deployment')
    .select('fence')
    .where('repository_id', '=', p.repository_id)
    .where('environment', '=', p.environment)
    .orderBy('fence', 'desc')
    .limit(1),
);

const servingThere = statement<Place, Pick<DeploymentTable, 'leaves'>>((db, p) =>
  db
    .selectFrom('miyabi_deployment')
    .select('leaves')
    .where('repository_id', '=', p.repository_id)
    .where('environment', '=', p.environment)
    .where('leaves', 'is not', null)
    .orderBy('fence', 'desc')
    .limit(1),
);

type OpenedRow = Omit<DeploymentTable, 'verdict' | 'baseline' | 'leaves' | 'served_at' | 'ended_at' | 'state'>;

const addDeployment = statement<OpenedRow>((db, p) =>
  db.insertInto('miyabi_deployment').values({
    id: p.id,
    repository_id: p.repository_id,
    environment: p.environment,
    release: p.release,
    previous: p.previous,
    job_id: p.job_id,
    opened_by: p.opened_by,
    fence: p.fence,
    state: 'deploying',
    verdict: null,
    baseline: null,
    leaves: null,
    started_at: p.started_at,
    served_at: null,
    ended_at: null,
  }),
);

type ChangedRow = Pick<DeploymentTable, 'id' | 'state' | 'verdict' | 'baseline' | 'leaves' | 'served_at' | 'ended_at'>;

const saveChange = statement<ChangedRow>((db, p) =>
  db
    .updateTable('miyabi_deployment')
    .set({ state: p.state, verdict: p.verdict, baseline: p.baseline, leaves: p.leaves, served_at: p.served_at, ended_at: p.ended_at })
    .where('id', '=', p.id),
);

const environmentsOf = statement<Pick<DeploymentTable, 'repository_id'>, Pick<DeploymentTable, 'environment'>>((db, p) =>
  db.selectFrom('miyabi_deployment').select('environment').distinct().where('repository_id', '=', p.repository_id).orderBy('environment'),
);

interface Filter {
  readonly most: number;
}

const latestOfAll = statement<Filter, DeploymentTable>((db, p) =>
  db.selectFrom('miyabi_deployment').selectAll().orderBy('started_at', 'desc').orderBy('id', 'desc').limit(p.most),
);

const latestOfRepository = statement<Filter & Pick<DeploymentTable, 'repository_id'>, DeploymentTable>((db, p) =>
  db
    .selectFrom('miyabi_deployment')
    .selectAll()
    .where('repository_id', '=', p.repository_id)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.most),
);

const latestOfEnvironment = statement<Filter & Place, DeploymentTable>((db, p) =>
  db
    .selectFrom('miyabi_deployment')
    .selectAll()
    .where('repository_id', '=', p.repository_id)
    .where('environment', '=', p.environment)
    .orderBy('fence', 'desc')
    .limit(p.most),
);

const latestOfJob = statement<Filter & Pick<DeploymentTable, 'job_id'>, DeploymentTable>((db, p) =>
  db
    .selectFrom('miyabi_deployment')
    .selectAll()
    .where('job_id', '=', p.job_id)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.most),
);

/** The part of the ledger that knows releases and deployments; the lock of an environment is its open deployment. */
export function sqlDeployments(transactions: LedgerTransactions, ids: IdSource): Deployments {
  return {
    ...sqlReleases(transactions),
    ...sqlDeploymentNotes(transactions),
    open: ({ repositoryId, environment, release, jobId, key, at }) => {
      const place = { repository_id: repositoryId, environment };
      return transactions.write(
        async (runner) => {
          const [own] = await runner.all(byKey, { opened_by: key });
          if (own !== undefined) return { kind: 'again', deployment: deploymentFromRow(own) };
          const [held] = await runner.all(openOne, place);
          if (held !== undefined) return { kind: 'held', by: deploymentFromRow(held) };
          const [newest] = await runner.all(newestThere, place);
          const [serving] = await runner.all(servingThere, place);
          const id = ids.next();
          await runner.run(addDeployment, {
            id,
            ...place,
            release,
            previous: serving?.leaves ?? null,
            job_id: jobId,
            opened_by: key,
            fence: (newest?.fence ?? 0) + 1,
            started_at: at,
          });
          return { kind: 'opened', deployment: await readDeployment(runner, id) };
        },
        { serial: [`environment:${repositoryId}:${environment}`] },
      );
    },
    change: (id, fence, change) =>
      transactions.write(
        async (runner) => {
          const [row] = await runner.all(byId, { id });
          if (row === undefined || row.fence !== fence || row.ended_at !== null) return false;
          const { state, verdict, baseline, leaves, servedAt, endedAt } = change;
          await runner.run(saveChange, {
            id,
            state,
            verdict: verdict === undefined ? row.verdict : stored(verdict),
            baseline: baseline === undefined ? row.baseline : stored(baseline),
            leaves: leaves ?? row.leaves,
            served_at: servedAt ?? row.served_at,
            ended_at: endedAt ?? row.ended_at,
          });
          return true;
        },
        { serial: [`deployment:${id}`] },
      ),
    one: (id) =>
      transactions.read(async (runner) => {
        const [row] = await runner.all(byId, { id });
        return row === undefined ? undefined : deploymentFromRow(row);
      }),
    latest: (filter, most) => transactions.read(async (runner) => (await latest(runner, filter, most)).map(deploymentFromRow)),
    environments: (repositoryId) =>
      transactions.read(async (runner) =>
        (await runner.all(environmentsOf, { repository_id: repositoryId })).map(({ environment }) => environment),
      ),
    serving: (repositoryId, environment) =>
      transactions.read(async (runner) => {
        const [row] = await runner.all(servingThere, { repository_id: repositoryId, environment });
        return row?.leaves == null ? undefined : await readRelease(runner, repositoryId, row.leaves);
      }),
  };
}

async function readDeployment(runner: StatementRunner, id: string): Promise<Deployment> {
  const [row] = await runner.all(byId, { id });
  if (row === undefined) throw new Error('a deployment that was written is not there');
  return deploymentFromRow(row);
}

async function latest(
  runner: StatementRunner,
  { repositoryId, environment, jobId }: Parameters<Deployments['latest']>[0],
  most: number,
): Promise<readonly DeploymentTable[]> {
  const fits = (row: DeploymentTable): boolean =>
    (repositoryId === undefined || row.repository_id === repositoryId) && (environment === undefined || row.environment === environment);
  if (jobId !== undefined) return (await runner.all(latestOfJob, { job_id: jobId, most })).filter(fits);
  if (repositoryId === undefined) return (await runner.all(latestOfAll, { most })).filter(fits);
  if (environment === undefined) return await runner.all(latestOfRepository, { repository_id: repositoryId, most });
  return await runner.all(latestOfEnvironment, { repository_id: repositoryId, environment, most });
}

function stored(value: Verdict | Baseline): string {
  return JSON.stringify({ schemaVersion: 1, value });
}

function read(text: string | null): unknown {
  return text === null ? undefined : (JSON.parse(text) as { readonly value: unknown }).value;
}

function deploymentFromRow(row: DeploymentTable): Deployment {
  return {
    id: row.id,
    repositoryId: row.repository_id as RepositoryId,
    environment: row.environment,
    release: row.release,
    previous: row.previous ?? undefined,
    jobId: row.job_id as JobId,
    fence: row.fence,
    state: row.state,
    verdict: read(row.verdict) as Verdict | undefined,
    baseline: read(row.baseline) as Baseline | undefined,
    leaves: row.leaves ?? undefined,
    startedAt: row.started_at,
    servedAt: row.served_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
  };
}
