import type { TaskId } from './ids.ts';
import type { Need } from './outcome.ts';
import type { StoredJson } from './task-type.ts';
import type { Lease, StoredAnswer, Task, TaskCommon, TaskIn, Used, Waiting } from './task.ts';
import { endOfTime } from './time.ts';

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
  /** What was handed out under its epoch has been forgotten, or may be: it is handed out again. */
  | { readonly type: 'redispatched' }
  /** What a task has used is counted only where an execution ends with it, here as in `died` and `skipped`. */
  | { readonly type: 'cancelled'; readonly reason: string; readonly used: Used }
  | { readonly type: 'skipped'; readonly reason: string; readonly used: Used }
  /** An operator wants it tried again, with a full budget; `left` of its dependencies are not met. */
  | { readonly type: 'revived'; readonly left: number };

export type Transition = { readonly kind: 'moved'; readonly task: Task } | { readonly kind: 'impossible'; readonly why: string };

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
    case 'redispatched':
      return moved(ready(task, now));
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
    route: task.route,
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
