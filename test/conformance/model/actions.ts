import type { Budget, DependencySpec } from '../../../src/domain/job.ts';
import type { Join } from '../../../src/domain/outcome.ts';
import type { ConcurrencyLimit } from '../../../src/domain/limits.ts';

/** A task to be made, with everything chosen. */
export interface NewTask {
  readonly key: string;
  readonly type: string;
  readonly priority: number;
  readonly concurrencyKey: string | undefined;
  readonly budget: Budget;
  readonly dependencies: readonly NewDependency[];
}

export interface NewDependency {
  /** Its place among those that are made together, or the number of a task of the job. */
  readonly on: { readonly sibling: number } | { readonly task: number };
  readonly until: DependencySpec['until'];
}

export interface NewJob {
  readonly title: string;
  readonly tasks: readonly NewTask[];
  readonly budget: Budget;
  readonly open: boolean;
  readonly idempotencyKey: string | undefined;
  readonly exclusiveKey: string | undefined;
}

/** How a handler returns. */
export type Return =
  | { readonly kind: 'success'; readonly costMicroUsd: number }
  | {
      readonly kind: 'failure';
      readonly costMicroUsd: number;
      readonly hint: 'never' | number | undefined;
      readonly alternative: unknown;
    }
  | { readonly kind: 'thrown' }
  | { readonly kind: 'blocked'; readonly from: 'person' | 'event' | 'budget' | 'nobody' | 'deadline'; readonly until: number | undefined }
  | {
      readonly kind: 'decompose';
      readonly failed: boolean;
      readonly join: Join;
      readonly next: unknown;
      readonly children: readonly NewTask[];
    }
  | { readonly kind: 'garbage'; readonly what: 'number' | 'unknown type' };

/** A task by its job and its number in it. */
export interface TaskName {
  readonly job: number;
  readonly number: number;
}

/** What happens, with everything chosen: the same for the model and for an engine. Workers are numbered in the order of their start. */
export type Action =
  | { readonly op: 'submit'; readonly through: number | undefined; readonly job: NewJob }
  | { readonly op: 'add'; readonly job: number; readonly tasks: readonly NewTask[] }
  | { readonly op: 'seal' | 'pause' | 'resume' | 'cancel'; readonly job: number }
  | { readonly op: 'claim'; readonly worker: number }
  | { readonly op: 'offer'; readonly worker: number; readonly task: TaskName; readonly epoch: number }
  | { readonly op: 'settle'; readonly task: TaskName; readonly epoch: number; readonly ending: Return }
  | { readonly op: 'retry'; readonly task: TaskName }
  | { readonly op: 'signal'; readonly task: TaskName; readonly name: string }
  | { readonly op: 'limit'; readonly limit: ConcurrencyLimit; readonly most: number | undefined }
  | { readonly op: 'pass'; readonly ms: number; readonly beating: readonly number[] }
  | { readonly op: 'jump'; readonly ms: number }
  | { readonly op: 'attend' | 'kill' | 'stop'; readonly worker: number }
  | { readonly op: 'start'; readonly eager: boolean };

/** A payload that no task type of the model takes. */
export const brokenPayload = 'broken';
