import type { Need } from '../../../src/domain/outcome.ts';
import { brokenPayload } from './actions.ts';
import type { NewTask, Return } from './actions.ts';
import { decide } from './decide.ts';
import type { ModelDecided } from './decide.ts';
import type { ModelAttempt, ModelTask } from './parts.ts';
import type { ModelRecords } from './records.ts';

/** How an attempt ended, in the words of the records. */
export interface End {
  /** `cancelled`: it stopped because it was asked to, and counts against nothing. */
  readonly kind: 'success' | 'failure' | 'blocked' | 'error' | 'cancelled';
  readonly cause?: string;
  readonly reason?: string;
  readonly costMicroUsd?: number;
  readonly hint?: 'never' | number | undefined;
  readonly alternative?: unknown;
  readonly need?: Need;
  readonly children?: readonly NewTask[];
  readonly join?: 'none' | 'resume' | 'compose';
  readonly next?: unknown;
  /** Why its children cannot be. */
  readonly fault?: string;
}

/** What becomes of what a handler returned. */
export function endOf(ending: Return): End {
  switch (ending.kind) {
    case 'success':
      return ending;
    case 'failure':
      return { ...ending, reason: 'it did not work' };
    case 'thrown':
      return { kind: 'error', cause: 'thrown', reason: 'Error: it broke' };
    case 'blocked':
      return { kind: 'blocked', reason: 'needs an answer', need: needOf(ending) };
    case 'decompose': {
      const { join, next, children } = ending;
      return ending.failed ? { kind: 'failure', reason: 'in parts', join, next, children } : { kind: 'success', join, next, children };
    }
    case 'garbage': {
      if (ending.what === 'number') {
        return { kind: 'error', cause: 'outcome', reason: 'The handler returned no outcome. outcome: ' };
      }
      const fault = 'outcome.decomposition.children[0].type: ';
      return { kind: 'success', join: 'none', children: [], fault };
    }
  }
}

export function needOf({ from, until }: Extract<Return, { readonly kind: 'blocked' }>): Need {
  return { signal: 'go', question: 'Go on?', from, ...(until === undefined ? {} : { until }) } as Need;
}

/** Ends an attempt of a running task. @param wallMs how long it took. */
export function settleRunning(records: ModelRecords, task: ModelTask, first: End, wallMs: number): void {
  const job = records.jobOf(task);
  const cost = first.costMicroUsd ?? 0;
  job.costMicroUsd += cost;
  job.wallMs += wallMs;
  const taken = first.cause === 'lease-lost' || first.cause === 'process-died';
  if (taken) records.tell(task, 'lease.lost');
  const succeeded = first.kind === 'success' && first.children === undefined;
  const judged = succeeded || job.cancel !== undefined ? undefined : judge(records, task, { first, cost, wallMs });
  const stopped = job.cancel !== undefined && first.cause === 'thrown';
  const end: End = judged?.end ?? (stopped ? { kind: 'cancelled', reason: first.reason ?? '' } : first);
  use(task, end, { cost, wallMs });
  const attempt = attemptOf(records, task);
  attempt.end = {
    at: records.wall,
    outcome: end.kind,
    errorKind: end.kind === 'error' ? 'infrastructure' : end.kind === 'failure' ? 'business' : undefined,
    cause: end.cause,
    reason: end.reason,
    costMicroUsd: end === first ? cost : 0,
  };
  if (succeeded) {
    records.become(task, { state: 'succeeded', result: { did: task.key }, endedAt: records.wall }, 'Succeeded');
    return;
  }
  if (judged === undefined) {
    records.end(task, 'cancelled', job.cancel ?? '');
    return;
  }
  apply(records, task, judged);
}

function attemptOf(records: ModelRecords, task: ModelTask): ModelAttempt {
  const attempt = records.attempts.find((each) => each.task === task && each.epoch === task.epoch);
  if (attempt === undefined) throw new Error(`The model has no attempt ${task.epoch} of ${task.key}.`);
  return attempt;
}

/** Waits and successes use up nothing; a success that could not be carried out was a failure. */
function usedBy(end: End) {
  const { cause } = end;
  return {
    failures: end.kind === 'failure' || (end.kind === 'error' && cause !== 'lease-lost' && cause !== 'process-died') ? 1 : 0,
    leasesLost: cause === 'lease-lost' ? 1 : 0,
    crashed: cause === 'process-died',
  };
}

