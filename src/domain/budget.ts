import { showUsd } from './money.ts';
import type { Budget } from './job.ts';
import { endOfTime } from './time.ts';

export const defaultAttempts = 5;

/** Executions in a row that may end with their process before the task is taken for what kills it. */
export const mostCrashes = 5;

/**
 * What a task may use, with what it inherits filled in: the nearest limit on attempts and their time holds,
 * a deadline only ever comes nearer. Costs and total wall times are not handed down: each level is counted against its own limit.
 */
export function inheritBudget(outer: Budget, inner: Budget | undefined): Budget {
  const attempts = inner?.attempts ?? outer.attempts;
  const attemptMs = inner?.attemptMs ?? outer.attemptMs;
  const deadline = Math.min(inner?.deadline ?? Infinity, outer.deadline ?? Infinity);
  return {
    ...(attempts === undefined ? {} : { attempts }),
    ...(attemptMs === undefined ? {} : { attemptMs }),
    ...(deadline === Infinity ? {} : { deadline }),
    ...(inner?.wallMs === undefined ? {} : { wallMs: inner.wallMs }),
    ...(inner?.costMicroUsd === undefined ? {} : { costMicroUsd: inner.costMicroUsd }),
  };
}

/** What each limit may be, in whole numbers. */
const ranges: ReadonlyMap<string, { readonly least: number; readonly most: number }> = new Map([
  ['attempts', { least: 1, most: Number.MAX_SAFE_INTEGER }],
  ['attemptMs', { least: 1, most: Number.MAX_SAFE_INTEGER }],
  ['wallMs', { least: 1, most: Number.MAX_SAFE_INTEGER }],
  ['deadline', { least: 1, most: endOfTime }],
  ['costMicroUsd', { least: 0, most: Number.MAX_SAFE_INTEGER }],
]);

/** Says which limit is nonsense, as `field: why`; undefined when none is. */
export function budgetFault(budget: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(budget)) {
    if (value === undefined) continue;
    const range = ranges.get(name);
    if (range === undefined) return `${name}: there is no such limit`;
    const { least, most } = range;
    if (typeof value !== 'number') return `${name}: must be a whole number of at least ${least}, not ${typeof value}`;
    if (!Number.isInteger(value) || value < least) return `${name}: must be a whole number of at least ${least}, not ${value}`;
    if (value > most) return `${name}: must be at most ${most}, not ${value}`;
  }
  return undefined;
}

/** What has been used so far, for {@link exceededLimit}. */
export interface Usage {
  readonly attempts: number;
  readonly costMicroUsd: number;
  readonly wallMs: number;
  /** Epoch ms. */
  readonly now: number;
}

/** Says which limit bit and at what figure; undefined while there is room for another attempt. */
export function exceededLimit(budget: Budget, usage: Usage): string | undefined {
  const attempts = budget.attempts ?? defaultAttempts;
  if (usage.attempts >= attempts) return `Max attempts reached: ${usage.attempts}/${attempts}`;
  return startLimit(budget, usage);
}

/** The same without the attempts, which are counted when one ends: whether another may be started. */
export function startLimit(budget: Budget, usage: Omit<Usage, 'attempts'>): string | undefined {
  const { deadline = Infinity } = budget;
  if (usage.now >= deadline) return `Deadline reached: ${new Date(deadline).toISOString()}`;
  return wallExceeded(budget, usage.wallMs) ?? costExceeded(budget, usage.costMicroUsd);
}

const costLimitReached = 'Cost limit reached';

/** Whether this is the reason of a task that a cost limit ended. */
export function isCostLimit(reason: string): boolean {
  return reason.startsWith(costLimitReached);
}

/** The limit on money alone, such as a whole job's. */
export function costExceeded(budget: Budget, spentMicroUsd: number): string | undefined {
  if (budget.costMicroUsd === undefined || spentMicroUsd < budget.costMicroUsd) return undefined;
  return `${costLimitReached}: ${showUsd(spentMicroUsd)}/${showUsd(budget.costMicroUsd)} USD`;
}

/** The limit on the wall time of all attempts alone, such as a whole job's. */
export function wallExceeded(budget: Budget, usedMs: number): string | undefined {
  if (budget.wallMs === undefined || usedMs < budget.wallMs) return undefined;
  return `Wall time used up: ${usedMs / 1_000}/${budget.wallMs / 1_000} s`;
}

/** How long one attempt may take, and in what words it ends when it takes longer. */
export interface AttemptLimit {
  readonly ms: number;
  readonly reason: string;
}

/** The nearest of all limits on an attempt that begins now; undefined when there is none. @param now epoch ms. */
export function attemptLimit(
  task: { readonly budget: Budget; readonly wallMs: number },
  job: { readonly budget: Budget; readonly wallMs: number },
  now: number,
): AttemptLimit | undefined {
  const { attemptMs, deadline } = task.budget;
  const limits: AttemptLimit[] = [];
  if (attemptMs !== undefined) limits.push({ ms: attemptMs, reason: `Attempt time limit reached: ${attemptMs} ms` });
  for (const [of, { budget, wallMs }] of [['task', task] as const, ['job', job] as const]) {
    if (budget.wallMs === undefined) continue;
    limits.push({ ms: budget.wallMs - wallMs, reason: `Wall time of the ${of} used up: ${budget.wallMs / 1_000} s` });
  }
  if (deadline !== undefined) limits.push({ ms: deadline - now, reason: `Deadline reached: ${new Date(deadline).toISOString()}` });
  return limits.toSorted((one, other) => one.ms - other.ms)[0];
}
