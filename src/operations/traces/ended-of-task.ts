import type { AttemptId, TaskId } from '../../domain/ids.ts';
import type { Task } from '../../domain/task.ts';
import { hasEnded } from '../../domain/task.ts';
import type { TraceId } from '../../domain/trace.ts';
import type { Above, EndedAttempt, EndedTask, EndedWorld, WorldPlace } from '../../ports/traces.ts';
import type { AttemptView, Engine, TaskHistory } from '../../weaver/engine.ts';
import { implementType, planType, worldCheckType, worldRunType } from '../../workflow/task-types.ts';
import { payloadOf, resultOfTask } from '../task-results.ts';

/** What there is to tell of a task that has ended, and of the worlds that were its own. @returns nothing for one that has been opened again. */
export async function endedOfTask(
  engine: Pick<Engine, 'task' | 'tasks' | 'attempts'>,
  { task, attempts }: TaskHistory,
  trace: TraceId,
): Promise<readonly (EndedTask | EndedWorld)[]> {
  if (!hasEnded(task)) return [];
  const over = attempts.flatMap(endedAttempt);
  const own: EndedTask = {
    kind: 'task',
    trace,
    run: task.jobId,
    id: task.id,
    key: task.key,
    type: task.type,
    state: task.state,
    above: await aboveOf(engine, task),
    startedAt: Math.min(task.endedAt, ...over.map(({ startedAt }) => startedAt)),
    endedAt: task.endedAt,
    attempts: over,
  };
  return [own, ...(task.type === implementType.name ? await endedWorlds(engine, task, trace) : [])];
}

/** What is tried after a loss is not below what was lost: it says by a link what it follows. */
function endedAttempt({ id, startedAt, endedAt, outcome, errorKind, costMicroUsd }: AttemptView): readonly EndedAttempt[] {
  if (endedAt === undefined || outcome === undefined) return [];
  const isLost = outcome === 'released' || errorKind === 'infrastructure';
  return [{ id: id as AttemptId, startedAt, endedAt, outcome, isLost, costMicroUsd }];
}

/** Tasks that the plan has brought forth are the run's own, as people see them. */
async function aboveOf(engine: Pick<Engine, 'task'>, task: Task): Promise<Above> {
  const world = worldPlaceOf(task);
  if (world !== undefined) return { kind: 'world', ...world };
  const parent = task.parentTaskId === undefined ? undefined : await engine.task(task.parentTaskId);
  if (parent === undefined || parent.task.type === planType.name) return { kind: 'job', id: task.jobId };
  return { kind: 'task', id: parent.task.id };
}

function worldPlaceOf(task: Task): WorldPlace | undefined {
  const name = worldNameOf(task);
  return name === undefined || task.parentTaskId === undefined ? undefined : { task: task.parentTaskId, generation: task.generation, name };
}

function worldNameOf(task: Task): string | undefined {
  if (task.type === worldRunType.name) return payloadOf(worldRunType, task).world.name;
  return task.type === worldCheckType.name ? payloadOf(worldCheckType, task).world : undefined;
}

async function endedWorlds(engine: Pick<Engine, 'tasks' | 'attempts'>, parent: Task, trace: TraceId): Promise<readonly EndedWorld[]> {
  const lived = (await engine.tasks(parent.jobId)).filter(({ parentTaskId }) => parentTaskId === parent.id);
  const attempts = Map.groupBy(await engine.attempts(parent.jobId), ({ taskId }) => taskId);
  const worlds = Map.groupBy(
    lived.filter((task) => worldNameOf(task) !== undefined),
    (task) => `${task.generation} ${worldNameOf(task)}`,
  );
  const winner = resultOfTask(implementType, parent)?.winner;
  const last = Math.max(0, ...[...worlds.values()].flat().flatMap((task) => (worldNameOf(task) === winner ? [task.generation] : [])));
  return [...worlds.values()].map((tasks) =>
    endedWorld(tasks, { attempts, trace, won: (at) => at.name === winner && at.generation === last }),
  );
}

interface Lived {
  readonly attempts: ReadonlyMap<TaskId, readonly AttemptView[]>;
  readonly trace: TraceId;
  readonly won: (at: WorldPlace) => boolean;
}

function endedWorld(tasks: readonly Task[], { attempts, trace, won }: Lived): EndedWorld {
  const [first] = tasks;
  const at = first === undefined ? undefined : worldPlaceOf(first);
  if (first === undefined || at === undefined) throw new Error('a world without a task');
  const times = tasks.flatMap((task) => (attempts.get(task.id) ?? []).flatMap((each) => [each.startedAt, each.endedAt ?? each.startedAt]));
  const ends = tasks.flatMap((task) => (hasEnded(task) ? [task.endedAt] : []));
  const endedAt = Math.max(...times, ...ends);
  const run = tasks.find(({ type }) => type === worldRunType.name);
  const result = run === undefined ? undefined : resultOfTask(worldRunType, run);
  return {
    kind: 'world',
    trace,
    run: first.jobId,
    at,
    startedAt: Math.min(endedAt, ...times),
    endedAt,
    agent: run === undefined ? undefined : payloadOf(worldRunType, run).world.agent.name,
    status: result === undefined ? undefined : result.kind === 'ended' ? result.status : 'success',
    won: won(at),
  };
}
