import type { Incident } from '../domain/incident.ts';
import type { TaskContext } from '../weaver/handler.ts';
import type { WorkflowTools } from './tools.ts';

/** What is told of a task beside how far it is. */
export interface IncidentProgress {
  readonly incident: Incident;
}

export function isIncidentProgress(data: unknown): data is IncidentProgress {
  return typeof data === 'object' && data !== null && 'incident' in data;
}

/** Whoever hears of what a world is denied: people see it at once, and the records keep it. */
export interface IncidentKeeper {
  readonly onIncident: (incident: Incident) => void;
  /** When all that was heard is recorded. @throws what the records threw. */
  kept(): Promise<void>;
}

export function keepIncidents(tools: Pick<WorkflowTools, 'ledger' | 'redact'>, context: TaskContext<unknown>): IncidentKeeper {
  const { taskId, jobId } = context;
  const writes: Promise<void>[] = [];
  return {
    onIncident(heard) {
      // A name that was asked for can say anything.
      const incident = { ...heard, detail: tools.redact(heard.detail).text };
      context.progress({ incident } satisfies IncidentProgress);
      const write = tools.ledger.worlds.incident({ taskId, jobId }, incident);
      // Whoever waits for all of them is told what went wrong.
      write.catch(() => undefined);
      writes.push(write);
    },
    kept: async () => void (await Promise.all(writes)),
  };
}
