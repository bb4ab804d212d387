/**
 * The tables anew, as a whole engine needs them: namespaces, pauses, open jobs, limits, effects, waits that end by themselves. Checks on
 * lists are written as chains of `OR`, since `IN` with three values or more builds a table each time a row is written (measured: half
 * of all the time that SQLite takes to write a task).
 */
const job = `CREATE TABLE weaver_job (
  id TEXT PRIMARY KEY,
  namespace TEXT NOT NULL,
  short_id TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state = 'running' OR state = 'waiting' OR state = 'paused' OR state = 'completed' OR state = 'failed'
    OR state = 'cancelled' OR state = 'stuck'),
  group_key TEXT,
  exclusive_key TEXT,
  idempotency_key TEXT,
  attributes TEXT,
  budget TEXT NOT NULL,
  counts TEXT NOT NULL,
  has_ready BIGINT NOT NULL CHECK (has_ready = 0 OR has_ready = 1),
  unmoved BIGINT NOT NULL CHECK (unmoved = 0 OR unmoved = 1),
  cost_micro_usd BIGINT NOT NULL,
  wall_ms BIGINT NOT NULL CHECK (wall_ms >= 0),
  last_seq BIGINT NOT NULL CHECK (last_seq >= 0),
  carried_by TEXT REFERENCES weaver_process (id),
  sealed BIGINT NOT NULL CHECK (sealed = 0 OR sealed = 1),
  paused BIGINT NOT NULL CHECK (paused = 0 OR paused = 1),
  paused_reason TEXT CHECK (paused_reason IS NULL OR paused = 1),
  cancel_reason TEXT,
  cancelled_at BIGINT,
  created_at BIGINT NOT NULL,
  ended_at BIGINT,
  CHECK ((cancelled_at IS NULL) = (cancel_reason IS NULL)),
  CHECK ((ended_at IS NULL) = (state = 'running' OR state = 'waiting' OR state = 'paused'))
)`;

/** The payload comes last: what lies behind a long text is found only by going through it. */
const task = `CREATE TABLE weaver_task (
  id TEXT PRIMARY KEY,
  namespace TEXT NOT NULL,
  job_id TEXT NOT NULL REFERENCES weaver_job (id),
  number BIGINT NOT NULL CHECK (number >= 1),
  parent_task_id TEXT REFERENCES weaver_task (id),
  parent_join TEXT CHECK (parent_join IS NULL OR parent_join = 'none' OR parent_join = 'resume' OR parent_join = 'compose'),
  generation BIGINT NOT NULL,
  ordinal BIGINT NOT NULL,
  key TEXT NOT NULL,
  type TEXT NOT NULL,
  priority BIGINT NOT NULL,
  concurrency_key TEXT,
  budget TEXT NOT NULL,
  epoch BIGINT NOT NULL CHECK (epoch >= 0),
  executions BIGINT NOT NULL CHECK (executions >= 0),
  failures BIGINT NOT NULL CHECK (failures >= 0),
  leases_lost BIGINT NOT NULL CHECK (leases_lost >= 0),
  crashes BIGINT NOT NULL CHECK (crashes >= 0),
  repairs BIGINT NOT NULL CHECK (repairs >= 0),
  cost_micro_usd BIGINT NOT NULL CHECK (cost_micro_usd >= 0),
  wall_ms BIGINT NOT NULL CHECK (wall_ms >= 0),
  decompositions BIGINT NOT NULL CHECK (decompositions >= 0),
  answer TEXT,
  created_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  waiting_reason TEXT CHECK (waiting_reason IS NULL OR waiting_reason = 'deps' OR waiting_reason = 'children'
    OR waiting_reason = 'backoff' OR waiting_reason = 'person' OR waiting_reason = 'event' OR waiting_reason = 'repair'
    OR waiting_reason = 'budget' OR waiting_reason = 'deadline' OR waiting_reason = 'capacity' OR waiting_reason = 'paused'),
  waiting TEXT,
  held_by TEXT,
  wait_since BIGINT,
  ready_at BIGINT,
  run_at BIGINT,
  lease_owner TEXT REFERENCES weaver_process (id),
  lease_started_at BIGINT,
  lease_until BIGINT,
  lease_limit BIGINT,
  attempt_id TEXT,
  result TEXT,
  reason TEXT,
  ended_at BIGINT,
  payload TEXT NOT NULL,
  CHECK (CASE state
    WHEN 'pending' THEN waiting_reason IS NOT NULL AND waiting IS NOT NULL AND ended_at IS NULL
    WHEN 'ready' THEN ready_at IS NOT NULL AND ended_at IS NULL
    WHEN 'running' THEN lease_owner IS NOT NULL AND lease_until IS NOT NULL AND attempt_id IS NOT NULL AND ended_at IS NULL
    WHEN 'succeeded' THEN result IS NOT NULL AND ended_at IS NOT NULL
    WHEN 'decomposed' THEN ended_at IS NOT NULL
    WHEN 'dead' THEN reason IS NOT NULL AND ended_at IS NOT NULL
    WHEN 'cancelled' THEN reason IS NOT NULL AND ended_at IS NOT NULL
    WHEN 'skipped' THEN reason IS NOT NULL AND ended_at IS NOT NULL
    ELSE FALSE END),
  CHECK (waiting_reason IS NULL OR state = 'pending'),
  CHECK (ready_at IS NULL OR state = 'ready'),
  CHECK (lease_owner IS NULL OR state = 'running'),
  CHECK (result IS NULL OR state = 'succeeded'),
  CHECK (waiting_reason IS NULL OR waiting_reason <> 'backoff' OR run_at IS NOT NULL),
  CHECK (waiting_reason IS NULL OR waiting_reason <> 'capacity' OR held_by IS NOT NULL)
)`;

