import type { AttemptId, JobId, ProcessId, TaskId } from './ids.ts';
import type { Budget } from './job.ts';
import type { ConcurrencyLimit } from './limits.ts';
import type { Join, Need } from './outcome.ts';
import type { StoredJson } from './task-type.ts';
import { endOfTime } from './time.ts';

/** See {@link transition}; nothing else changes a state. */
export type TaskState = 'pending' | 'ready' | 'running' | 'succeeded' | 'dead' | 'decomposed' | 'cancelled' | 'skipped';

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

/** How a task with join `compose` ends once its last child has ended. */
export type Composition = { readonly kind: 'succeeded'; readonly result: StoredJson } | { readonly kind: 'dead'; readonly reason: string };

/** Everything that can happen to a task. */
export type TaskChange =
  | { readonly type: 'dependencyMet' }
  /** The backoff is over. */
  | { readonly type: 'due' }
  | { readonly type: 'claimed'; readonly lease: Lease }
  | { readonly type: 'succeeded'; readonly result: StoredJson; readonly used: Used }
  /** `nextPayload` replaces the payload; unchanged when undefined. */
  | { readonly type: 'retried'; readonly delayMs: number; readonly nextPayload: StoredJson | undefined; readonly used: Used }
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
  /** It waits for `left` more tasks than it did; with none it can go on at once. */
  | { readonly type: 'dependencyAdded'; readonly left: number; readonly used: Used }
  | { readonly type: 'repairBegun'; readonly by: TaskId; readonly used: Used }
  | { readonly type: 'repaired'; readonly payload: StoredJson }
  /** `composition` is needed for the last child of a `compose`. */
  | { readonly type: 'childEnded'; readonly composition: Composition | undefined }
  /** The lease was given back unused. */
  | { readonly type: 'released' }
  /** A limit or a pause holds back what could be executed. */
  | { readonly type: 'held'; readonly waiting: Extract<Waiting, { readonly reason: 'capacity' | 'paused' }> }
  | { readonly type: 'lifted' }
  /** What a task has used is counted only where an execution ends with it, here as in `died` and `skipped`. */
  | { readonly type: 'cancelled'; readonly reason: string; readonly used: Used }
  | { readonly type: 'skipped'; readonly reason: string; readonly used: Used }
  /** An operator wants it tried again, with a full budget; `left` of its dependencies are not met. */
  | { readonly type: 'revived'; readonly left: number };

export type Transition = { readonly kind: 'moved'; readonly task: Task } | { readonly kind: 'impossible'; readonly why: string };

/** For a change that no execution precedes. */
export const nothingUsed: Used = { failures: 0, leasesLost: 0, crashes: 0, costMicroUsd: 0, wallMs: 0 };

/**
 * The state machine. The only place where a task's state changes; pure.
 * @param now epoch ms.
 */
export function transition(task: Task, change: TaskChange, now: number): Transition {
  switch (task.state) {
    case 'pending':
      return fromPending(task, change, now);
    case 'ready':
      return fromReady(task, change, now);
    case 'running':
      return fromRunning(task, change, now);
    case 'dead':
    case 'skipped':
      return change.type === 'revived' ? moved(waitingOrReady(freshly(task), change.left, now)) : impossible(task, change);
    case 'succeeded':
    case 'decomposed':
    case 'cancelled':
      return impossible(task, change);
  }
}

function fromPending(task: TaskIn<'pending'>, change: TaskChange, now: number): Transition {
  const { waiting } = task;
  if (change.type === 'cancelled') return moved(ended(task, 'cancelled', change.reason, now));
  switch (waiting.reason) {
    case 'deps':
      if (change.type === 'dependencyMet') return moved(waitingOrReady(task, waiting.left - 1, now));
      return change.type === 'skipped' ? moved(ended(task, 'skipped', change.reason, now)) : impossible(task, change);
    case 'children':
      return change.type === 'childEnded' ? childEnded(task, waiting, change.composition, now) : impossible(task, change);
    case 'backoff':
      return change.type === 'due' ? moved(ready(task, now)) : impossible(task, change);
    case 'person':
    case 'event':
    case 'budget':
    case 'deadline':
      if (change.type !== 'answered' || waiting.need.signal !== change.answer.signal) return impossible(task, change);
      return moved(ready({ ...common(task), answer: change.answer }, now));
    case 'repair':
      if (change.type === 'repaired') return moved(ready({ ...common(task), payload: change.payload }, now));
      return change.type === 'died' ? moved(ended(task, 'dead', change.reason, now)) : impossible(task, change);
    case 'capacity':
    case 'paused':
      return change.type === 'lifted' ? moved(ready(task, now)) : impossible(task, change);
  }
}

function fromReady(task: TaskIn<'ready'>, change: TaskChange, now: number): Transition {
  switch (change.type) {
    case 'claimed':
      return moved({ ...common(task), executions: task.executions + 1, state: 'running', lease: change.lease });
    case 'held':
      return moved({ ...common(task), state: 'pending', waiting: change.waiting });
    case 'died':
      return moved(ended(task, 'dead', change.reason, now));
    case 'cancelled':
      return moved(ended(task, 'cancelled', change.reason, now));
    default:
      return impossible(task, change);
  }
}

