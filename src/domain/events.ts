import type { JobId, TaskId } from './ids.ts';
import type { JobState } from './job.ts';
import type { TaskState, WaitingReason } from './task.ts';

declare const cursor: unique symbol;
/** A place in the order of all events of a database. Means nothing but to the records that gave it out. */
export type EventCursor = string & { readonly [cursor]: true };

/** Where and when something happened. */
interface EventCommon {
  /** `job:<id>`, `repository:<id>` or `system`. */
  readonly stream: string;
  /** Without gaps in its stream, from 1. */
  readonly seq: number;
  /** Opaque cursor over all streams; nothing can appear behind a reader. */
  readonly position: EventCursor;
  /** Of the shape of `data`. */
  readonly version: number;
  readonly at: number;
}

/** Everything that happens to a job, as the one stream that timeline, live view, logs and metrics read. */
export type JobEvent = EventCommon &
  (
    | { readonly type: 'job.submitted'; readonly data: { readonly jobId: JobId; readonly title: string; readonly tasks: number } }
    | { readonly type: 'job.sealed' | 'job.resumed'; readonly data: { readonly jobId: JobId } }
    | { readonly type: 'job.paused'; readonly data: { readonly jobId: JobId; readonly reason: string } }
    | { readonly type: 'job.state'; readonly data: { readonly jobId: JobId; readonly state: JobState; readonly reason: string } }
    | { readonly type: 'task.created'; readonly data: TaskReference & { readonly parentTaskId: TaskId | null } }
    | { readonly type: 'task.started'; readonly data: TaskReference & { readonly attemptId: string; readonly epoch: number } }
    | {
        readonly type: 'task.state';
        readonly data: TaskReference & {
          readonly state: TaskState;
          /** What a pending task waits for. */
          readonly waiting?: WaitingReason;
          /** Decision or cause in words, such as `Retry attempt 2/5 after 2s`. */
          readonly reason: string;
          /** Only in version 1; since then the result of a task that succeeded is looked up in the task. */
          readonly result?: unknown;
        };
      }
    | { readonly type: 'task.answered'; readonly data: TaskReference & { readonly signal: string; readonly by: string } }
    | { readonly type: 'lease.lost'; readonly data: TaskReference & { readonly epoch: number; readonly owner: string } }
  );

interface TaskReference {
  readonly taskId: TaskId;
  readonly taskType: string;
  readonly key: string;
}

/** The version of what is written now. Of an older one the reader knows what was different. */
export const eventVersion = 2;

/** An event before it has its place in a stream. */
export type NewJobEvent = JobEvent extends infer Event ? (Event extends JobEvent ? Pick<Event, 'type' | 'data'> : never) : never;
