import { sql } from 'kysely';
import type { Generated, Selectable } from 'kysely';
import type { CommitId, JobId, RepositoryId, TaskId } from '../../../domain/ids.ts';
import type { WorldScore } from '../../../domain/score.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { RecordedWorld, WorldLedger, WorldStatistics } from '../../../ports/world-ledger.ts';
import type { LedgerTransactions } from './transactions.ts';
import { sqlWorldSurroundings } from './world-surroundings.ts';
import { queryBuilder, statements } from '../statement.ts';

interface WorldIdentity {
  readonly task_id: string;
  readonly epoch: number;
  readonly job_id: string;
  readonly repository_id: string;
  readonly plan_task: string;
  readonly round: number;
  readonly world: RecordedWorld['world'];
  readonly agent: string;
  readonly settings: string;
  readonly started_at: number;
}

interface ScoreColumns {
  readonly score: number | null;
  readonly score_build: number | null;
  readonly score_tests: number | null;
  readonly score_lint: number | null;
  readonly score_quality: number | null;
  readonly score_security: number | null;
  readonly score_confidence: number | null;
  readonly tests_passed: number | null;
  readonly tests_total: number | null;
}

interface WorldTable extends WorldIdentity, ScoreColumns {
  readonly status: RecordedWorld['status'];
  readonly chosen: number;
  readonly cost_micro_usd: number;
  readonly run_ms: number | null;
  readonly check_ms: number | null;
  readonly commit_id: string | null;
  readonly ended_at: number | null;
  readonly method: NonNullable<RecordedWorld['method']> | null;
  readonly isolation: NonNullable<RecordedWorld['isolation']> | null;
  readonly memory_bytes: number | null;
  readonly cpu_ms: number | null;
  readonly unbeatable: number;
  readonly incidents: Generated<number>;
}

interface StatisticsRow {
  readonly agent: string;
  readonly settings: string;
  readonly worlds: number;
  readonly passed: number;
  readonly chosen: number;
  readonly mean_score: number | null;
  readonly cost_micro_usd: number;
  readonly mean_duration_ms: number | null;
}

const statement = statements(queryBuilder<{ readonly miyabi_world: WorldTable }>());

const noScore: ScoreColumns = {
  score: null,
  score_build: null,
  score_tests: null,
  score_lint: null,
  score_quality: null,
  score_security: null,
  score_confidence: null,
  tests_passed: null,
  tests_total: null,
};

const begin = statement<WorldIdentity>((db, p) => {
  const anew = {
    ...noScore,
    epoch: p.epoch,
    agent: p.agent,
    settings: p.settings,
    started_at: p.started_at,
    status: sql.lit('running' as const),
    chosen: sql.lit(0),
    cost_micro_usd: sql.lit(0),
    run_ms: null,
    check_ms: null,
    commit_id: null,
    ended_at: null,
    method: null,
    isolation: null,
    memory_bytes: null,
    cpu_ms: null,
    unbeatable: sql.lit(0),
  };
  const { task_id, job_id, repository_id, plan_task, round, world } = p;
  return db
    .insertInto('miyabi_world')
    .values({ task_id, job_id, repository_id, plan_task, round, world, ...anew })
    .onConflict((conflict) => conflict.column('task_id').doUpdateSet(anew).where('miyabi_world.epoch', '<=', p.epoch));
});

const ran = statement<Pick<WorldTable, 'task_id' | 'epoch' | 'status' | 'cost_micro_usd' | 'run_ms' | 'commit_id' | 'ended_at'>>((db, p) =>
  db
    .updateTable('miyabi_world')
    .set({ status: p.status, cost_micro_usd: p.cost_micro_usd, run_ms: p.run_ms, commit_id: p.commit_id, ended_at: p.ended_at })
    .where('task_id', '=', p.task_id)
    .where('epoch', '=', p.epoch),
);

// A check that is repeated or comes late finds the choice made, and leaves it.
const checked = statement<Pick<WorldTable, 'task_id' | 'status' | 'check_ms' | 'ended_at' | 'unbeatable'> & ScoreColumns>((db, p) =>
  db
    .updateTable('miyabi_world')
    .set({ ...scoreOf(p), status: p.status, check_ms: p.check_ms, ended_at: p.ended_at, unbeatable: p.unbeatable })
    .where('task_id', '=', p.task_id)
    .where('status', 'in', [sql.lit('harvested' as const), sql.lit('checked' as const)]),
);