function fromRunning(task: TaskIn<'running'>, change: TaskChange, now: number): Transition {
  switch (change.type) {
    case 'succeeded':
      return moved({ ...charged(task, change.used), state: 'succeeded', result: change.result, endedAt: now });
    case 'retried':
      return moved(retried(task, change, now));
    case 'died':
      return moved(ended(charged(task, change.used), 'dead', change.reason, now));
    case 'skipped':
      return moved(ended(charged(task, change.used), 'skipped', change.reason, now));
    case 'cancelled':
      return moved(ended(charged(task, change.used), 'cancelled', change.reason, now));
    case 'decomposed':
      return moved({ ...decomposedOnce(task, change.used), state: 'decomposed', endedAt: now });
    case 'joined':
      return moved({
        ...decomposedOnce(task, change.used),
        state: 'pending',
        waiting: { reason: 'children', join: change.join, left: change.children, nextPayload: change.nextPayload },
      });
    case 'blocked':
      return moved({ ...charged(task, change.used), answer: undefined, state: 'pending', waiting: waitingFor(task, change.need, now) });
    case 'dependencyAdded':
      return moved(waitingOrReady(charged(task, change.used), change.left, now));
    case 'repairBegun': {
      const after = charged(task, change.used);
      return moved({ ...after, repairs: task.repairs + 1, state: 'pending', waiting: { reason: 'repair', by: change.by } });
    }
    case 'released':
      return moved(ready(task, now));
    default:
      return impossible(task, change);
  }
}

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

function childEnded(
  task: Task,
  waiting: Extract<Waiting, { readonly reason: 'children' }>,
  composition: Composition | undefined,
  now: number,
): Transition {
  if (waiting.left > 1) return moved({ ...common(task), state: 'pending', waiting: { ...waiting, left: waiting.left - 1 } });
  if (waiting.join === 'resume') return moved(ready({ ...common(task), payload: waiting.nextPayload ?? task.payload }, now));
  if (composition === undefined) return { kind: 'impossible', why: 'The last child of a composed task needs its composition.' };
  if (composition.kind === 'dead') return moved({ ...common(task), state: 'dead', reason: composition.reason, endedAt: now });
  return moved({ ...common(task), state: 'succeeded', result: composition.result, endedAt: now });
}

function retried(task: Task, change: Extract<TaskChange, { readonly type: 'retried' }>, now: number): Task {
  const after = { ...charged(task, change.used), payload: change.nextPayload ?? task.payload };
  if (change.delayMs <= 0) return ready(after, now);
  // Handlers and deciders propose the delay: whatever it is, the time can be stored and shown.
  const until = Math.min(Math.ceil(now + change.delayMs), task.budget.deadline ?? endOfTime, endOfTime);
  return { ...after, state: 'pending', waiting: { reason: 'backoff', since: now, until } };
}

function ended(task: TaskCommon, state: 'dead' | 'cancelled' | 'skipped', reason: string, now: number): Task {
  return { ...common(task), state, reason, endedAt: now };
}

/** A wait costs no attempt: one that ends by itself lasts this long at least, or a task that waits for what is past would spin. */
const shortestWaitMs = 1_000;

/** No wait lasts past the deadline of its task: claimed then, it ends with it. */
function waitingFor({ budget: { deadline } }: TaskCommon, need: Need, now: number): Waiting {
  const ownEnd = need.until === undefined ? Infinity : Math.max(need.until, now + shortestWaitMs);
  const until = need.from === 'nobody' ? ownEnd : Math.min(ownEnd, deadline ?? Infinity);
  const reason = need.from === 'nobody' ? 'event' : need.from;
  return { reason, since: now, need: until === Infinity ? need : { ...need, until } };
}

function waitingOrReady(task: TaskCommon, left: number, now: number): Task {
  return left > 0 ? { ...common(task), state: 'pending', waiting: { reason: 'deps', left } } : ready(task, now);
}

function ready(task: TaskCommon, now: number): Task {
  return { ...common(task), epoch: task.epoch + 1, state: 'ready', readyAt: now };
}

/** With a full budget of attempts; what it has cost stays. */
function freshly(task: TaskCommon): TaskCommon {
  return { ...common(task), failures: 0, leasesLost: 0, crashes: 0, repairs: 0 };
}

/** What is counted of a task once an execution is over. */
export function charged(task: TaskCommon, used: Used): TaskCommon {
  return {
    ...common(task),
    failures: task.failures + used.failures,
    leasesLost: task.leasesLost + used.leasesLost,
    crashes: crashesAfter(task, used),
    costMicroUsd: task.costMicroUsd + used.costMicroUsd,
    wallMs: task.wallMs + used.wallMs,
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
    number: task.number,
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
    repairs: task.repairs,
    costMicroUsd: task.costMicroUsd,
    wallMs: task.wallMs,
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
