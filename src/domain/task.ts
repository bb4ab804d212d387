import type { AttemptId, JobId, ProcessId, TaskId } from './ids.ts';
import type { Budget } from './job.ts';
import type { ConcurrencyLimit } from './limits.ts';
import type { Route } from './needs.ts';
import type { Join, Need } from './outcome.ts';
import type { StoredJson } from './task-type.ts';

/** See `transition` in transition.ts; nothing else changes a state. */
export const taskStates = ['pending', 'ready', 'running', 'succeeded', 'dead', 'decomposed', 'cancelled', 'skipped'] as const;
export type TaskState = (typeof taskStates)[number];

/** States that change again only by the hand of an operator (see `revived`). */
export const endStates = ['succeeded', 'dead', 'decomposed', 'cancelled', 'skipped'] as const;

/** What a pending task waits for. Times are epoch ms. */
export type Waiting =
  /** `left` dependencies are not met yet. */
  | { readonly reason: 'deps'; readonly left: number }
  /** `left` children of its last decomposition have not ended yet. */
  | {
      readonly reason: 'children';
      readonly join: 'resume' | 'compose';
      readonly left: number;
      /** With `resume`: replaces the payload when the task goes on. */
      readonly nextPayload: StoredJson | undefined;
    }
  /** A retry at `until`. A clock that says a time before `since` has gone back: the wait is over. */
  | { readonly reason: 'backoff'; readonly since: number; readonly until: number }
  | { readonly reason: 'person' | 'event' | 'budget' | 'deadline'; readonly since: number; readonly need: Need }
  /** A task that writes a payload which can be decoded. */
  | { readonly reason: 'repair'; readonly by: TaskId }
  /** A place under a limit that holds over all processes. */
  | { readonly reason: 'capacity'; readonly limit: ConcurrencyLimit }
  /** Somebody has paused the job. */
  | { readonly reason: 'paused' };

export type WaitingReason = Waiting['reason'];

/** The right to execute one task until `until`, fenced by the task's epoch. */
export interface Lease {
  readonly owner: ProcessId;
  readonly attemptId: AttemptId;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Epoch ms; moved on by the heartbeat. */
  readonly until: number;
  /** The heartbeat never moves `until` past this; undefined means no limit. */
  readonly limit: number | undefined;
}

/** An answer that was given to a blocked task. */
export interface StoredAnswer {
  readonly signal: string;
  readonly payload: unknown;
  readonly by: string;
  readonly at: number;
  /** When the wait began that it ended; absent in answers that an older version stored. */
  readonly since?: number;
}

/** What is true of a task in every state. */
export interface TaskCommon {
  readonly id: TaskId;
  readonly jobId: JobId;
  /** Its place among the tasks of its job in the order of their creation, from 1. */
  readonly number: number;
  readonly parentTaskId: TaskId | undefined;
  /** How its parent goes on with it, see {@link isAnsweredFor}; undefined without a parent. */
  readonly parentJoin: Join | undefined;
  /** Which decomposition of its parent it was born in, from 1; 0 without a parent, and for one that repairs its parent's payload. */
  readonly generation: number;
  /** Place among those it was submitted or proposed with. */
  readonly ordinal: number;
  readonly key: string;
  readonly type: string;
  readonly payload: StoredJson;
  readonly priority: number;
  readonly concurrencyKey: string | undefined;
  /** What it needs of whoever executes it. */
  readonly route: Route;
  /** With what it inherited already filled in. */
  readonly budget: Budget;
  /** Rises whenever the task becomes ready; the fencing token of whoever executes it. */
  readonly epoch: number;
  /** How often it was handed out, for whatever reason. */
  readonly executions: number;
  /** Executions that failed; with `leasesLost` what the attempts budget limits. What a dying process took with it counts as neither. */
  readonly failures: number;
  readonly leasesLost: number;
  /** Executions in a row whose process died in the middle of them; the first that comes to an outcome sets it back to 0. */
  readonly crashes: number;
  /** How often its payload was sent to be repaired. */
  readonly repairs: number;
  readonly costMicroUsd: number;
  /** Of all its executions, in ms. */
  readonly wallMs: number;
  /** How often it was decomposed; the children of the last time carry this as their generation. */
  readonly decompositions: number;
  /** The answer to its last wait; forgotten when it waits or decomposes again. */
  readonly answer: StoredAnswer | undefined;
  readonly createdAt: number;
}

/** A task; each state carries only what is true in it. */
export type Task = TaskCommon &
  (
    | { readonly state: 'pending'; readonly waiting: Waiting }
    | { readonly state: 'ready'; readonly readyAt: number }
    | { readonly state: 'running'; readonly lease: Lease }
    | { readonly state: 'succeeded'; readonly result: StoredJson; readonly endedAt: number }
    | { readonly state: 'decomposed'; readonly endedAt: number }
    | { readonly state: 'dead' | 'cancelled' | 'skipped'; readonly reason: string; readonly endedAt: number }
  );

export type TaskIn<State extends TaskState> = Extract<Task, { readonly state: State }>;

/** What an execution used up, counted when it is over. */
export interface Used {
  readonly failures: 0 | 1;
  readonly leasesLost: 0 | 1;
  readonly crashes: 0 | 1;
  readonly costMicroUsd: number;
  readonly wallMs: number;
}

/** For a change that no execution precedes. */
export const nothingUsed: Used = { failures: 0, leasesLost: 0, crashes: 0, costMicroUsd: 0, wallMs: 0 };

/** Whether the task is in a state that changes again only by the hand of an operator. */
export function hasEnded(task: Task): task is TaskIn<(typeof endStates)[number]> {
  return (endStates as readonly TaskState[]).includes(task.state);
}

/**
 * Whether its parent answers for how it ends: one that goes on (`resume`) or ends (`compose`) with its children's results at
 * hand has taken a death into account, and dies itself where it cannot.
 */
export function isAnsweredFor(task: Pick<TaskCommon, 'parentJoin'>): boolean {
  return task.parentJoin === 'resume' || task.parentJoin === 'compose';
}

/** When the wait of a task is over by itself, epoch ms; undefined when only somebody or something else ends it. */
export function waitEnds(waiting: Waiting): number | undefined {
  if ('need' in waiting) return waiting.need.until;
  return waiting.reason === 'backoff' ? waiting.until : undefined;
}

/** Whether the wait is over by itself. A clock that says a time before the wait began has gone back, and cannot tell. */
export function isDue(waiting: Waiting, now: number): boolean {
  const until = waitEnds(waiting);
  return until !== undefined && (until <= now || ('since' in waiting && waiting.since > now));
}
