import { costExceeded, defaultAttempts, exceededLimit, mostCrashes, wallExceeded } from './budget.ts';
import type { Budget, DependencySpec, TaskSpec } from './job.ts';
import type { AttemptEnd, Decomposition, Need } from './outcome.ts';
import { backoffMs, defaultRetryPolicy } from './retry.ts';
import type { RetryPolicy } from './retry.ts';
import type { StoredJson } from './task-type.ts';

/** What happens next to a task whose attempt did not simply succeed. `reason` is for people and is kept for ever. */
export type Decision = { readonly reason: string } & (
  | { readonly kind: 'retry'; readonly delayMs: number }
  | { readonly kind: 'markDead' }
  | { readonly kind: 'decompose'; readonly decomposition: Decomposition }
  | { readonly kind: 'await'; readonly need: Need }
  /** It goes on once these are met; `tasks` are added to its job first, and may be named by their keys. */
  | { readonly kind: 'addDependency'; readonly dependencies: readonly DependencySpec[]; readonly tasks?: readonly TaskSpec[] }
  /** It is not needed any more; who needed its success is skipped too. */
  | { readonly kind: 'skip' }
  /** A retry with another payload, such as another model or a lower temperature. */
  | { readonly kind: 'switch'; readonly payload: unknown; readonly delayMs: number }
  /** The result of `task` becomes its payload, and it is tried again. */
  | { readonly kind: 'repair'; readonly task: TaskSpec }
);

/** Everything a decider may look at. */
export interface DecisionInput {
  readonly task: {
    readonly key: string;
    readonly type: string;
    readonly payload: StoredJson;
    /** These with the attempt that is being decided on. */
    readonly failures: number;
    readonly leasesLost: number;
    /** In a row, see the task. */
    readonly crashes: number;
    /** How often its payload was sent to be repaired. */
    readonly repairs: number;
    readonly costMicroUsd: number;
    readonly wallMs: number;
    readonly budget: Budget;
    /** Whether another attempt may cost money: if not, the job's cost limit does not stop it. */
    readonly spends: boolean;
  };
  readonly job: { readonly costMicroUsd: number; readonly wallMs: number; readonly budget: Budget };
  readonly end: AttemptEnd;
  /** Epoch ms. */
  readonly now: number;
  /** From 0 (included) to 1 (excluded). */
  readonly random: number;
}

/** A pure function: no clock, no I/O, no randomness of its own. */
export interface Decider {
  /** Kept with every decision, as its policy. */
  readonly name: string;
  decide(input: DecisionInput): Decision;
}

/** The decider of the specification: children, then a wait, then limits, then another attempt, with another payload where one was proposed. */
export function defaultDecider(retry: RetryPolicy = defaultRetryPolicy): Decider {
  return { name: 'default', decide: (input) => decide(input, retry) };
}

function decide({ task, job, end, now, random }: DecisionInput, retry: RetryPolicy): Decision {
  const proposed = 'decomposition' in end ? end.decomposition : undefined;
  if (proposed !== undefined) return { kind: 'decompose', decomposition: proposed, reason: 'Handler proposed decomposition' };
  if (end.kind === 'blocked') return { kind: 'await', need: end.need, reason: end.reason };
  const used = task.failures + task.leasesLost;
  const limit =
    exceededLimit(task.budget, { attempts: used, costMicroUsd: task.costMicroUsd, wallMs: task.wallMs, now }) ??
    wallExceeded(job.budget, job.wallMs) ??
    (task.spends ? costExceeded(job.budget, job.costMicroUsd) : undefined);
  if (limit !== undefined) return { kind: 'markDead', reason: limit };
  if (end.kind === 'error' && end.cause === 'process-died') return afterCrash(task.crashes, retry, random);
  const hint = end.kind === 'failure' ? end.retryHint : undefined;
  if (hint === 'never') return { kind: 'markDead', reason: 'Handler asked for no further attempt' };
  const delayMs = hint?.delayMs ?? delay(end, task.leasesLost, used, retry, random);
  const attempt = `attempt ${used + 1}/${task.budget.attempts ?? defaultAttempts} after ${delayMs / 1_000}s`;
  const [alternative] = end.kind === 'failure' ? (end.alternatives ?? []) : [];
  if (alternative === undefined) return { kind: 'retry', delayMs, reason: `Retry ${attempt}` };
  return { kind: 'switch', payload: alternative, delayMs, reason: `Switch to the proposed alternative, ${attempt}` };
}

/** A process that died says little about the task, several in a row may say that the task is what kills them. */
function afterCrash(crashes: number, retry: RetryPolicy, random: number): Decision {
  if (crashes >= mostCrashes) {
    const reason = `Its process died ${crashes} times in a row while it was executed, which may be its own doing: it is not tried again`;
    return { kind: 'markDead', reason };
  }
  const delayMs = crashes === 1 ? 0 : backoffMs(retry, crashes - 1, random);
  return { kind: 'retry', delayMs, reason: `Its process died (${crashes}/${mostCrashes} in a row); tried again after ${delayMs / 1_000}s` };
}

/** The first lost lease says little about the task. */
function delay(end: AttemptEnd, leasesLost: number, used: number, retry: RetryPolicy, random: number): number {
  if (end.kind === 'error' && end.cause === 'lease-lost' && leasesLost === 1) return 0;
  return backoffMs(retry, used, random);
}
