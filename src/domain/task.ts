import type { AttemptId, JobId, ProcessId, TaskId } from './ids.ts';
import type { Budget } from './job.ts';
import type { Join, Need } from './outcome.ts';
import type { StoredJson } from './task-type.ts';

/** See {@link transition}; nothing else changes a state. */
export type TaskState = 'pending' | 'ready' | 'running' | 'succeeded' | 'dead' | 'decomposed' | 'cancelled' | 'skipped';

/** States that never change again. */
export const endStates = ['succeeded', 'dead', 'decomposed', 'cancelled', 'skipped'] as const;

/** What a pending task waits for. */
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
  /** A retry at `until` (epoch ms). */
  | { readonly reason: 'backoff'; readonly until: number }
  | { readonly reason: 'person' | 'event'; readonly need: Need };

export type WaitingReason = Waiting['reason'];

/** The right to execute one task until `until`, fenced by the task's epoch. */
export interface Lease {
  readonly owner: ProcessId;
  readonly attemptId: AttemptId;
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
}

/** What is true of a task in every state. */
export interface TaskCommon {
  readonly id: TaskId;
  readonly jobId: JobId;
  readonly parentTaskId: TaskId | undefined;
  /** How its parent goes on with it, see {@link isAnsweredFor}; undefined without a parent. */
  readonly parentJoin: Join | undefined;
  /** Which decomposition of its parent it was born in, from 1; 0 without a parent. */
  readonly generation: number;
  /** Place among those it was submitted or proposed with. */
  readonly ordinal: number;
  readonly key: string;
  readonly type: string;
  readonly payload: StoredJson;
  readonly priority: number;
  readonly concurrencyKey: string | undefined;
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
  readonly costMicroUsd: number;
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
}

/** How a task with join `compose` ends once its last child has ended. */
export type Composition = { readonly kind: 'succeeded'; readonly result: StoredJson } | { readonly kind: 'dead'; readonly reason: string };

/** Everything that can happen to a task. */
export type TaskChange =
  | { readonly type: 'dependencyMet' }
  /** The backoff is over. */
  | { readonly type: 'due' }
  | { readonly type: 'claimed'; readonly lease: Lease }
  | { readonly type: 'succeeded'; readonly result: StoredJson; readonly used: Used }
  | { readonly type: 'retried'; readonly delayMs: number; readonly used: Used }
  | { readonly type: 'died'; readonly reason: string; readonly used: Used }
  | { readonly type: 'decomposed'; readonly used: Used }
  | {
      readonly type: 'joined';
      readonly join: 'resume' | 'compose';
      readonly children: number;
      readonly nextPayload: StoredJson | undefined;
      readonly used: Used;
    }
  | { readonly type: 'blocked'; readonly need: Need; readonly used: Used }
  | { readonly type: 'answered'; readonly answer: StoredAnswer }
  /** `composition` is needed for the last child of a `compose`. */
  | { readonly type: 'childEnded'; readonly composition: Composition | undefined }
  /** The lease was given back unused. */
  | { readonly type: 'released' }
  | { readonly type: 'cancelled'; readonly reason: string }
  | { readonly type: 'skipped'; readonly reason: string };

export type Transition = { readonly kind: 'moved'; readonly task: Task } | { readonly kind: 'impossible'; readonly why: string };

/**
 * The state machine. The only place where a task's state changes; pure.
 * @param now epoch ms.
 */
