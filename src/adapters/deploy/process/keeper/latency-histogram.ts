/** A bucket is so many times as wide as the one below it: a percentile is off by two percent at most. */
const growth = 1.04;
/** What is faster counts as this, in ms. */
const smallestMs = 0.1;
/** What is slower counts as this, in ms: ten minutes. */
const largestMs = 600_000;

/** How many answers took how long: by bucket, the count. Empty buckets are absent. */
export type Latencies = Record<number, number>;

export function bucketOf(ms: number): number {
  const bounded = Math.min(Math.max(ms, smallestMs), largestMs);
  return Math.round(Math.log(bounded / smallestMs) / Math.log(growth));
}

/**
 * @param share such as 0.95; by the nearest rank.
 * @returns ms; undefined where nothing was counted.
 */
export function percentileOf(all: readonly Latencies[], share: number): number | undefined {
  const counts = new Map<number, number>();
  for (const latencies of all)
    for (const [bucket, count] of Object.entries(latencies)) counts.set(Number(bucket), (counts.get(Number(bucket)) ?? 0) + count);
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  let left = Math.ceil(total * share);
  for (const bucket of [...counts.keys()].toSorted((one, other) => one - other)) {
    left -= counts.get(bucket) ?? 0;
    if (left <= 0) return smallestMs * growth ** bucket;
  }
  return undefined;
}
