import type { MigrationStream } from '../migrate.ts';
import { wholeEngine } from './whole-engine-migration.ts';

/** The first ones were never on PostgreSQL, which begins with the tables of a whole engine. */
const first = [
  `CREATE TABLE weaver_process (
    id TEXT PRIMARY KEY,
    pid BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT
  )`,
  'CREATE INDEX weaver_process_living ON weaver_process (started_at) WHERE ended_at IS NULL',
  `CREATE TABLE weaver_job (
    id TEXT PRIMARY KEY,
    short_id TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'waiting', 'paused', 'completed', 'failed', 'cancelled', 'stuck')),
    group_key TEXT,
    exclusive_key TEXT,
    idempotency_key TEXT,
    attributes TEXT,
    budget TEXT NOT NULL,
    counts TEXT NOT NULL,
    cost_micro_usd BIGINT NOT NULL,
    carried_by TEXT REFERENCES weaver_process (id),
    cancel_reason TEXT,
    cancelled_at BIGINT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    CHECK ((cancelled_at IS NULL) = (cancel_reason IS NULL)),
    CHECK ((ended_at IS NOT NULL) = (state IN ('completed', 'failed', 'cancelled', 'stuck')))
  )`,
  'CREATE INDEX weaver_job_short_id ON weaver_job (short_id)',
  'CREATE UNIQUE INDEX weaver_job_idempotency_key ON weaver_job (idempotency_key) WHERE idempotency_key IS NOT NULL',
  'CREATE UNIQUE INDEX weaver_job_exclusive_key ON weaver_job (exclusive_key) WHERE exclusive_key IS NOT NULL AND ended_at IS NULL',
  'CREATE INDEX weaver_job_created ON weaver_job (created_at, id)',
  'CREATE INDEX weaver_job_group ON weaver_job (group_key, created_at, id)',
  'CREATE INDEX weaver_job_open ON weaver_job (carried_by) WHERE ended_at IS NULL',
  `CREATE TABLE weaver_task (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES weaver_job (id),
    parent_task_id TEXT REFERENCES weaver_task (id),
    generation BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    key TEXT NOT NULL,
    type TEXT NOT NULL,
    payload TEXT NOT NULL,
    priority BIGINT NOT NULL,
    concurrency_key TEXT,
    budget TEXT NOT NULL,
    epoch BIGINT NOT NULL CHECK (epoch >= 0),
    executions BIGINT NOT NULL CHECK (executions >= 0),
    failures BIGINT NOT NULL CHECK (failures >= 0),
    leases_lost BIGINT NOT NULL CHECK (leases_lost >= 0),
    cost_micro_usd BIGINT NOT NULL CHECK (cost_micro_usd >= 0),
    decompositions BIGINT NOT NULL CHECK (decompositions >= 0),
    answer TEXT,
    created_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'ready', 'running', 'succeeded', 'dead', 'decomposed', 'cancelled', 'skipped')),
    waiting_reason TEXT CHECK (waiting_reason IN
      ('deps', 'children', 'backoff', 'person', 'event', 'repair', 'budget', 'deadline', 'capacity', 'paused')),
    waiting TEXT,
    ready_at BIGINT,
    run_at BIGINT,
    lease_owner TEXT REFERENCES weaver_process (id),
    lease_until BIGINT,
    lease_limit BIGINT,
    attempt_id TEXT,
    result TEXT,
    reason TEXT,
    ended_at BIGINT,
    CHECK ((state = 'pending') = (waiting_reason IS NOT NULL)),
    CHECK ((waiting_reason IS NULL) = (waiting IS NULL)),
    CHECK (waiting_reason IS NULL OR waiting_reason <> 'backoff' OR run_at IS NOT NULL),
    CHECK ((state = 'ready') = (ready_at IS NOT NULL)),
    CHECK ((state = 'running') = (lease_owner IS NOT NULL)),
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK ((state = 'running') = (attempt_id IS NOT NULL)),
    CHECK ((state = 'succeeded') = (result IS NOT NULL)),
    CHECK ((state IN ('dead', 'cancelled', 'skipped')) = (reason IS NOT NULL)),
    CHECK ((state IN ('succeeded', 'dead', 'decomposed', 'cancelled', 'skipped')) = (ended_at IS NOT NULL))
  )`,
  'CREATE INDEX weaver_task_job ON weaver_task (job_id, id)',
  'CREATE INDEX weaver_task_parent ON weaver_task (parent_task_id, generation, ordinal) WHERE parent_task_id IS NOT NULL',
  "CREATE INDEX weaver_task_ready ON weaver_task (job_id, priority DESC, ready_at, id) WHERE state = 'ready'",
  "CREATE INDEX weaver_task_running ON weaver_task (lease_owner) WHERE state = 'running'",
  "CREATE INDEX weaver_task_lease ON weaver_task (lease_until) WHERE state = 'running'",
  "CREATE INDEX weaver_task_backoff ON weaver_task (run_at) WHERE waiting_reason = 'backoff'",
  "CREATE INDEX weaver_task_concurrency ON weaver_task (concurrency_key) WHERE state = 'running' AND concurrency_key IS NOT NULL",
  `CREATE TABLE weaver_dependency (
    task_id TEXT NOT NULL REFERENCES weaver_task (id),
    ordinal BIGINT NOT NULL,
    on_task_id TEXT NOT NULL REFERENCES weaver_task (id),
    until TEXT NOT NULL CHECK (until IN ('succeeded', 'settled')),
    PRIMARY KEY (task_id, ordinal)
  )`,
  'CREATE INDEX weaver_dependency_on ON weaver_dependency (on_task_id)',
  `CREATE TABLE weaver_attempt (
    id TEXT PRIMARY KEY,
    task_id TEXT NOT NULL REFERENCES weaver_task (id),
    job_id TEXT NOT NULL REFERENCES weaver_job (id),
    epoch BIGINT NOT NULL,
    owner TEXT NOT NULL REFERENCES weaver_process (id),
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    outcome TEXT CHECK (outcome IN ('success', 'failure', 'blocked', 'error', 'released', 'cancelled')),
    error_kind TEXT CHECK (error_kind IN ('business', 'infrastructure')),
    cause TEXT,
    reason TEXT,
    artifacts TEXT NOT NULL,
    observations TEXT NOT NULL,
    cost_micro_usd BIGINT NOT NULL,
    UNIQUE (task_id, epoch),
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
  )`,
  'CREATE INDEX weaver_attempt_job ON weaver_attempt (job_id, id)',
  `CREATE TABLE weaver_decision (
    id TEXT PRIMARY KEY,
    task_id TEXT NOT NULL REFERENCES weaver_task (id),
    job_id TEXT NOT NULL REFERENCES weaver_job (id),
    attempt_id TEXT REFERENCES weaver_attempt (id),
    trigger_text TEXT NOT NULL,
    policy TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    child_task_ids TEXT NOT NULL,
    decided_at BIGINT NOT NULL
  )`,
  'CREATE INDEX weaver_decision_job ON weaver_decision (job_id, id)',
  `CREATE TABLE weaver_event (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL CHECK (seq >= 1),
    type TEXT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    data TEXT NOT NULL
  )`,
  'CREATE UNIQUE INDEX weaver_event_stream ON weaver_event (stream, seq)',
];

