import type { Generated } from 'kysely';
import type { StoredText } from '../packed-text.ts';

/** Rows as they lie in the tables. Times are epoch ms; `Json` columns hold JSON text, `LongJson` columns may hold it packed. */
type Json = string;
type LongJson = StoredText;

export interface JobTable {
  readonly id: string;
  readonly namespace: string;
  readonly short_id: string;
  readonly title: string;
  readonly state: string;
  readonly group_key: string | null;
  readonly exclusive_key: string | null;
  readonly idempotency_key: string | null;
  readonly attributes: LongJson | null;
  readonly budget: Json;
  readonly counts: Json;
  /** 0 or 1: `hasStartable` of the domain. */
  readonly has_ready: number;
  /** 0 or 1: `unmoved` of the domain. */
  readonly unmoved: number;
  readonly cost_micro_usd: number;
  readonly wall_ms: number;
  readonly last_seq: number;
  readonly carried_by: string | null;
  /** 0 or 1, and so is `paused`. */
  readonly sealed: number;
  readonly paused: number;
  readonly paused_reason: string | null;
  readonly cancel_reason: string | null;
  readonly cancelled_at: number | null;
  readonly created_at: number;
  readonly ended_at: number | null;
}

export interface TaskTable {
  readonly id: string;
  readonly namespace: string;
  readonly job_id: string;
  readonly number: number;
  readonly parent_task_id: string | null;
  readonly parent_join: string | null;
  readonly generation: number;
  readonly ordinal: number;
  readonly key: string;
  readonly type: string;
  readonly payload: LongJson;
  readonly priority: number;
  readonly concurrency_key: string | null;
  readonly route: string;
  readonly budget: Json;
  readonly epoch: number;
  readonly executions: number;
  readonly failures: number;
  readonly leases_lost: number;
  readonly crashes: number;
  readonly repairs: number;
  readonly cost_micro_usd: number;
  readonly wall_ms: number;
  readonly decompositions: number;
  readonly answer: Json | null;
  readonly created_at: number;
  readonly state: string;
  readonly waiting_reason: string | null;
  readonly waiting: Json | null;
  /** The name of the limit that holds it back. */
  readonly held_by: string | null;
  /** When the wait began that is over at `run_at`. */
  readonly wait_since: number | null;
  readonly ready_at: number | null;
  readonly run_at: number | null;
  readonly lease_owner: string | null;
  readonly lease_started_at: number | null;
  readonly lease_until: number | null;
  readonly lease_limit: number | null;
  readonly attempt_id: string | null;
  readonly result: LongJson | null;
  readonly reason: string | null;
  readonly ended_at: number | null;
}

export interface DependencyTable {
  readonly task_id: string;
  readonly ordinal: number;
  readonly on_task_id: string;
  readonly until: string;
}

export interface AttemptTable {
  readonly id: string;
  readonly task_id: string;
  readonly job_id: string;
  readonly epoch: number;
  readonly owner: string;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly outcome: string | null;
  readonly error_kind: string | null;
  readonly cause: string | null;
  readonly reason: string | null;
  readonly artifacts: Json;
  readonly observations: LongJson;
  readonly cost_micro_usd: number;
}

export interface DecisionTable {
  readonly id: string;
  readonly task_id: string;
  readonly job_id: string;
  readonly attempt_id: string | null;
  readonly epoch: number;
  readonly trigger_text: string;
  readonly policy: string;
  readonly kind: string;
  readonly reason: string;
  readonly child_task_ids: LongJson;
  readonly decided_at: number;
}

/** Streams by name; events refer to them by number, since a name is as long as the rest of an event. */
export interface StreamTable {
  readonly number: Generated<number>;
  readonly name: string;
}

export interface EventTable {
  readonly position: Generated<number>;
  /** The number of its stream. */
  readonly stream: number;
  readonly seq: number;
  readonly type: string;
  readonly version: number;
  readonly at: number;
  /** The number of the task in its job which it is about, if it is about one. */
  readonly task: number | null;
  /** Without what the task's own row says. */
  readonly data: Json;
}

export interface LimitTable {
  readonly namespace: string;
  readonly limited: string;
  readonly name: string;
  readonly most: number;
}

export interface EffectTable {
  readonly key: string;
  readonly task_id: string;
  readonly intended_at: number;
  readonly done_at: number | null;
  readonly result: LongJson | null;
}

export interface ProcessTable {
  readonly id: string;
  readonly namespace: string;
  readonly pid: number;
  readonly host: string;
  /** A list of what it has; null for one that takes everything. */
  readonly labels: Json | null;
  readonly started_at: number;
  readonly ended_at: number | null;
}

export interface WeaverSchema {
  readonly weaver_job: JobTable;
  readonly weaver_task: TaskTable;
  readonly weaver_dependency: DependencyTable;
  readonly weaver_attempt: AttemptTable;
  readonly weaver_decision: DecisionTable;
  readonly weaver_stream: StreamTable;
  readonly weaver_event: EventTable;
  readonly weaver_process: ProcessTable;
  readonly weaver_limit: LimitTable;
  readonly weaver_effect: EffectTable;
}
