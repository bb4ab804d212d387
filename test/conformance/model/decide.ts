import type { Budget } from '../../../src/domain/job.ts';

/** How an attempt came to its end, for the decision. */
export interface DecidedEnd {
  readonly kind: 'success' | 'failure' | 'blocked' | 'error' | 'cancelled';
  readonly cause?: string;
  readonly hint?: 'never' | number | undefined;
  readonly alternative?: unknown;
  readonly proposes: boolean;
}

export interface DecidedTask {
  readonly failures: number;
  readonly leasesLost: number;
  readonly crashes: number;
  readonly costMicroUsd: number;
  readonly wallMs: number;
  readonly budget: Budget;
  readonly spends: boolean;
}

export interface DecidedJob {
  readonly budget: Budget;
  readonly costMicroUsd: number;
  readonly wallMs: number;
}

export type ModelDecided =
  | { readonly kind: 'decompose' | 'await' | 'markDead'; readonly reason: string }
  | { readonly kind: 'retry' | 'switch'; readonly reason: string; readonly delayMs: number };

/** The default decider as the specification has it: children, wait, limits, then another attempt after 2, 4, 8 ... 60 s. */
export function decide(
  task: DecidedTask,
  job: DecidedJob,
  what: { readonly end: DecidedEnd; readonly words: string; readonly now: number },
): ModelDecided {
  const { end, words, now } = what;
  if (end.proposes) return { kind: 'decompose', reason: 'Handler proposed decomposition' };
  if (end.kind === 'blocked') return { kind: 'await', reason: words };
  const used = task.failures + task.leasesLost;
  const attempts = task.budget.attempts ?? 5;
  if (used >= attempts) return { kind: 'markDead', reason: `Max attempts reached: ${used}/${attempts}` };
  const limit = budgetReached(task, job, now);
  if (limit !== undefined) return { kind: 'markDead', reason: limit };
  if (end.cause === 'process-died') {
    const { crashes } = task;
    if (crashes >= 5) {
      const why = 'which may be its own doing: it is not tried again';
      return { kind: 'markDead', reason: `Its process died ${crashes} times in a row while it was executed, ${why}` };
    }
    const delayMs = crashes === 1 ? 0 : backoff(crashes - 1);
    return { kind: 'retry', delayMs, reason: `Its process died (${crashes}/5 in a row); tried again after ${delayMs / 1000}s` };
  }
  if (end.hint === 'never') return { kind: 'markDead', reason: 'Handler asked for no further attempt' };
  const delayMs = end.hint ?? (end.cause === 'lease-lost' && task.leasesLost === 1 ? 0 : backoff(used));
  const attempt = `attempt ${used + 1}/${attempts} after ${delayMs / 1000}s`;
  if (end.alternative === undefined) return { kind: 'retry', delayMs, reason: `Retry ${attempt}` };
  return { kind: 'switch', delayMs, reason: `Switch to the proposed alternative, ${attempt}` };
}

/** What no other attempt may be begun after, in words. */
export function budgetReached(task: DecidedTask, job: DecidedJob, now: number): string | undefined {
  const { deadline } = task.budget;
  if (deadline !== undefined && now >= deadline) return `Deadline reached: ${new Date(deadline).toISOString()}`;
  return wallReached(task) ?? costReached(task) ?? wallReached(job) ?? (task.spends ? costReached(job) : undefined);
}

function wallReached({ budget, wallMs }: DecidedJob): string | undefined {
  if (budget.wallMs === undefined || wallMs < budget.wallMs) return undefined;
  return `Wall time used up: ${wallMs / 1000}/${budget.wallMs / 1000} s`;
}

function costReached({ budget, costMicroUsd }: DecidedJob): string | undefined {
  if (budget.costMicroUsd === undefined || costMicroUsd < budget.costMicroUsd) return undefined;
  return `Cost limit reached: ${(costMicroUsd / 1e6).toFixed(2)}/${(budget.costMicroUsd / 1e6).toFixed(2)} USD`;
}

function backoff(used: number): number {
  return Math.min(60_000, 2_000 * 2 ** (used - 1));
}
