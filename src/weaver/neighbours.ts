import { hasEnded } from '../domain/task.ts';
import type { Composition, Task } from '../domain/task.ts';
import type { DependencyRecord } from '../ports/records.ts';
import type { Change } from './change.ts';

/** Tells those who wait for a task that it has ended: its dependents, and the parent it was born of. */
export async function settleNeighbours(change: Change, ended: Task): Promise<void> {
  for (const edge of await change.records.dependents(ended.id)) await meetDependency(change, edge, ended);
  if (ended.parentTaskId === undefined) return;
  const parent = await change.records.task(ended.parentTaskId);
  if (parent?.state !== 'pending' || parent.waiting.reason !== 'children' || parent.decompositions !== ended.generation) return;
  const composition = parent.waiting.join === 'compose' && parent.waiting.left === 1 ? await compose(change, parent) : undefined;
  const reason = composition?.kind === 'dead' ? composition.reason : 'All children have settled';
  await change.move(parent, { type: 'childEnded', composition }, reason);
}

/** One edge whose other end has ended: the dependent comes nearer to being ready, or can never run any more. */
export async function meetDependency(change: Change, edge: DependencyRecord, ended: Task): Promise<void> {
  const dependent = await change.records.task(edge.taskId);
  if (dependent?.state !== 'pending' || dependent.waiting.reason !== 'deps') return;
  if (edge.until === 'settled' || ended.state === 'succeeded') {
    await change.move(dependent, { type: 'dependencyMet' }, 'Its dependencies are met');
    return;
  }
  const reason = `Depends on ${ended.key}, which ended as ${ended.state}`;
  await change.move(dependent, { type: 'skipped', reason }, reason);
}

/** The result of a composed task is an object with the result of each child under its key. */
async function compose(change: Change, parent: Task): Promise<Composition> {
  const children = await change.records.children(parent.id, parent.decompositions);
  const failed = children.filter((child) => hasEnded(child) && child.state !== 'succeeded');
  if (failed.length > 0) {
    const which = failed.map((child) => `${child.key} (${child.state})`).join(', ');
    return { kind: 'dead', reason: `Not all children succeeded: ${which}` };
  }
  const results = children.flatMap((child) => (child.state === 'succeeded' ? [[child.key, child.result.value] as const] : []));
  const schemaVersion = change.parts.registrations.get(parent.type)?.type.schemaVersion ?? 1;
  return { kind: 'succeeded', result: { schemaVersion, value: Object.fromEntries(results) } };
}
