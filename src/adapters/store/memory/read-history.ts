import type { JobEvent } from '../../../domain/events.ts';
import type { TaskId } from '../../../domain/ids.ts';
import type { DependencyRecord } from '../../../ports/records.ts';
import type { StoreReader } from '../../../ports/store.ts';
import { copyOf } from './copies.ts';
import { byText } from './orders.ts';
import type { Session } from './session.ts';
import { keyOf } from './tables.ts';
import type { Tables } from './tables.ts';

type History = Pick<
  StoreReader,
  | 'dependencies'
  | 'dependents'
  | 'attempts'
  | 'decisions'
  | 'latestAttempts'
  | 'latestDecisions'
  | 'events'
  | 'eventsAfter'
  | 'newestEvent'
  | 'effect'
>;

/** What has happened to tasks, and what they wait for. An id is unique over all namespaces, so none is asked for here. */
export function readHistory(session: Session, namespace: string): History {
  return {
    dependencies: async (of) => copyOf(each(of, (task) => session.tables.dependencies.where('task', task)).sort(byWhoWaits)),
    dependents: async (on) => copyOf(each(on, (task) => session.tables.dependencies.where('on', task)).sort(byWhoWaits)),
    attempts: async (of) => {
      const { attempts } = session.tables;
      const found = 'jobId' in of ? attempts.where('job', of.jobId) : attempts.where('task', of.taskId);
      return copyOf(found.sort(byTaskThenEpoch(session.tables)));
    },
    decisions: async (of) => {
      const { decisions } = session.tables;
      const found = 'jobId' in of ? decisions.where('job', of.jobId) : decisions.where('task', of.taskId);
      return copyOf(found.sort(byTaskThenEpoch(session.tables)));
    },
    latestAttempts: async (job, limit) => copyOf(session.tables.attempts.where('job', job).sort(latestFirst).slice(0, limit)),
    latestDecisions: async (job, limit) => copyOf(session.tables.decisions.where('job', job).sort(latestFirst).slice(0, limit)),
    events: async (stream, sinceSeq, limit) => copyOf(eventsAfter(session.tables, { stream, sinceSeq, limit })),
    eventsAfter: async (after, limit) =>
      copyOf(
        session.tables.events
          .all()
          .filter((event) => Number(event.position) > Number(after ?? 0) && isIn(session.tables, event, namespace))
          .sort((one, other) => Number(one.position) - Number(other.position))
          .slice(0, limit),
      ),
    newestEvent: async () =>
      session.tables.events
        .all()
        .map(({ position }) => position)
        .sort((one, other) => Number(other) - Number(one))[0],
    effect: async (key) => copyOf(session.tables.effects.get(key)),
  };
}

function each(ids: readonly TaskId[], find: (id: TaskId) => DependencyRecord[]): DependencyRecord[] {
  return [...new Set(ids)].flatMap(find);
}

function byWhoWaits(one: DependencyRecord, other: DependencyRecord): number {
  return byText(one.taskId, other.taskId) || one.ordinal - other.ordinal;
}

function isIn({ jobs }: Tables, { stream }: JobEvent, namespace: string): boolean {
  return jobs.get(stream.slice('job:'.length))?.namespace === namespace;
}

interface OfTask {
  readonly id: string;
  readonly taskId: TaskId;
  readonly epoch: number;
}

function byTaskThenEpoch({ tasks }: Tables) {
  const number = ({ taskId }: OfTask): number => tasks.get(taskId)?.task.number ?? 0;
  return (one: OfTask, other: OfTask): number => number(one) - number(other) || one.epoch - other.epoch || byText(one.id, other.id);
}

function latestFirst(one: OfTask, other: OfTask): number {
  return byText(other.id, one.id);
}

/** The numbers of a stream have no gaps. */
function eventsAfter(
  { events }: Tables,
  { stream, sinceSeq, limit }: { readonly stream: string; readonly sinceSeq: number; readonly limit: number },
): JobEvent[] {
  const found: JobEvent[] = [];
  for (let seq = Math.max(0, sinceSeq) + 1; found.length < limit; seq += 1) {
    const event = events.get(keyOf(stream, seq));
    if (event === undefined) break;
    found.push(event);
  }
  return found;
}