export function transition(task: Task, change: TaskChange, now: number): Transition {
  switch (change.type) {
    case 'dependencyMet':
      if (task.state !== 'pending' || task.waiting.reason !== 'deps') return impossible(task, change);
      if (task.waiting.left > 1)
        return moved({ ...common(task), state: 'pending', waiting: { reason: 'deps', left: task.waiting.left - 1 } });
      return moved(ready(task, now));
    case 'due':
      return task.state === 'pending' && task.waiting.reason === 'backoff' ? moved(ready(task, now)) : impossible(task, change);
    case 'claimed':
      if (task.state !== 'ready') return impossible(task, change);
      return moved({ ...common(task), executions: task.executions + 1, state: 'running', lease: change.lease });
    case 'succeeded':
      if (task.state !== 'running') return impossible(task, change);
      return moved({ ...charged(task, change.used), state: 'succeeded', result: change.result, endedAt: now });
    case 'retried':
      if (task.state !== 'running') return impossible(task, change);
      if (change.delayMs <= 0) return moved(ready(charged(task, change.used), now));
      return moved({ ...charged(task, change.used), state: 'pending', waiting: { reason: 'backoff', until: now + change.delayMs } });
    case 'died':
      if (task.state !== 'running' && task.state !== 'ready') return impossible(task, change);
      return moved({ ...charged(task, change.used), state: 'dead', reason: change.reason, endedAt: now });
    case 'decomposed':
      if (task.state !== 'running') return impossible(task, change);
      return moved({ ...decomposedOnce(task, change.used), state: 'decomposed', endedAt: now });
    case 'joined':
      if (task.state !== 'running') return impossible(task, change);
      return moved({
        ...decomposedOnce(task, change.used),
        state: 'pending',
        waiting: { reason: 'children', join: change.join, left: change.children, nextPayload: change.nextPayload },
      });
    case 'blocked':
      if (task.state !== 'running') return impossible(task, change);
      return moved({
        ...charged(task, change.used),
        answer: undefined,
        state: 'pending',
        waiting: { reason: change.need.from, need: change.need },
      });
    case 'answered':
      if (task.state !== 'pending' || !('need' in task.waiting) || task.waiting.need.signal !== change.answer.signal) {
        return impossible(task, change);
      }
      return moved(ready({ ...common(task), answer: change.answer }, now));
    case 'childEnded':
      return task.state === 'pending' && task.waiting.reason === 'children'
        ? childEnded(task, task.waiting, change.composition, now)
        : impossible(task, change);
    case 'released':
      return task.state === 'running' ? moved(ready(task, now)) : impossible(task, change);
    case 'cancelled':
      return hasEnded(task)
        ? impossible(task, change)
        : moved({ ...common(task), state: 'cancelled', reason: change.reason, endedAt: now });
    case 'skipped':
      if (task.state !== 'pending' || task.waiting.reason !== 'deps') return impossible(task, change);
      return moved({ ...common(task), state: 'skipped', reason: change.reason, endedAt: now });
  }
}

/** Whether the task is in a state that never changes again. */
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

function childEnded(
  task: Task,
  waiting: Extract<Waiting, { readonly reason: 'children' }>,
  composition: Composition | undefined,
  now: number,
): Transition {
  if (waiting.left > 1) return moved({ ...common(task), state: 'pending', waiting: { ...waiting, left: waiting.left - 1 } });
  if (waiting.join === 'resume') {
    const payload = waiting.nextPayload ?? task.payload;
    return moved(ready({ ...common(task), payload }, now));
  }
  if (composition === undefined) return { kind: 'impossible', why: 'The last child of a composed task needs its composition.' };
  if (composition.kind === 'dead') return moved({ ...common(task), state: 'dead', reason: composition.reason, endedAt: now });
  return moved({ ...common(task), state: 'succeeded', result: composition.result, endedAt: now });
}

function ready(task: TaskCommon, now: number): Task {
  return { ...common(task), epoch: task.epoch + 1, state: 'ready', readyAt: now };
}

/** What is counted of a task once an execution is over. */
export function charged(task: TaskCommon, used: Used): TaskCommon {
  return {
    ...common(task),
    failures: task.failures + used.failures,
    leasesLost: task.leasesLost + used.leasesLost,
    crashes: crashesAfter(task, used),
    costMicroUsd: task.costMicroUsd + used.costMicroUsd,
  };
}

/** An execution whose lease ran out has come to no outcome, and its process has not died. */
function crashesAfter(task: TaskCommon, used: Used): number {
  if (used.crashes === 1) return task.crashes + 1;
  return used.leasesLost === 1 ? task.crashes : 0;
}

function decomposedOnce(task: TaskCommon, used: Used): TaskCommon {
  return { ...charged(task, used), decompositions: task.decompositions + 1, answer: undefined };
}

/** Leaves out what was true only in the state that is left. */
function common(task: TaskCommon): TaskCommon {
  return {
    id: task.id,
    jobId: task.jobId,
    parentTaskId: task.parentTaskId,
    parentJoin: task.parentJoin,
    generation: task.generation,
    ordinal: task.ordinal,
    key: task.key,
    type: task.type,
    payload: task.payload,
    priority: task.priority,
    concurrencyKey: task.concurrencyKey,
    budget: task.budget,
    epoch: task.epoch,
    executions: task.executions,
    failures: task.failures,
    leasesLost: task.leasesLost,
    crashes: task.crashes,
    costMicroUsd: task.costMicroUsd,
    decompositions: task.decompositions,
    answer: task.answer,
    createdAt: task.createdAt,
  };
}

function moved(task: Task): Transition {
  return { kind: 'moved', task };
}

function impossible(task: Task, change: TaskChange): Transition {
  const state = task.state === 'pending' ? `pending (${task.waiting.reason})` : task.state;
  return { kind: 'impossible', why: `Task ${task.key} is ${state}: «${change.type}» cannot happen to it.` };
}
