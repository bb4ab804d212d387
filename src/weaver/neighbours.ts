import { hasEnded, nothingUsed } from '../domain/task.ts';
import type { Task, TaskIn } from '../domain/task.ts';
import type { Composition } from '../domain/transition.ts';
import type { DependencyRecord } from '../ports/records.ts';
import type { Change } from './change.ts';
import { fit } from './fit.ts';

/** Tells those who wait for a task that it has ended: its dependents, and the parent it was born of. */
export async function settleNeighbours(change: Change, ended: Task): Promise<void> {
  for (const edge of await change.dependents(ended.id)) await meetDependency(change, edge, ended);
  if (ended.parentTaskId === undefined) return;
  const parent = await change.task(ended.parentTaskId);
  if (parent?.state !== 'pending') return;
  const { waiting } = parent;
  if (waiting.reason === 'repair' && waiting.by === ended.id) await endRepair(change, parent, ended);
  if (waiting.reason === 'children' && parent.decompositions === ended.generation) await endChild(change, parent, ended);
}

/** One edge whose other end has ended: the dependent comes nearer to being ready, or can never run any more. */
export async function meetDependency(change: Change, edge: DependencyRecord, ended: Task): Promise<void> {
  const dependent = await change.task(edge.taskId);
  if (dependent?.state !== 'pending' || dependent.waiting.reason !== 'deps') return;
  if (isMet(edge, ended)) {
    // One that was tried again has ended before: whether this was the last to wait for is not for the count alone to say.
    if (dependent.waiting.left === 1 && (await unmet(change, dependent)) > 0) return;
    await change.move(dependent, { type: 'dependencyMet' }, 'Its dependencies are met');
    return;
  }
  const reason = `Depends on ${ended.key}, which ended as ${ended.state}`;
  await change.move(dependent, { type: 'skipped', reason, used: nothingUsed }, reason);
}

/** Whether an edge holds nobody back any more. */
export function isMet(edge: DependencyRecord, on: Task): boolean {
  return on.state === 'succeeded' || (edge.until === 'settled' && hasEnded(on));
}

/** How many of a task's dependencies hold it back as things stand. */
export async function unmet(change: Change, task: Task): Promise<number> {
  let left = 0;
  for (const edge of await change.dependencies(task.id)) {
    const on = await change.task(edge.onTaskId);
    if (on !== undefined && !isMet(edge, on)) left += 1;
  }
  return left;
}

async function endChild(change: Change, parent: TaskIn<'pending'>, ended: Task): Promise<void> {
  const { waiting } = parent;
  if (waiting.reason !== 'children') return;
  const composition = waiting.join === 'compose' && waiting.left === 1 ? await compose(change, parent) : undefined;
  const current = composition === undefined ? parent : await change.again(parent);
  const reason = composition?.kind === 'dead' ? composition.reason : `All children have settled, the last was ${ended.key}`;
  await change.move(current, { type: 'childEnded', composition }, reason);
}

/** The result of a composed task is an object with the result of each child under its key. */
async function compose(change: Change, parent: Task): Promise<Composition> {
  const children = await (await change.records()).children(parent.id, parent.decompositions);
  const failed = children.filter((child) => hasEnded(child) && child.state !== 'succeeded');
  if (failed.length > 0) {
    const which = failed.map((child) => `${child.key} (${child.state})`).join(', ');
    return { kind: 'dead', reason: `Not all children succeeded: ${which}` };
  }
  const results = children.flatMap((child) => (child.state === 'succeeded' ? [[child.key, child.result.value] as const] : []));
  const value = Object.fromEntries(results);
  const type = change.parts.types.get(parent.type);
  const read = type && fit(type.result, value, 'result');
  if (read?.kind === 'fault')
    return { kind: 'dead', reason: `The results of its children are not its result: ${read.path}: ${read.problem}` };
  return { kind: 'succeeded', result: { schemaVersion: versionOf(change, parent), value } };
}

/** What repairs a payload has written the new one, or could not. Whether that one decodes is seen by the next attempt. */
async function endRepair(change: Change, parent: Task, repairer: Task): Promise<void> {
  if (repairer.state === 'succeeded') {
    const payload = { schemaVersion: versionOf(change, parent), value: repairer.result.value };
    await change.move(parent, { type: 'repaired', payload }, `Its payload was written anew by ${repairer.key}`);
    return;
  }
  const reason = `Its payload could not be repaired: ${repairer.key} ended as ${repairer.state}`;
  await change.move(parent, { type: 'died', reason, used: nothingUsed }, reason);
}

function versionOf(change: Change, task: Task): number {
  return change.parts.types.get(task.type)?.schemaVersion ?? task.payload.schemaVersion;
}