function use(task: ModelTask, end: End, { cost, wallMs }: { readonly cost: number; readonly wallMs: number }): void {
  const used = usedBy(end);
  task.failures += used.failures;
  task.leasesLost += used.leasesLost;
  if (used.crashed) task.crashes += 1;
  else if (used.leasesLost === 0) task.crashes = 0;
  task.costMicroUsd += cost;
  task.wallMs += wallMs;
}

interface Judged {
  readonly end: End;
  readonly decided: ModelDecided;
}

/** What was proposed and cannot be is decided on once more, as an error. */
function judge(
  records: ModelRecords,
  task: ModelTask,
  { first, cost, wallMs }: { readonly first: End; readonly cost: number; readonly wallMs: number },
): Judged {
  const ask = (end: End): ModelDecided => {
    const after = { ...task, spends: task.type === 'model.paid' };
    use(after, end, { cost, wallMs });
    const words = end.reason ?? '';
    return decide(after, records.jobOf(task), { end: { ...end, proposes: end.children !== undefined }, words, now: records.wall });
  };
  const decided = ask(first);
  const fault = first.fault ?? (decided.kind === 'switch' && first.alternative === brokenPayload ? 'decision.payload: ' : undefined);
  if (fault === undefined) return { end: first, decided };
  const end: End = { kind: 'error', cause: 'outcome', reason: fault };
  return { end, decided: ask(end) };
}

function apply(records: ModelRecords, task: ModelTask, { end, decided }: Judged): void {
  const { reason } = decided;
  const place = records.decisions.length;
  const children = decided.kind === 'decompose' ? (end.children ?? []) : [];
  const first = records.jobOf(task).tasks.length + 1;
  records.decisions[place] = {
    task,
    epoch: task.epoch,
    ofAttempt: true,
    trigger: triggerOf(end),
    policy: 'default',
    kind: decided.kind,
    reason,
    children: children.map((_, index) => first + index),
    at: records.wall,
  };
  switch (decided.kind) {
    case 'retry':
    case 'switch':
      if (decided.kind === 'switch') task.payload = end.alternative;
      if (decided.delayMs <= 0) records.makeReady(task, reason);
      else waitBefore(records, task, { delayMs: decided.delayMs, reason });
      return;
    case 'markDead':
      records.end(task, 'dead', deathReason(reason, end));
      return;
    case 'await': {
      const need = lasting(end.need as Need, task, records.wall);
      task.answer = undefined;
      const since = records.wall;
      const waiting = { reason: need.from === 'nobody' ? ('event' as const) : need.from, since, need };
      records.become(task, { state: 'pending', waiting }, reason);
      return;
    }
    case 'decompose': {
      const { join = 'none', next } = end;
      task.answer = undefined;
      task.decompositions += 1;
      if (join === 'none') records.become(task, { state: 'decomposed', endedAt: records.wall }, reason);
      else records.become(task, { state: 'pending', waiting: { reason: 'children', join, nextPayload: next } }, reason);
      const { deadline } = task.budget;
      const own = records.jobOf(task).budget;
      const nearest = Math.min(deadline ?? Infinity, own.deadline ?? Infinity);
      const budget = nearest === Infinity ? own : { ...own, deadline: nearest };
      records.create(task.job, children, { budget, parent: { task, join } });
    }
  }
}

function waitBefore(records: ModelRecords, task: ModelTask, what: { readonly delayMs: number; readonly reason: string }): void {
  const since = records.wall;
  const until = Math.min(since + what.delayMs, task.budget.deadline ?? Infinity);
  records.become(task, { state: 'pending', waiting: { reason: 'backoff', since, until } }, what.reason);
}

/** A wait that ends by itself lasts a second at least; none that somebody or time could end lasts past the deadline of its task. */
function lasting(need: Need, { budget: { deadline } }: ModelTask, now: number): Need {
  const least = need.until === undefined ? need : { ...need, until: Math.max(need.until, now + 1_000) };
  if (need.from === 'nobody' || deadline === undefined) return least;
  return { ...least, until: Math.min(least.until ?? Infinity, deadline) };
}

function deathReason(decided: string, end: End): string {
  if (end.kind === 'failure' && end.hint === 'never') return end.reason ?? '';
  return end.reason === undefined || end.reason === decided ? decided : `${decided}. Last: ${end.reason}`;
}

function triggerOf(end: End): string {
  if (end.kind === 'success') return `success: ${end.children?.length ?? 0} children proposed`;
  return end.kind === 'error' ? `error (${end.cause ?? ''}): ${end.reason ?? ''}` : `${end.kind}: ${end.reason ?? ''}`;
}
