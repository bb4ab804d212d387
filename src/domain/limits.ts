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
export interface Limited {
  readonly type: string;
  readonly concurrencyKey: string | undefined;
}

/** Names a limit in one string, as maps and indexes want it. */
export function limitName(limit: ConcurrencyLimit): string {
  return `${limit.of}:${limit.name}`;
}

/** How many tasks a limit lets run; Infinity where none is set. @param set those that were set, by {@link limitName}. */
export function mostUnder(limit: ConcurrencyLimit, set: ReadonlyMap<string, number>): number {
  return set.get(limitName(limit)) ?? (limit.of === 'key' ? 1 : Infinity);
}

/** The limits under which a task stands. @param set those that were set, by {@link limitName}. */
export function limitsOf(task: Limited, set: ReadonlyMap<string, number>): readonly SetLimit[] {
  const limits: ConcurrencyLimit[] = [{ of: 'type', name: task.type }];
  if (task.concurrencyKey !== undefined) limits.push({ of: 'key', name: task.concurrencyKey });
  return limits.map((limit) => ({ ...limit, most: mostUnder(limit, set) })).filter(({ most }) => most < Infinity);
}

/** Each kind once, by type and then by key. */
export function eachOnce(kinds: readonly Limited[]): readonly Limited[] {
  const byName = new Map(kinds.map((kind) => [JSON.stringify([kind.type, kind.concurrencyKey]), kind]));
  return [...byName].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, kind]) => kind);
}