const judged = statement<Pick<WorldTable, 'task_id' | 'status' | 'chosen' | 'ended_at'> & ScoreColumns>((db, p) =>
  db
    .updateTable('miyabi_world')
    .set((row) => ({
      ...scoreOf(p),
      status: p.status,
      chosen: p.chosen,
      ended_at: row.fn.coalesce(row.ref('ended_at'), row.val(p.ended_at)),
    }))
    .where('task_id', '=', p.task_id),
);

const unbeatableOf = statement<Pick<WorldTable, 'job_id' | 'plan_task' | 'round'>, Pick<WorldTable, 'world'>>((db, p) =>
  db
    .selectFrom('miyabi_world')
    .select('world')
    .where('job_id', '=', p.job_id)
    .where('plan_task', '=', p.plan_task)
    .where('round', '=', p.round)
    .where('unbeatable', '=', sql.lit(1))
    .orderBy('started_at')
    .orderBy('task_id')
    .limit(sql.lit(1)),
);

const ofJob = statement<{ readonly job: string }, Selectable<WorldTable>>((db, p) =>
  db.selectFrom('miyabi_world').selectAll().where('job_id', '=', p.job).orderBy('started_at').orderBy('task_id'),
);

const statisticsColumns = [
  'agent',
  'settings',
  sql<number>`count(*)`.as('worlds'),
  sql<number>`count(CASE WHEN status = 'success' THEN 1 END)`.as('passed'),
  sql<number>`CAST(sum(chosen) AS BIGINT)`.as('chosen'),
  sql<number | null>`avg(score)`.as('mean_score'),
  sql<number>`CAST(sum(cost_micro_usd) AS BIGINT)`.as('cost_micro_usd'),
  sql<number | null>`CAST(avg(run_ms + coalesce(check_ms, 0)) AS DOUBLE PRECISION)`.as('mean_duration_ms'),
] as const;

const statisticsOfAll = statement<{ readonly since: number }, StatisticsRow>((db, p) =>
  db
    .selectFrom('miyabi_world')
    .select(statisticsColumns)
    .where('ended_at', '>=', p.since)
    .where('status', '<>', sql.lit('skipped' as const))
    .groupBy(['agent', 'settings'])
    .orderBy('worlds', 'desc')
    .orderBy('agent')
    .orderBy('settings'),
);

const statisticsOfRepository = statement<{ readonly since: number; readonly repository: string }, StatisticsRow>((db, p) =>
  db
    .selectFrom('miyabi_world')
    .select(statisticsColumns)
    .where('repository_id', '=', p.repository)
    .where('ended_at', '>=', p.since)
    .where('status', '<>', sql.lit('skipped' as const))
    .groupBy(['agent', 'settings'])
    .orderBy('worlds', 'desc')
    .orderBy('agent')
    .orderBy('settings'),
);

