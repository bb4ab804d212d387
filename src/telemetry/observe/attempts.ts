import type { AttemptId, JobId, TaskId } from '../../domain/ids.ts';
import { traceOf } from '../../domain/trace.ts';
import type { Telemetry } from '../../ports/telemetry.ts';

/** What is known of an attempt when its handler is called. */
interface Attempt {
  readonly jobId: JobId;
  readonly taskId: TaskId;
  readonly attemptId: AttemptId;
  readonly key: string;
  readonly attempt: number;
  readonly payload: unknown;
  /** Of the job, as they are stored. */
  readonly attributes: unknown;
}

/** The same handler of a task type, each execution an operation of its own, and everything in it told of its run, task, world and attempt. */
export function observeAttempts<Context extends Attempt, End extends { readonly kind: string }>(
  type: string,
  handler: (context: Context) => Promise<End>,
  telemetry: Telemetry,
): (context: Context) => Promise<End> {
  return async (context) => {
    const world = worldOf(context.payload);
    const place = {
      run: context.jobId,
      task: context.taskId,
      taskType: type,
      key: context.key,
      ...(world === undefined ? {} : { world }),
      attempt: context.attemptId,
      attemptNumber: context.attempt,
      trace: traceOf(context.jobId, context.attributes),
    };
    return await telemetry.within(place, async () =>
      telemetry.measure({ kind: 'attempt', name: type }, async (notes) => {
        const end = await handler(context);
        notes.end(end.kind === 'failure' ? 'failed' : end.kind);
        return end;
      }),
    );
  };
}

/** Task types that work in a world have its name in what they are given. */
function worldOf(payload: unknown): string | undefined {
  if (typeof payload !== 'object' || payload === null || !('world' in payload)) return undefined;
  const { world } = payload;
  if (typeof world === 'string') return world;
  return typeof world === 'object' && world !== null && 'name' in world && typeof world.name === 'string' ? world.name : undefined;
}
