import type { TaskId } from '../domain/ids.ts';
import type { Job } from '../domain/job.ts';
import { retryShape } from '../domain/specs.ts';
import { hasEnded, isAnsweredFor } from '../domain/task.ts';
import type { Task } from '../domain/task.ts';
import { inChange } from './change.ts';
import type { Change } from './change.ts';
import { checkGiven } from './check-given.ts';
import type { Retried } from './engine.ts';
import { isMet, unmet } from './neighbours.ts';
import type { EngineParts } from './parts.ts';

const refusal = { what: 'The task was not tried again.', fix: 'Name the task by its id, and who wants it tried again.' };

/**
 * Tries a task again by the hand of an operator: one that is dead gets a full budget of attempts, and those that were skipped because
 * of it wait for it again; one that waits for its next attempt does not wait any longer.
 *
 * @throws Failure (usage) when nobody is named who wants it.
 */
export async function retry(parts: EngineParts, givenTask: TaskId, givenBy: string): Promise<Retried> {
  const { taskId, by } = checkGiven(retryShape, { taskId: givenTask, by: givenBy }, refusal);
  return inChange(parts, async (change): Promise<Retried> => {
    const task = await change.task(taskId);
    if (task === undefined) return { kind: 'unknown' };
    if (task.state === 'pending' && task.waiting.reason === 'backoff') {
      await change.move(task, { type: 'due' }, `${by} did not want to wait`);
      return { kind: 'retried' };
    }
    const why = await obstacle(change, task, await change.job(task.jobId));
    if (why !== undefined) return { kind: 'refused', why };
    await revive(change, task, `Tried again by ${by}`);
    change.callForAttention();
    return { kind: 'retried' };
  });
}

/** Why a task cannot be revived. */
async function obstacle(change: Change, task: Task, job: Job): Promise<string | undefined> {
  if (task.state !== 'dead' && task.state !== 'skipped')
    return `Task ${task.key} is ${task.state}; only one that is dead or skipped can be tried again.`;
  if (job.cancel !== undefined) return `Its job was cancelled: ${job.cancel.reason}.`;
  if (isAnsweredFor(task)) {
    const parent = task.parentTaskId === undefined ? undefined : await change.task(task.parentTaskId);
    return `${parent?.key ?? 'Its parent'} had begun it and has gone on with its end; try that one again.`;
  }
  const failed = await failedDependency(change, task);
  if (failed !== undefined) return `It depends on ${failed.key}, which ended as ${failed.state}; try that one again.`;
  return successor(change, job);
}

/** Why a job that has ended cannot go on: another one has begun under its exclusive key. */
export async function successor(change: Change, job: Job): Promise<string | undefined> {
  if (job.endedAt === undefined || job.exclusiveKey === undefined) return undefined;
  const other = await (await change.records()).openJobByExclusiveKey(job.exclusiveKey);
  return other === undefined ? undefined : `Job ${other.id} has begun under the same key «${job.exclusiveKey}»; it goes on there.`;
}

async function revive(change: Change, first: Task, reason: string): Promise<void> {
  const queue = [first.id];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const task = await change.task(id);
    if (task === undefined || (task.state !== 'dead' && task.state !== 'skipped')) continue;
    if (await failedDependency(change, task)) continue;
    await change.move(task, { type: 'revived', left: await unmet(change, task) }, id === first.id ? reason : `${first.key} is tried again`);
    for (const edge of await change.dependents(id)) {
      const dependent = edge.until === 'succeeded' ? await change.task(edge.taskId) : undefined;
      // Whose parent has taken its end into account stays as it is.
      if (dependent?.state === 'skipped' && !isAnsweredFor(dependent)) queue.push(dependent.id);
    }
  }
}

/** A dependency whose end will never satisfy the task. */
async function failedDependency(change: Change, task: Task): Promise<Task | undefined> {
  for (const edge of await change.dependencies(task.id)) {
    const on = await change.task(edge.onTaskId);
    if (on !== undefined && hasEnded(on) && !isMet(edge, on)) return on;
  }
  return undefined;
}
