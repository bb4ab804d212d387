/** The middle value; of two middle ones their mean; undefined of no values. */
export function median(values: readonly number[]): number | undefined {
  return quantile(values, 0.5);
}

/**
 * The value below which this share of the values lies, between two of them in proportion (the definition 7 of Hyndman and Fan, as spreadsheets
 * have it); undefined of no values. @param share 0 to 1.
 */
export function quantile(values: readonly number[], share: number): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((one, other) => one - other);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}

export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : sum(values) / values.length;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** How many of how many: the share, with what it stands on. */
export interface Share {
  readonly part: number;
  readonly of: number;
}

export function shareOf<Value>(values: readonly Value[], isPart: (value: Value) => boolean): Share {
  return { part: values.filter(isPart).length, of: values.length };
}

/** The bounds between which a share lies that was observed, 0 to 1. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** The normal quantile of a confidence of 95 % on both sides. */
const z95 = 1.959_963_984_540_054;

/**
 * The interval of Wilson (1927) for a share at 95 %: unlike the plain one it holds for few observations and for shares near 0 and 1. Of nothing
 * observed, anything is possible.
 */
export function wilson({ part, of }: Share): Bounds {
  if (of === 0) return { low: 0, high: 1 };
  const share = part / of;
  const spread = z95 * z95;
  const middle = (share + spread / (2 * of)) / (1 + spread / of);
  const half = (z95 / (1 + spread / of)) * Math.sqrt((share * (1 - share)) / of + spread / (4 * of * of));
  return { low: part === 0 ? 0 : Math.max(0, middle - half), high: part === of ? 1 : Math.min(1, middle + half) };
}