const attempt = `CREATE TABLE weaver_attempt (
  id TEXT PRIMARY KEY,
  task_id TEXT NOT NULL REFERENCES weaver_task (id),
  job_id TEXT NOT NULL REFERENCES weaver_job (id),
  epoch BIGINT NOT NULL,
  owner TEXT NOT NULL REFERENCES weaver_process (id),
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  outcome TEXT CHECK (outcome IS NULL OR outcome = 'success' OR outcome = 'failure' OR outcome = 'blocked' OR outcome = 'error'
    OR outcome = 'released' OR outcome = 'cancelled'),
  error_kind TEXT CHECK (error_kind IS NULL OR error_kind = 'business' OR error_kind = 'infrastructure'),
  cause TEXT,
  reason TEXT,
  artifacts TEXT NOT NULL,
  observations TEXT NOT NULL,
  cost_micro_usd BIGINT NOT NULL,
  UNIQUE (task_id, epoch),
  CHECK ((ended_at IS NULL) = (outcome IS NULL))
)`;

const stream = `CREATE TABLE weaver_stream (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
)`;

/**
 * Positions rise: the last event is never removed. The task is a number of its job's, which is the stream's, and its name is not
 * repeated: with both written out, events were a third of the whole database.
 */
const event = `CREATE TABLE weaver_event (
  position INTEGER PRIMARY KEY,
  stream BIGINT NOT NULL REFERENCES weaver_stream (number),
  seq BIGINT NOT NULL CHECK (seq >= 1),
  type TEXT NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  task BIGINT,
  data TEXT NOT NULL
)`;

/**
 * Numbers are given out before they are committed, and a transaction that began earlier may commit later: what a reader of all streams
 * goes by is the transaction that wrote a row, of which it sees only those that are older than every one that still runs. The number of
 * the stream comes from its row, with the same statement.
 */
const postgresEvent = `CREATE TABLE weaver_event (
  position BIGINT GENERATED BY DEFAULT AS IDENTITY,
  stream BIGINT NOT NULL,
  seq BIGINT NOT NULL CHECK (seq >= 1),
  type TEXT NOT NULL,
  version BIGINT NOT NULL,
  at BIGINT NOT NULL,
  task BIGINT,
  data TEXT NOT NULL,
  written_in XID8 NOT NULL DEFAULT pg_current_xact_id(),
  PRIMARY KEY (stream, seq)
)`;

