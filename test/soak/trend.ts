/** How a value changes over time. */
export interface Trend {
  /** Per hour, by the median of the slopes between all pairs (Theil, 1950; Sen, 1968), which single outliers do not move. */
  readonly perHour: number;
  readonly first: number;
  readonly last: number;
}

/** At most so many points are compared with each other. */
const mostPoints = 240;

/**
 * The trend of values over seconds, after a time in which everything grows that grows once: caches, compiled code, the heap.
 *
 * @param warmUpSeconds values before are left out.
 * @returns undefined where fewer than three are left.
 */
export function trendOf(points: ReadonlyArray<readonly [seconds: number, value: number]>, warmUpSeconds: number): Trend | undefined {
  const after = thinned(points.filter(([seconds]) => seconds >= warmUpSeconds));
  const [first, last] = [after[0], after.at(-1)];
  if (first === undefined || last === undefined || after.length < 3) return undefined;
  const slopes = after
    .flatMap(([at, value], index) => after.slice(index + 1).map(([later, other]) => (other - value) / (later - at)))
    .toSorted((one, other) => one - other);
  const middle = slopes[Math.floor(slopes.length / 2)] ?? 0;
  return { perHour: middle * 3_600, first: first[1], last: last[1] };
}

function thinned<Point>(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / mostPoints);
  return step <= 1 ? points : points.filter((_, index) => index % step === 0);
}