/** Only a parent whose part is over has left its children to themselves. */
const parentsAnswer = [
  "ALTER TABLE weaver_task ADD COLUMN parent_join TEXT CHECK (parent_join IN ('none', 'resume', 'compose'))",
  `UPDATE weaver_task SET parent_join =
    CASE WHEN parent_task_id IN (SELECT id FROM weaver_task WHERE state = 'decomposed') THEN 'none' ELSE 'resume' END
    WHERE parent_task_id IS NOT NULL`,
];

const crashesApart = ['ALTER TABLE weaver_task ADD COLUMN crashes BIGINT NOT NULL DEFAULT 0 CHECK (crashes >= 0)'];

const manyMachines = [
  "ALTER TABLE weaver_task ADD COLUMN route TEXT NOT NULL DEFAULT ''",
  "ALTER TABLE weaver_process ADD COLUMN host TEXT NOT NULL DEFAULT ''",
  'ALTER TABLE weaver_process ADD COLUMN labels TEXT',
  'CREATE TABLE weaver_lock (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until BIGINT NOT NULL)',
  'CREATE INDEX weaver_lock_holder ON weaver_lock (holder)',
  `CREATE TABLE weaver_dispatch (
    task_id TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    namespace TEXT NOT NULL,
    priority BIGINT NOT NULL,
    route TEXT NOT NULL,
    relay_at BIGINT NOT NULL,
    PRIMARY KEY (task_id, epoch)
  )`,
  'CREATE INDEX weaver_dispatch_relay ON weaver_dispatch (namespace, relay_at)',
];

const readyRoutes = "CREATE INDEX weaver_task_route ON weaver_task (namespace, route) WHERE state = 'ready'";

/** The engine's tables. */
export const weaverMigrations: MigrationStream = {
  table: 'weaver_migration',
  migrations: [
    { number: 1, name: 'jobs, tasks, attempts, decisions, events', statements: { sqlite: first, postgres: [] } },
    { number: 2, name: 'a parent answers for its children', statements: { sqlite: parentsAnswer, postgres: [] } },
    { number: 3, name: 'crashes are counted apart', statements: { sqlite: crashesApart, postgres: [] } },
    { number: 4, name: 'the tables of a whole engine', statements: wholeEngine },
    {
      number: 5,
      name: 'routes, locks by lease, dispatches to be sent',
      statements: { sqlite: manyMachines, postgres: [...manyMachines, readyRoutes] },
    },
  ],
};
