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

function countsOf(all: readonly Latencies[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const latencies of all)
    for (const [bucket, count] of Object.entries(latencies)) counts.set(Number(bucket), (counts.get(Number(bucket)) ?? 0) + count);
  return new Map([...counts].toSorted(([one], [other]) => one - other));
}

/**
 * Values at these ranks, from 1, in ms; for ranks that rise. Each is that of the middle of its bucket.
 */
function atRanks(counts: ReadonlyMap<number, number>, ranks: readonly number[]): readonly number[] {
  const found: number[] = [];
  let below = 0;
  for (const [bucket, count] of counts) {
    below += count;
    while (found.length < ranks.length && (ranks[found.length] ?? 0) <= below) found.push(smallestMs * growth ** bucket);
  }
  return found;
}

/**
 * @param share such as 0.95; by the nearest rank.
 * @returns ms; undefined where nothing was counted.
 */
export function percentileOf(all: readonly Latencies[], share: number): number | undefined {
  const counts = countsOf(all);
  return atRanks(counts, [Math.ceil(totalOf(counts) * share)])[0];
}

/** @returns ms of single answers, at most so many, picked evenly from all of them in their order. */
export function pickedFrom(all: readonly Latencies[], most: number): readonly number[] {
  const counts = countsOf(all);
  const total = totalOf(counts);
  const length = Math.min(total, most);
  return atRanks(
    counts,
    Array.from({ length }, (_, index) => Math.ceil(((index + 0.5) * total) / length)),
  );
}

function totalOf(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
