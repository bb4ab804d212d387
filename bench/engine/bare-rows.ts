import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { nextId } from './open.ts';

const leaseMs = 30_000;
const type = 'bench.task';

export interface BareTask {
  readonly id: string;
  readonly number: number;
  readonly key: string;
  readonly payload: string;
  readonly epoch: number;
  readonly attemptId: string;
}

/** The statements that write what the engine writes for a task that succeeds at once. */
export class BareStatements {
  readonly owner = nextId();
  readonly insertJob: StatementSync;
  readonly updateJob: StatementSync;
  readonly insertTask: StatementSync;
  readonly readyTasks: StatementSync;
  readonly runTask: StatementSync;
  readonly endTask: StatementSync;
  readonly insertAttempt: StatementSync;
  readonly endAttempt: StatementSync;
  readonly insertStream: StatementSync;
  readonly insertEvent: StatementSync;

  constructor(database: DatabaseSync) {
    this.insertJob = database.prepare(
      `INSERT INTO weaver_job (id, namespace, short_id, title, state, budget, counts, cost_micro_usd, wall_ms, last_seq, sealed, paused,
         has_ready, unmoved, carried_by, created_at)
       VALUES (?, 'default', substr(replace(?, '-', ''), -10), 'Benchmark', 'running', '{}', ?, 0, 0, 0, 1, 0, 1, 0, ?, ?)`,
    );
    this.updateJob = database.prepare(
      'UPDATE weaver_job SET state = ?, counts = ?, last_seq = ?, has_ready = ?, ended_at = ? WHERE id = ?',
    );
    this.insertTask = database.prepare(
      `INSERT INTO weaver_task (id, namespace, job_id, number, generation, ordinal, key, type, payload, priority, budget, epoch, executions,
         failures, leases_lost, crashes, repairs, cost_micro_usd, wall_ms, decompositions, created_at, state, ready_at)
       VALUES (?, 'default', ?, ?, 0, ?, ?, '${type}', '{"schemaVersion":1,"value":null}', 0, '{}', 1, 0, 0, 0, 0, 0, 0, 0, 0, ?, 'ready', ?)`,
    );
    this.readyTasks = database.prepare(
      `SELECT id, number, key, payload, epoch FROM weaver_task WHERE job_id = ? AND state = 'ready'
       ORDER BY priority DESC, ready_at, id LIMIT ?`,
    );
    this.runTask = database.prepare(
      `UPDATE weaver_task SET state = 'running', executions = executions + 1, ready_at = NULL, lease_owner = ?, lease_started_at = ?, lease_until = ?, attempt_id = ?
       WHERE id = ? AND state = 'ready' AND epoch = ?`,
    );
    this.endTask = database.prepare(
      `UPDATE weaver_task SET state = 'succeeded', lease_owner = NULL, lease_started_at = NULL, lease_until = NULL, attempt_id = NULL,
         result = '{"schemaVersion":1,"value":null}', ended_at = ?
       WHERE id = ? AND state = 'running' AND epoch = ?`,
    );
    this.insertAttempt = database.prepare(
      `INSERT INTO weaver_attempt (id, task_id, job_id, epoch, owner, started_at, artifacts, observations, cost_micro_usd)
       VALUES (?, ?, ?, ?, ?, ?, '[]', '[]', 0)`,
    );
    this.endAttempt = database.prepare("UPDATE weaver_attempt SET ended_at = ?, outcome = 'success' WHERE id = ?");
    this.insertStream = database.prepare('INSERT INTO weaver_stream (name) VALUES (?)');
    this.insertEvent = database.prepare(
      'INSERT INTO weaver_event (stream, seq, type, version, at, task, data) VALUES (?, ?, ?, 2, ?, ?, ?)',
    );
    database.prepare('INSERT INTO weaver_process (id, pid, started_at) VALUES (?, ?, ?)').run(this.owner, process.pid, Date.now());
  }
}

/** One job whose tasks are moved by hand. Every method runs inside a transaction of the caller's. */
export class BareJob {
  readonly #id = nextId();
  readonly #statements: BareStatements;
  #stream: number | bigint = 0;
  #seq = 0;
  #ready = 0;
  #running = 0;
  #succeeded = 0;

  constructor(statements: BareStatements) {
    this.#statements = statements;
  }

  submit(tasks: number): void {
    const now = Date.now();
    this.#ready = tasks;
    this.#statements.insertJob.run(this.#id, this.#id, this.#counts(), this.#statements.owner, now);
    this.#stream = this.#statements.insertStream.run(`job:${this.#id}`).lastInsertRowid;
    this.#event('job.submitted', now, null, { jobId: this.#id, title: 'Benchmark', tasks });
    for (let ordinal = 0; ordinal < tasks; ordinal += 1) {
      const taskId = nextId();
      const key = `task-${ordinal}`;
      this.#statements.insertTask.run(taskId, this.#id, ordinal + 1, ordinal, key, now, now);
      this.#event('task.created', now, ordinal + 1, { parentTaskId: null });
    }
  }

  claim(limit: number): readonly BareTask[] {
    const now = Date.now();
    const found = this.#statements.readyTasks.all(this.#id, limit) as unknown as Omit<BareTask, 'attemptId'>[];
    return found.map((task) => this.#claimOne({ ...task, attemptId: nextId() }, now));
  }

  settle(tasks: readonly BareTask[]): void {
    const now = Date.now();
    for (const { id, number, epoch, attemptId } of tasks) {
      this.#statements.endAttempt.run(now, attemptId);
      this.#statements.endTask.run(now, id, epoch);
      this.#event('task.state', now, number, { state: 'succeeded', reason: 'Succeeded' });
    }
    this.#running -= tasks.length;
    this.#succeeded += tasks.length;
  }

  /** Writes the row of the job as it stands. */
  store(): void {
    const ended = this.#ready + this.#running === 0;
    const now = Date.now();
    if (ended) this.#event('job.state', now, null, { jobId: this.#id, state: 'completed', reason: 'All tasks have succeeded' });
    this.#statements.updateJob.run(
      ended ? 'completed' : 'running',
      this.#counts(),
      this.#seq,
      Number(this.#ready > 0),
      ended ? now : null,
      this.#id,
    );
  }

  #claimOne(task: BareTask, now: number): BareTask {
    const { owner } = this.#statements;
    const { id, number, epoch, attemptId } = task;
    this.#statements.runTask.run(owner, now, now + leaseMs, attemptId, id, epoch);
    this.#statements.insertAttempt.run(attemptId, id, this.#id, epoch, owner, now);
    this.#event('task.started', now, number, { attemptId, epoch });
    this.#ready -= 1;
    this.#running += 1;
    return task;
  }

  #event(name: string, at: number, task: number | null, data: unknown): void {
    this.#seq += 1;
    this.#statements.insertEvent.run(this.#stream, this.#seq, name, at, task, JSON.stringify(data));
  }

  #counts(): string {
    return JSON.stringify({ ready: this.#ready, running: this.#running, succeeded: this.#succeeded });
  }
}
