/** How two samples compare by their ranks. */
export interface RankTest {
  /** Pairs in which the first value is the higher one; ties are half a pair. */
  readonly u: number;
  /** How many standard deviations that is above what chance gives. */
  readonly z: number;
  /** How probable as much or more is by chance alone, where both are of one kind (0 to 1). */
  readonly p: number;
}

/** From so many values on each side on the normal approximation is good. */
const enough = 30;

/**
 * Whether the first values tend to be higher than the second, by the test of Mann and Whitney (1947), one-sided, with the normal approximation,
 * corrected for ties and for continuity: latencies follow no known distribution, and this one asks for none.
 *
 * @returns undefined with fewer than 30 values on a side, and where all are equal: then nothing can be said.
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): RankTest | undefined {
  const [n, m] = [first.length, second.length];
  if (n < enough || m < enough) return undefined;
  const all = [...first.map((value) => ({ value, isFirst: true })), ...second.map((value) => ({ value, isFirst: false }))];
  const sorted = all.toSorted((one, other) => one.value - other.value);
  let rankSum = 0;
  let ties = 0;
  for (let from = 0; from < sorted.length;) {
    const next = sorted.findIndex(({ value }, index) => index > from && value !== sorted[from]?.value);
    const to = next === -1 ? sorted.length : next;
    const equal = to - from;
    rankSum += sorted.slice(from, to).filter(({ isFirst }) => isFirst).length * (from + (equal + 1) / 2);
    ties += equal ** 3 - equal;
    from = to;
  }
  const u = rankSum - (n * (n + 1)) / 2;
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (variance <= 0) return undefined;
  const distance = u - (n * m) / 2;
  const z = Math.sign(distance) * (Math.max(0, Math.abs(distance) - 0.5) / Math.sqrt(variance));
  return { u, z, p: 1 - normal(z) };
}

/** The share of a normal distribution below `z`: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17; right to 7.5e-8. */
function normal(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * Math.abs(z));
  const sum = t * (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  const above = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * sum;
  return z >= 0 ? 1 - above : above;
}
