import type { AttemptId, JobId, TaskId } from '../domain/ids.ts';
import type { JobState } from '../domain/job.ts';
import type { AttemptEndRecord } from './records.ts';
import type { SpanId, SpanReference, TraceId } from '../domain/trace.ts';

/** A world of a task: it is lived in one task and checked in another. */
export interface WorldPlace {
  /** Whose worlds these are. */
  readonly task: TaskId;
  /** Which decomposition of that task it was born in. */
  readonly generation: number;
  readonly name: string;
}

/** Below what something stands. */
export type Above =
  | { readonly kind: 'job'; readonly id: JobId }
  | { readonly kind: 'task'; readonly id: TaskId }
  | ({ readonly kind: 'world' } & WorldPlace);

interface EndedCommon {
  readonly trace: TraceId;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/** A run, or the handling of what a forge has told, from beginning to end. */
export type EndedJob = EndedCommon & {
  readonly kind: 'job';
  readonly id: JobId;
  readonly state: JobState;
  /** In the trace of what began it; undefined where it begins the trace. */
  readonly parent: SpanId | undefined;
  readonly links: readonly SpanReference[];
  /** What strangers wrote: it goes nowhere unless content is asked for. */
  readonly title: string;
} & (
    | { readonly of: 'delivery'; readonly forge: string }
    | {
        readonly of: 'run';
        readonly costMicroUsd: number;
        readonly repository: { readonly name: string; readonly url: string | undefined };
        readonly base: { readonly name: string; readonly commit: string };
        readonly branch: string;
        /** Undefined where none was handed over. */
        readonly commit: string | undefined;
        readonly pullRequest: number | undefined;
      }
  );

/** One execution of a task. */
export interface EndedAttempt {
  readonly id: AttemptId;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: AttemptEndRecord['outcome'];
  /** Whether it came to no outcome of its own: its process died, lost the right to it or was stopped, or its code threw. */
  readonly isLost: boolean;
  readonly costMicroUsd: number;
}

/** A task with all of its executions, in order. It begins with the first of them. */
export type EndedTask = EndedCommon & {
  readonly kind: 'task';
  readonly run: JobId;
  readonly id: TaskId;
  readonly key: string;
  readonly type: string;
  readonly state: 'succeeded' | 'decomposed' | 'dead' | 'cancelled' | 'skipped';
  readonly above: Above;
  readonly attempts: readonly EndedAttempt[];
};

/** A world, from the beginning of its agent to the end of its check. */
export type EndedWorld = EndedCommon & {
  readonly kind: 'world';
  readonly run: JobId;
  readonly at: WorldPlace;
  /** What worked there, where that is known. */
  readonly agent: string | undefined;
  /** `success`, or how it ended; undefined where nobody knows. */
  readonly status: string | undefined;
  readonly won: boolean;
};

export type Ended = EndedJob | EndedTask | EndedWorld;

/** Whoever collects traces did not take them. That is told already, by who throws this. */
export class TracesNotTaken extends Error {
  override readonly name = 'TracesNotTaken';
}

/** Whoever collects traces. What happens within an execution reaches it by telemetry; what stands in the records is handed to it. */
export interface Traces {
  /** Whether this trace is among those that are wanted. */
  keeps(trace: TraceId): boolean;
  /**
   * Resolves when it was taken: then it need not be handed over again. Handed over twice it is the same twice, under the same ids.
   * @throws TracesNotTaken where it could not be taken for now.
   */
  ended(all: readonly Ended[]): Promise<void>;
}
