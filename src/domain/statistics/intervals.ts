/** A stretch of time, epoch ms; `to` is not before `from`. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** The same time as stretches that neither touch nor overlap, the earliest first; what has no length is left out. */
export function joined(intervals: readonly Interval[]): readonly Interval[] {
  const result: { from: number; to: number }[] = [];
  for (const { from, to } of intervals.toSorted((one, other) => one.from - other.from)) {
    if (to <= from) continue;
    const last = result.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}

/** What of `intervals` lies in none of `others`. */
export function without(intervals: readonly Interval[], others: readonly Interval[]): readonly Interval[] {
  return joined(others).reduce<readonly Interval[]>(
    (left, other) =>
      left.flatMap((one) =>
        [
          { from: one.from, to: Math.min(one.to, other.from) },
          { from: Math.max(one.from, other.to), to: one.to },
        ].filter(({ from, to }) => to > from),
      ),
    joined(intervals),
  );
}

/** How long they are together, in ms; what is in several counts once. */
export function lengthOf(intervals: readonly Interval[]): number {
  return joined(intervals).reduce((sum, { from, to }) => sum + (to - from), 0);
}
