import type { JobEvent } from '../../domain/events.ts';
import type { JobId } from '../../domain/ids.ts';
import { jobHasEnded } from '../../domain/job.ts';
import { deliveriesGroup, isRun } from '../../domain/job-groups.ts';
import { endStates } from '../../domain/task.ts';
import type { TraceId } from '../../domain/trace.ts';
import { traceOf } from '../../domain/trace.ts';
import type { Ended, Traces } from '../../ports/traces.ts';
import type { JobView } from '../../weaver/engine.ts';
import type { OperationTools } from '../tools.ts';
import type { OverJob } from './ended-of-job.ts';
import { endedDelivery, endedRun } from './ended-of-job.ts';
import { endedOfTask } from './ended-of-task.ts';

/** What came to its end with an event, as it stands in the records. */
export type ReadEnded = (event: JobEvent) => Promise<readonly Ended[]>;

/** Jobs whose trace is remembered: most events are of those that are under way. */
const mostRemembered = 200;

/**
 * Reads what traces tell of runs, and of news of forges, when it has ended. Only what stands in the records then: so it does not matter which process
 * reads it, and how often.
 */
export function readEnded(tools: Pick<OperationTools, 'engine' | 'ledger'>, traces: Pick<Traces, 'keeps'>): ReadEnded {
  const known = new Map<JobId, TraceId | undefined>();

  /** @returns undefined for a job that is not traced. */
  function remembered(job: JobView): TraceId | undefined {
    const trace = traceOf(job.id, job.attributes);
    const kept = (isRun(job) || job.groupKey === deliveriesGroup) && traces.keeps(trace) ? trace : undefined;
    known.delete(known.size >= mostRemembered ? (known.keys().next().value ?? job.id) : job.id);
    known.set(job.id, kept);
    return kept;
  }

  async function traceFor(id: JobId): Promise<TraceId | undefined> {
    if (known.has(id)) return known.get(id);
    const job = await tools.engine.status(id);
    return job === undefined ? undefined : remembered(job);
  }

  return async (event) => {
    if (event.type === 'job.state' && jobHasEnded(event.data.state)) {
      const job = await tools.engine.status(event.data.jobId);
      const trace = job === undefined ? undefined : remembered(job);
      if (trace === undefined || !isOver(job)) return [];
      return [isRun(job) ? await endedRun(tools, job, trace) : await endedDelivery(tools, job, trace)];
    }
    if (event.type !== 'task.state' || !(endStates as readonly string[]).includes(event.data.state)) return [];
    const trace = await traceFor(jobOf(event));
    const history = trace === undefined ? undefined : await tools.engine.task(event.data.taskId);
    return trace === undefined || history === undefined ? [] : await endedOfTask(tools.engine, history, trace);
  };
}

/** It may have been opened again meanwhile, and ends another time. */
function isOver(job: JobView | undefined): job is OverJob {
  return job?.endedAt !== undefined;
}

function jobOf({ stream }: JobEvent): JobId {
  return stream.slice('job:'.length) as JobId;
}
