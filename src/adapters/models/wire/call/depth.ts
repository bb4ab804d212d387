/** Whether something decoded from JSON is nested more than that many levels. Without recursion: it may be nested 100,000 levels deep. */
export function isDeeperThan(value: unknown, most: number): boolean {
  let level: readonly object[] = isContainer(value) ? [value] : [];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > most) return true;
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
