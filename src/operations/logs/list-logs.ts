import { shortId } from '../../domain/ids.ts';
import type { LogName } from '../../domain/logs/log-name.ts';
import { compareLogs, logNameOf } from '../../domain/logs/log-name.ts';
import type { Task } from '../../domain/task.ts';
import { hasEnded } from '../../domain/task.ts';
import type { JobView } from '../../weaver/engine.ts';
import { implementType } from '../../workflow/task-types.ts';
import { payloadOf } from '../task-results.ts';
import type { OperationTools } from '../tools.ts';

export type LogTools = Pick<OperationTools, 'engine' | 'logs' | 'artifacts' | 'redact'>;

/** Where a log can be read. */
export type LogPlace =
  | { readonly kind: 'file'; readonly name: string; readonly bytes: number }
  /** It was kept when its agent had ended: that worked on another machine, or this one has tidied up since. */
  | { readonly kind: 'kept'; readonly reference: string };

export interface RunLog extends LogName {
  readonly place: LogPlace;
  /** Whether what prints into it is at work. */
  readonly isLive: boolean;
}

/** Every log of a run that can be read from here, in a fixed order. What an agent on another machine prints can be read once it has ended. */
export async function listLogs(tools: LogTools, { id }: Pick<JobView, 'id'>): Promise<readonly RunLog[]> {
  const [files, tasks] = await Promise.all([tools.logs.ofRun(id), tools.engine.tasks(id)]);
  const agents = agentsOf(tasks);
  const here = files.flatMap(({ name, bytes }): readonly RunLog[] => {
    const named = logNameOf(name);
    if (named === undefined) return [];
    const printing = named.world === undefined ? tasks.filter((task) => isNamedBy(named, task)) : (agents.get(agentIn(named)) ?? []);
    return [{ ...named, place: { kind: 'file', name, bytes }, isLive: printing.some(({ state }) => state === 'running') }];
  });
  const known = new Set(here.map(agentIn));
  const elsewhere = [...agents].flatMap(([agent, printed]) =>
    known.has(agent) ? [] : printed.filter((task) => hasEnded(task) && task.executions > 0),
  );
  const kept = await Promise.all(elsewhere.map(async (task) => await keptOf(tools, task)));
  return [...here, ...kept.flat()].toSorted(compareLogs);
}

/** The tasks in which agents work, by the names of what they print. */
function agentsOf(tasks: readonly Task[]): ReadonlyMap<string, readonly Task[]> {
  const planTasks = new Map(
    tasks.filter(({ type }) => type === implementType.name).map((task) => [task.id, payloadOf(implementType, task).planTask.id]),
  );
  const found = new Map<string, readonly Task[]>();
  for (const task of tasks) {
    const [, world] = /^(.+)\.(?:run|write)$/.exec(task.key) ?? [];
    const planTask = task.parentTaskId === undefined ? undefined : planTasks.get(task.parentTaskId);
    if (world === undefined || planTask === undefined) continue;
    const agent = agentIn({ planTask, world });
    found.set(agent, [...(found.get(agent) ?? []), task]);
  }
  return found;
}

function agentIn({ planTask, world }: Pick<LogName, 'planTask' | 'world'>): string {
  return `${planTask ?? ''}.${world ?? ''}`;
}

/** What is printed beside the work of agents is named by the task that runs it. */
function isNamedBy({ log }: LogName, { id }: Task): boolean {
  return log.startsWith(`${shortId(id)}-`);
}

/** What was kept of an agent; of one that was tried more than once what it printed last. */
async function keptOf({ engine }: LogTools, { id }: Task): Promise<readonly RunLog[]> {
  const { artifacts = [] } = (await engine.task(id)) ?? {};
  const byName = new Map(artifacts.filter(({ kind }) => kind === 'log').map(({ name, reference }) => [name, reference]));
  return Array.from(byName, ([name, reference]) => ({ named: logNameOf(name), reference })).flatMap(({ named, reference }) =>
    named === undefined ? [] : [{ ...named, place: { kind: 'kept', reference }, isLive: false }],
  );
}
