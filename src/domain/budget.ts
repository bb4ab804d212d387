import type { Budget } from './job.ts';

export const defaultAttempts = 5;

/** Executions in a row that may end with their process before the task is taken for what kills it. */
export const mostCrashes = 5;

/**
 * What a task may use, with what it inherits filled in: the nearest limit on attempts and their time holds,
 * a deadline only ever comes nearer. Costs are not handed down: each level is counted against its own limit.
 */
export function inheritBudget(outer: Budget, inner: Budget | undefined): Budget {
  const attempts = inner?.attempts ?? outer.attempts;
  const attemptMs = inner?.attemptMs ?? outer.attemptMs;
  const deadline = Math.min(inner?.deadline ?? Infinity, outer.deadline ?? Infinity);
  return {
    ...(attempts === undefined ? {} : { attempts }),
    ...(attemptMs === undefined ? {} : { attemptMs }),
    ...(deadline === Infinity ? {} : { deadline }),
    ...(inner?.costMicroUsd === undefined ? {} : { costMicroUsd: inner.costMicroUsd }),
  };
}

/** Says which limit is nonsense, as `field: why`; undefined when none is. */
export function budgetFault(budget: Readonly<Record<string, unknown>>): string | undefined {
  const limits: Readonly<Record<string, { readonly least: number }>> = {
    attempts: { least: 1 },
    attemptMs: { least: 1 },
    deadline: { least: 1 },
    costMicroUsd: { least: 0 },
  };
  for (const [name, value] of Object.entries(budget)) {
    if (value === undefined) continue;
    const limit = limits[name];
    if (limit === undefined) return `${name}: there is no such limit`;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < limit.least) {
      return `${name}: must be a whole number of at least ${limit.least}, not ${typeof value === 'number' ? value : typeof value}`;
    }
  }
  return undefined;
}

/** What has been used so far, for {@link exceededLimit}. */
export interface Usage {
  readonly attempts: number;
  readonly costMicroUsd: number;
  /** Epoch ms. */
  readonly now: number;
}

/** Says which limit bit and at what figure; undefined while there is room for another attempt. */
export function exceededLimit(budget: Budget, usage: Usage): string | undefined {
  const attempts = budget.attempts ?? defaultAttempts;
  if (usage.attempts >= attempts) return `Max attempts reached: ${usage.attempts}/${attempts}`;
  if (budget.deadline !== undefined && usage.now >= budget.deadline) return `Deadline reached: ${new Date(budget.deadline).toISOString()}`;
  return costExceeded(budget, usage.costMicroUsd);
}

const costLimitReached = 'Cost limit reached';

/** Whether this is the reason of a task that a cost limit ended. */
export function isCostLimit(reason: string): boolean {
  return reason.startsWith(costLimitReached);
}

/** The same for money alone, such as a whole job's. */
export function costExceeded(budget: Budget, spentMicroUsd: number): string | undefined {
  if (budget.costMicroUsd === undefined || spentMicroUsd < budget.costMicroUsd) return undefined;
  return `${costLimitReached}: ${usd(spentMicroUsd)}/${usd(budget.costMicroUsd)} USD`;
}

function usd(micro: number): string {
  return (micro / 1_000_000).toFixed(2);
}
