import type { Budget, DependencySpec } from '../../../src/domain/job.ts';
import type { Join } from '../../../src/domain/outcome.ts';

/**
 * What may happen, as it is drawn. Numbers that name a job, task, attempt or worker choose among those that there are when it happens,
 * so that a sequence stays meaningful however much of it is left out.
 */
export type Operation =
  | { readonly op: 'submit'; readonly through: number; readonly job: JobDraft }
  | { readonly op: 'add'; readonly job: number; readonly tasks: readonly TaskDraft[] }
  | { readonly op: 'seal' | 'pause' | 'resume' | 'cancel'; readonly job: number }
  /** Takes the first id that the records call ready. */
  | { readonly op: 'claim'; readonly worker: number }
  /** Offers the id of some hand-out, old, new or never made. */
  | { readonly op: 'offer'; readonly worker: number; readonly task: number; readonly older: number }
  | { readonly op: 'settle'; readonly attempt: number; readonly ending: Ending }
  | { readonly op: 'retry'; readonly task: number; readonly any: boolean }
  | { readonly op: 'signal'; readonly task: number; readonly any: boolean; readonly name: 'go' | 'other' }
  | { readonly op: 'limit'; readonly of: 'type' | 'key'; readonly name: number; readonly most: number | undefined }
  /** Time passes; `beating`: whoever lives has renewed its leases in the meantime. */
  | { readonly op: 'pass'; readonly ms: number; readonly beating: boolean }
  /** The wall clock is set. */
  | { readonly op: 'jump'; readonly ms: number }
  | { readonly op: 'attend'; readonly worker: number }
  | { readonly op: 'kill' | 'stop'; readonly worker: number }
  /** `eager`: it claims what its own changes make ready in those changes. */
  | { readonly op: 'start'; readonly eager: boolean };

export interface JobDraft {
  readonly tasks: readonly TaskDraft[];
  readonly open: boolean;
  readonly budget: BudgetDraft;
  readonly idempotencyKey: string | undefined;
  readonly exclusiveKey: string | undefined;
}

export interface TaskDraft {
  readonly paid: boolean;
  readonly priority: number;
  readonly concurrencyKey: string | undefined;
  readonly budget: BudgetDraft;
  /** Among those that may be waited for: earlier ones of the same list, and tasks of the job. */
  readonly dependencies: readonly { readonly on: number; readonly until: DependencySpec['until'] }[];
}

/** A deadline counts from the time at which it is set. */
export type BudgetDraft = Omit<Budget, 'deadline' | 'attemptMs'> & { readonly deadlineMs?: number };

export type Ending =
  | { readonly kind: 'success'; readonly costMicroUsd: number }
  | {
      readonly kind: 'failure';
      readonly costMicroUsd: number;
      readonly hint: 'never' | number | undefined;
      readonly alternative: 'good' | 'broken' | undefined;
    }
  | { readonly kind: 'thrown' }
  | {
      readonly kind: 'blocked';
      readonly from: 'person' | 'event' | 'budget' | 'nobody' | 'deadline';
      readonly untilMs: number | undefined;
    }
  | {
      readonly kind: 'decompose';
      readonly failed: boolean;
      readonly join: Join;
      readonly next: 'good' | 'broken' | undefined;
      readonly children: readonly TaskDraft[];
    }
  /** Something that is no outcome, or proposes what cannot be. */
  | { readonly kind: 'garbage'; readonly what: 'number' | 'unknown type' };

export const typeNames = ['model.step', 'model.paid'] as const;
export const keyNames = ['k1', 'k2'] as const;