const limit = `CREATE TABLE weaver_limit (
  namespace TEXT NOT NULL,
  limited TEXT NOT NULL CHECK (limited = 'type' OR limited = 'key'),
  name TEXT NOT NULL,
  most BIGINT NOT NULL CHECK (most >= 0),
  PRIMARY KEY (namespace, limited, name)
)`;

const effect = `CREATE TABLE weaver_effect (
  key TEXT PRIMARY KEY,
  task_id TEXT NOT NULL REFERENCES weaver_task (id),
  intended_at BIGINT NOT NULL,
  done_at BIGINT,
  result TEXT,
  CHECK ((done_at IS NULL) = (result IS NULL))
)`;

const indexes = [
  'CREATE INDEX weaver_job_short_id ON weaver_job (short_id)',
  'CREATE UNIQUE INDEX weaver_job_idempotency_key ON weaver_job (namespace, idempotency_key) WHERE idempotency_key IS NOT NULL',
  `CREATE UNIQUE INDEX weaver_job_exclusive_key ON weaver_job (namespace, exclusive_key)
    WHERE exclusive_key IS NOT NULL AND ended_at IS NULL`,
  'CREATE INDEX weaver_job_created ON weaver_job (namespace, created_at, id)',
  'CREATE INDEX weaver_job_group ON weaver_job (group_key, created_at, id)',
  'CREATE INDEX weaver_job_open ON weaver_job (namespace, carried_by, has_ready DESC, id) WHERE ended_at IS NULL',
  'CREATE INDEX weaver_job_unmoved ON weaver_job (namespace, id) WHERE unmoved = 1',
  'CREATE UNIQUE INDEX weaver_task_number ON weaver_task (job_id, number)',
  'CREATE INDEX weaver_task_parent ON weaver_task (parent_task_id, generation, ordinal) WHERE parent_task_id IS NOT NULL',
  "CREATE INDEX weaver_task_ready ON weaver_task (job_id, priority DESC, ready_at, id) WHERE state = 'ready'",
  "CREATE INDEX weaver_task_lease ON weaver_task (namespace, lease_owner, lease_until) WHERE state = 'running'",
  'CREATE INDEX weaver_task_due ON weaver_task (namespace, run_at) WHERE run_at IS NOT NULL',
  'CREATE INDEX weaver_task_since ON weaver_task (namespace, wait_since) WHERE wait_since IS NOT NULL',
  'CREATE INDEX weaver_task_held ON weaver_task (namespace, held_by, priority DESC, id, job_id) WHERE held_by IS NOT NULL',
  'CREATE INDEX weaver_attempt_job ON weaver_attempt (job_id, started_at)',
  'CREATE INDEX weaver_decision_task ON weaver_decision (task_id, epoch)',
  'CREATE UNIQUE INDEX weaver_event_stream ON weaver_event (stream, seq)',
];

const renewed = ['weaver_job', 'weaver_task', 'weaver_attempt', 'weaver_event'];
const jobColumns = `id, short_id, title, state, group_key, exclusive_key, idempotency_key, attributes, budget, counts, cost_micro_usd,
  carried_by, cancel_reason, cancelled_at, created_at, ended_at`;
const taskColumns = `id, job_id, parent_task_id, parent_join, generation, ordinal, key, type, payload, priority, concurrency_key, budget,
  epoch, executions, failures, leases_lost, crashes, cost_micro_usd, decompositions, answer, created_at, state, waiting_reason, waiting,
  ready_at, run_at, lease_owner, lease_until, lease_limit, attempt_id, result, reason, ended_at`;

/** Tables that PostgreSQL, which never had older ones, gets with the rest. */
const process = `CREATE TABLE weaver_process (
  id TEXT PRIMARY KEY,
  namespace TEXT NOT NULL,
  pid BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT
)`;

const dependency = `CREATE TABLE weaver_dependency (
  task_id TEXT NOT NULL REFERENCES weaver_task (id),
  ordinal BIGINT NOT NULL,
  on_task_id TEXT NOT NULL REFERENCES weaver_task (id),
  until TEXT NOT NULL CHECK (until = 'succeeded' OR until = 'settled'),
  PRIMARY KEY (task_id, ordinal)
)`;

