import type { AttemptId, JobId, TaskId } from '../domain/ids.ts';
import type { SettledTask } from '../domain/job.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { TaskType } from '../domain/task-type.ts';
import type { Artifacts } from '../ports/artifacts.ts';
import type { Effects } from './effect.ts';

/** An answer that was given to a blocked task. */
export interface Answer {
  readonly signal: string;
  readonly payload: unknown;
  /** Who gave it. */
  readonly by: string;
  readonly at: number;
  /** When the wait began that it ended; absent in answers that an older version stored. */
  readonly since?: number;
}

/** What a handler is given for one attempt. */
export interface TaskContext<Payload> {
  readonly jobId: JobId;
  readonly taskId: TaskId;
  readonly attemptId: AttemptId;
  readonly key: string;
  /** Rises with every hand-out of the task; the fencing token of this attempt. */
  readonly epoch: number;
  /** From 1; counts what its budget of attempts counts: failures and lost leases, not waits and resumes. */
  readonly attempt: number;
  readonly payload: Payload;
  /** The attributes the job was submitted with. */
  readonly attributes: unknown;
  /** Aborted on cancellation, on lease loss, on the attempt's time limit and on shutdown; `reason` says which. */
  readonly signal: AbortSignal;
  /** The same on every attempt of this task: hand it to whatever must not happen twice. */
  readonly idempotencyKey: string;
  /** How the tasks ended that this one waited for, in the order of its dependencies. */
  readonly dependencies: readonly SettledTask[];
  /** How the children of the last decomposition ended; empty before there was one. */
  readonly children: readonly SettledTask[];
  /** The answer that ended the last wait, if this attempt follows one. */
  readonly answer: Answer | undefined;
  /** Tells whoever watches this process how far it is. Not stored; may be called often. */
  progress(data: unknown): void;
  /** Does something outside that must not happen twice. */
  readonly effect: Effects;
  /** Where large values go. */
  readonly artifacts: Artifacts;
}

/** Does the work and observes; the only place for side effects. */
export type Handler<Payload, Result> = (context: TaskContext<Payload>) => Promise<Outcome<Result>>;

/** A task type with the code that executes it. Made by {@link handle}, which keeps the two typed by each other. */
export interface Registration {
  readonly type: TaskType<unknown, unknown>;
  readonly handler: Handler<unknown, unknown>;
  /** Whether it may cost money: only such tasks are stopped by the job's cost limit, what was paid for may be finished. */
  readonly spends: boolean;
}

export function handle<Payload, Result>(
  type: TaskType<Payload, Result>,
  handler: Handler<Payload, Result>,
  options: { readonly spends?: boolean } = {},
): Registration {
  // The engine decodes the payload with `type.payload` before it calls the handler, so the types meet at run time.
  return { type: type as TaskType<unknown, unknown>, handler: handler as Handler<unknown, unknown>, spends: options.spends ?? false };
}
