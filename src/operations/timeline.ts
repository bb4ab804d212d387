import type { JobEvent } from '../domain/events.ts';
import type { JobId } from '../domain/ids.ts';
import type { OperationTools } from './tools.ts';

/** One thing that happened, for people. */
export interface TimelineEntry {
  readonly at: number;
  /** Milliseconds since the run was submitted. */
  readonly sinceStartMs: number;
  readonly text: string;
}

/** Everything that happened in a run, rebuilt from its events, oldest first. */
export async function timeline(tools: OperationTools, jobId: JobId): Promise<readonly TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  const names = new Map<string, string>();
  let start: number | undefined;
  for await (const event of tools.engine.events(jobId)) {
    start ??= event.at;
    if (event.type === 'task.created') names.set(event.data.taskId, qualified(event, names));
    const text = describe(event, names);
    if (text !== undefined) entries.push({ at: event.at, sinceStartMs: event.at - start, text });
  }
  return entries;
}

/** `task-1/alpha.run`: children are named below their parent, except below the plan, whose children are the run's own. */
function qualified(event: Extract<JobEvent, { type: 'task.created' }>, names: ReadonlyMap<string, string>): string {
  const parent = event.data.parentTaskId === null ? undefined : names.get(event.data.parentTaskId);
  return parent === undefined || parent === 'plan' ? event.data.key : `${parent}/${event.data.key}`;
}

/** @returns undefined for what a reader can do without. */
function describe(event: JobEvent, names: ReadonlyMap<string, string>): string | undefined {
  switch (event.type) {
    case 'job.submitted':
      return `submitted: ${event.data.title}`;
    case 'job.state':
      return `run is ${event.data.state}${event.data.reason === '' ? '' : `: ${event.data.reason}`}`;
    case 'task.created':
      return undefined;
    case 'task.started':
      return `${names.get(event.data.taskId) ?? event.data.key} started`;
    case 'task.state':
      return event.data.state === 'ready' || event.data.state === 'running'
        ? undefined
        : `${names.get(event.data.taskId) ?? event.data.key} ${event.data.state}${event.data.reason === '' ? '' : `: ${event.data.reason}`}`;
    case 'task.answered':
      return `${names.get(event.data.taskId) ?? event.data.key} answered by ${event.data.by}`;
    case 'lease.lost':
      return `${names.get(event.data.taskId) ?? event.data.key}: the process that worked on it died; it goes back`;
  }
}
