import type { JobEvent } from '../domain/events.ts';
import type { Task } from '../domain/task.ts';
import type { Engine } from '../weaver/engine.ts';

type Ended = Extract<JobEvent, { readonly type: 'task.state' }>;

/** The results of the tasks that succeeded, with the events that say so: an event tells that a task has a result, the task which. */
export function withResults(events: readonly JobEvent[], tasks: readonly Task[]): readonly JobEvent[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return events.map((event) => (lacksResult(event) ? withResult(event, byId.get(event.data.taskId)) : event));
}

/** The same for one event as it happens; tasks of other types are not looked up. */
export async function withLiveResult(engine: Pick<Engine, 'task'>, event: JobEvent, types: ReadonlySet<string>): Promise<JobEvent> {
  if (!lacksResult(event) || !types.has(event.data.taskType)) return event;
  return withResult(event, (await engine.task(event.data.taskId))?.task);
}

/** Events of version 1 carry the result themselves. */
function lacksResult(event: JobEvent): event is Ended {
  return event.type === 'task.state' && event.data.state === 'succeeded' && event.data.result === undefined;
}

function withResult(event: Ended, task: Task | undefined): JobEvent {
  return task?.state === 'succeeded' ? { ...event, data: { ...event.data, result: task.result.value } } : event;
}