const decision = `CREATE TABLE weaver_decision (
  id TEXT PRIMARY KEY,
  task_id TEXT NOT NULL REFERENCES weaver_task (id),
  job_id TEXT NOT NULL REFERENCES weaver_job (id),
  attempt_id TEXT REFERENCES weaver_attempt (id),
  trigger_text TEXT NOT NULL,
  policy TEXT NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  child_task_ids TEXT NOT NULL,
  decided_at BIGINT NOT NULL,
  epoch BIGINT NOT NULL
)`;

/** Of each connection that writes, how many transactions it has begun: what it says is committed with them, or lost with them. */
const connection = `CREATE TABLE weaver_connection (
  id TEXT PRIMARY KEY,
  transactions BIGINT NOT NULL,
  used_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 10)`;

/** Times that are reckoned with durations may have fractions, which SQLite keeps in any column. */
function withFractions(table: string): string {
  return table.replaceAll(/\b(wall_ms|wait_since|run_at|lease_started_at|lease_until|lease_limit) BIGINT\b/g, '$1 DOUBLE PRECISION');
}

/** A job that is named beside one of its tasks is there if the task is: looking for it costs a tenth of what writing the row does. */
function withoutJob(table: string): string {
  return table.replace(' REFERENCES weaver_job (id)', '');
}

/** The tables of a whole engine where there was none. */
const postgres: readonly string[] = [
  process,
  withFractions(job),
  withFractions(task),
  dependency,
  withoutJob(attempt),
  withoutJob(decision),
  stream,
  postgresEvent,
  limit,
  effect,
  connection,
  'CREATE INDEX weaver_process_living ON weaver_process (started_at) WHERE ended_at IS NULL',
  'CREATE INDEX weaver_dependency_on ON weaver_dependency (on_task_id)',
  'CREATE INDEX weaver_decision_job ON weaver_decision (job_id, id)',
  "CREATE INDEX weaver_task_next ON weaver_task (namespace, priority DESC, ready_at, id) WHERE state = 'ready'",
  'CREATE INDEX weaver_event_written ON weaver_event (written_in, position)',
  ...indexes.filter((index) => !index.includes('weaver_event_stream')),
];

/** Copies, drops and makes again: renaming a table does not go together with views that refer to it. */
const sqlite: readonly string[] = [
  ...renewed.flatMap((table) => [`CREATE TABLE old_${table} AS SELECT * FROM ${table}`, `DROP TABLE ${table}`]),
  "ALTER TABLE weaver_process ADD COLUMN namespace TEXT NOT NULL DEFAULT 'default'",
  'ALTER TABLE weaver_decision ADD COLUMN epoch BIGINT NOT NULL DEFAULT 0',
  job,
  task,
  attempt,
  stream,
  event,
  limit,
  effect,
  `INSERT INTO weaver_job (${jobColumns}, namespace, has_ready, unmoved, wall_ms, last_seq, sealed, paused)
    SELECT ${jobColumns}, 'default', coalesce(json_extract(counts, '$.ready'), 0) > 0, 0, 0, (SELECT coalesce(max(seq), 0) FROM old_weaver_event WHERE stream = 'job:' || old_weaver_job.id), 1, 0
    FROM old_weaver_job`,
  `INSERT INTO weaver_task (${taskColumns}, namespace, number, repairs, wall_ms, lease_started_at)
    SELECT ${taskColumns}, 'default', row_number() OVER (PARTITION BY job_id ORDER BY id), 0, 0, lease_until FROM old_weaver_task`,
  'INSERT INTO weaver_attempt SELECT * FROM old_weaver_attempt',
  'INSERT INTO weaver_stream (name) SELECT DISTINCT stream FROM old_weaver_event',
  `INSERT INTO weaver_event (position, stream, seq, type, version, at, data)
    SELECT position, (SELECT number FROM weaver_stream WHERE name = old_weaver_event.stream), seq, type, version, at, data
    FROM old_weaver_event`,
  `UPDATE weaver_decision SET epoch =
    coalesce((SELECT epoch FROM weaver_attempt WHERE weaver_attempt.id = weaver_decision.attempt_id), 0)`,
  ...renewed.map((table) => `DROP TABLE old_${table}`),
  ...indexes,
];

export const wholeEngine = { sqlite, postgres };
