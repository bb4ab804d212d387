import type { RunAttempt, RunTask } from '../task-words.ts';

type CauseTask = Pick<RunTask, 'id' | 'parent' | 'state' | 'endedAt'>;

/** What went wrong first, and what came of it. */
export interface RootCause<Task extends CauseTask> {
  readonly task: Task;
  /** Tasks that came to nothing because of it, the nearest first. */
  readonly because: readonly Task[];
  /** Others that came to nothing for reasons of their own, in the order in which they did. */
  readonly others: readonly Task[];
  /** How many were not even begun. */
  readonly skipped: number;
}

/**
 * Finds what people have to look at first. A task that is dead because one of its children is is no cause, and neither is one whose parent went on
 * without it: worlds fail, and others win. Of several causes the one that ended first counts.
 *
 * @returns undefined where nothing went wrong for good.
 */
export function rootCause<Task extends CauseTask>(tasks: readonly Task[]): RootCause<Task> | undefined {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const counted = tasks.filter((task) => task.state === 'dead' && ancestors(task, byId).every(({ state }) => state !== 'succeeded'));
  const parents = new Set(counted.flatMap((task) => ancestors(task, byId).map(({ id }) => id)));
  const causes = counted.filter(({ id }) => !parents.has(id)).toSorted((one, other) => (one.endedAt ?? 0) - (other.endedAt ?? 0));
  const [task, ...others] = causes;
  if (task === undefined) return undefined;
  const because = ancestors(task, byId).filter(({ state }) => state === 'dead');
  return { task, because, others, skipped: tasks.filter(({ state }) => state === 'skipped').length };
}

/** The nearest first. */
function ancestors<Task extends CauseTask>(task: Task, byId: ReadonlyMap<string, Task>): readonly Task[] {
  const found: Task[] = [];
  let parent = task.parent === null ? undefined : byId.get(task.parent);
  while (parent !== undefined) {
    found.push(parent);
    parent = parent.parent === null ? undefined : byId.get(parent.parent);
  }
  return found;
}

/** Attempts of a task that did not succeed, the last first: its words are what stopped it. */
export function errorsOf<Attempt extends Pick<RunAttempt, 'task' | 'number' | 'outcome'>>(
  attempts: readonly Attempt[],
  task: string,
): readonly Attempt[] {
  return attempts
    .filter((attempt) => attempt.task === task && (attempt.outcome === 'failure' || attempt.outcome === 'error'))
    .toSorted((one, other) => other.number - one.number);
}
