/**
 * How many tasks of one kind may run at the same time, over all processes on the database. A concurrency key allows one
 * unless a limit for it says otherwise; a task type has no limit unless one is set.
 */
export interface ConcurrencyLimit {
  readonly of: 'type' | 'key';
  /** The name of the task type, or the concurrency key. */
  readonly name: string;
}

/** A limit that was set. */
export interface SetLimit extends ConcurrencyLimit {
  /** 0 stops them. */
  readonly most: number;
}

/** What a task needs to know of itself to be limited. */
interface Limited {
  readonly type: string;
  readonly concurrencyKey: string | undefined;
}

/** Names a limit in one string, as maps and indexes want it. */
export function limitName(limit: ConcurrencyLimit): string {
  return `${limit.of}:${limit.name}`;
}

/** The limits under which a task stands. @param set those that were set, by {@link limitName}. */
export function limitsOf(task: Limited, set: ReadonlyMap<string, number>): readonly SetLimit[] {
  const limits: SetLimit[] = [];
  const ofType = set.get(limitName({ of: 'type', name: task.type }));
  if (ofType !== undefined) limits.push({ of: 'type', name: task.type, most: ofType });
  if (task.concurrencyKey !== undefined) {
    const name = task.concurrencyKey;
    limits.push({ of: 'key', name, most: set.get(limitName({ of: 'key', name })) ?? 1 });
  }
  return limits;
}