/** The part of the ledger that knows worlds. */
export function sqlWorldLedger(transactions: LedgerTransactions, clock: Clock): WorldLedger {
  return {
    begin: (world) =>
      transactions.write(async (runner) => {
        await runner.run(begin, {
          task_id: world.taskId,
          epoch: world.epoch,
          job_id: world.jobId,
          repository_id: world.repositoryId,
          plan_task: world.planTask,
          round: world.round,
          world: world.world,
          agent: world.agent,
          settings: world.settings,
          started_at: clock.now(),
        });
      }),
    ran: (end) =>
      transactions.write(async (runner) => {
        await runner.run(ran, {
          task_id: end.taskId,
          epoch: end.epoch,
          status: end.status,
          cost_micro_usd: end.costMicroUsd,
          run_ms: Math.round(end.durationMs),
          commit_id: end.commit ?? null,
          ended_at: end.status === 'harvested' ? null : clock.now(),
        });
      }),
    checked: (taskId, { score, durationMs, isUnbeatable }) =>
      transactions.write(async (runner) => {
        const end =
          score === undefined ? ({ status: 'failed', ended_at: clock.now() } as const) : ({ status: 'checked', ended_at: null } as const);
        await runner.run(checked, {
          task_id: taskId,
          ...end,
          check_ms: Math.round(durationMs),
          unbeatable: isUnbeatable ? 1 : 0,
          ...scoreColumns(score),
        });
      }),
    judged: (worlds) =>
      transactions.write(async (runner) => {
        const ended_at = clock.now();
        // In one order, so that no two of these wait for each other.
        for (const { taskId, status, score, chosen } of worlds.toSorted((one, other) => (one.taskId < other.taskId ? -1 : 1))) {
          await runner.run(judged, { task_id: taskId, status, chosen: chosen ? 1 : 0, ended_at, ...scoreColumns(score) });
        }
      }),
    unbeatable: (of) =>
      transactions.read(async (runner) => {
        const [row] = await runner.all(unbeatableOf, { job_id: of.jobId, plan_task: of.planTask, round: of.round });
        return row?.world;
      }),
    ...sqlWorldSurroundings(transactions),
    ofRun: (job) => transactions.read(async (runner) => (await runner.all(ofJob, { job })).map(worldFromRow)),
    statistics: ({ repositoryId, since = 0 } = {}) =>
      transactions.read(async (runner) => {
        const rows =
          repositoryId === undefined
            ? await runner.all(statisticsOfAll, { since })
            : await runner.all(statisticsOfRepository, { since, repository: repositoryId });
        return rows.map(statisticsFromRow);
      }),
  };
}

function scoreColumns(score: WorldScore | undefined): ScoreColumns {
  if (score === undefined) return noScore;
  return {
    score: score.total,
    score_build: score.build,
    score_tests: score.tests,
    score_lint: score.lint,
    score_quality: score.quality,
    score_security: score.security,
    score_confidence: score.confidence,
    tests_passed: score.testsPassed,
    tests_total: score.testsTotal,
  };
}

/** Only the columns of a score, also where `row` stands for values that are given later. */
function scoreOf(row: ScoreColumns): ScoreColumns {
  return {
    score: row.score,
    score_build: row.score_build,
    score_tests: row.score_tests,
    score_lint: row.score_lint,
    score_quality: row.score_quality,
    score_security: row.score_security,
    score_confidence: row.score_confidence,
    tests_passed: row.tests_passed,
    tests_total: row.tests_total,
  };
}

function worldFromRow(row: Selectable<WorldTable>): RecordedWorld {
  return {
    taskId: row.task_id as TaskId,
    epoch: row.epoch,
    jobId: row.job_id as JobId,
    repositoryId: row.repository_id as RepositoryId,
    planTask: row.plan_task,
    round: row.round,
    world: row.world,
    agent: row.agent,
    settings: row.settings,
    status: row.status,
    chosen: row.chosen === 1,
    score: scoreFromRow(row),
    costMicroUsd: row.cost_micro_usd,
    runMs: row.run_ms ?? undefined,
    checkMs: row.check_ms ?? undefined,
    commit: (row.commit_id ?? undefined) as CommitId | undefined,
    ...(row.method === null ? {} : { method: row.method }),
    ...(row.isolation === null ? {} : { isolation: row.isolation }),
    memoryBytes: row.memory_bytes ?? undefined,
    cpuMs: row.cpu_ms ?? undefined,
    incidents: row.incidents,
    startedAt: row.started_at,
    endedAt: row.ended_at ?? undefined,
  };
}

function scoreFromRow(row: ScoreColumns): RecordedWorld['score'] {
  if (row.score === null) return undefined;
  return {
    total: row.score,
    build: row.score_build,
    tests: row.score_tests,
    lint: row.score_lint,
    quality: row.score_quality,
    security: row.score_security,
    confidence: row.score_confidence ?? 0,
    testsPassed: row.tests_passed ?? 0,
    testsTotal: row.tests_total ?? 0,
  };
}

function statisticsFromRow(row: StatisticsRow): WorldStatistics {
  return {
    agent: row.agent,
    settings: row.settings,
    worlds: row.worlds,
    passed: row.passed,
    chosen: row.chosen,
    meanScore: row.mean_score ?? undefined,
    costMicroUsd: row.cost_micro_usd,
    meanDurationMs: row.mean_duration_ms ?? undefined,
  };
}
