import { span } from '../../../words/time.ts';

/** A time in which something went on; epoch ms. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** A stretch of an axis: one in which something went on is drawn to scale, one in which nothing did is a mark of fixed width. */
export interface AxisPart extends Interval {
  readonly kind: 'busy' | 'idle';
  /** In pixels, as `width`. */
  readonly left: number;
  readonly width: number;
}

export interface TimeAxis {
  /** In their order, without gaps; none where nothing went on. */
  readonly parts: readonly AxisPart[];
  readonly width: number;
}

export interface AxisSize {
  /** In pixels. */
  readonly width: number;
  /** Nothing for longer than this is made a mark; by default a seventh of the busy time, and ten seconds at least. */
  readonly idleMs?: number;
}

/** Pixels of an idle mark; together they take a third of the axis at most. */
const idleWidth = 44;
const leastIdleMs = 10_000;

/** Lays times out on a line, so that hours in which nothing happened do not press seconds of work to nothing. */
export function timeAxis(intervals: readonly Interval[], { width, idleMs }: AxisSize): TimeAxis {
  const busy = united(intervals, 0);
  const workedMs = busy.reduce((sum, { from, to }) => sum + to - from, 0);
  const stretches = united(intervals, idleMs ?? Math.max(leastIdleMs, workedMs / 7));
  const gaps = stretches.length - 1;
  const markWidth = gaps < 1 ? 0 : Math.min(idleWidth, width / 3 / gaps);
  const stretchedMs = stretches.reduce((sum, { from, to }) => sum + to - from, 0);
  const scale = stretchedMs === 0 ? 0 : (width - Math.max(0, gaps) * markWidth) / stretchedMs;
  const parts: AxisPart[] = [];
  let left = 0;
  const add = (part: Interval & Pick<AxisPart, 'kind' | 'width'>): void => {
    parts.push({ ...part, left });
    left += part.width;
  };
  for (const { from, to } of stretches) {
    const before = parts.at(-1);
    if (before !== undefined) add({ kind: 'idle', from: before.to, to: from, width: markWidth });
    add({ kind: 'busy', from, to, width: (to - from) * scale });
  }
  return { parts, width };
}

/** Where a time lies on the axis, in pixels; what is outside of it lies at its nearer end. */
export function placeOf({ parts }: TimeAxis, at: number): number {
  const part = parts.find(({ to }) => at <= to) ?? parts.at(-1);
  if (part === undefined || part.to === part.from) return part?.left ?? 0;
  const share = (Math.min(part.to, Math.max(part.from, at)) - part.from) / (part.to - part.from);
  return part.left + share * part.width;
}

/** Intervals without overlaps, in their order; those that are no further apart than `most` ms are one. */
export function united(intervals: readonly Interval[], most: number): readonly Interval[] {
  const found: Array<{ from: number; to: number }> = [];
  for (const { from, to } of intervals.toSorted((one, other) => one.from - other.from)) {
    const last = found.at(-1);
    if (last === undefined || from - last.to > most) found.push({ from, to: Math.max(from, to) });
    else last.to = Math.max(last.to, to);
  }
  return found;
}

/** The part of intervals that lies within another one. */
export function within(intervals: readonly Interval[], window: Interval): readonly Interval[] {
  return intervals
    .filter(({ from, to }) => to >= window.from && from <= window.to)
    .map(({ from, to }) => ({ from: Math.max(from, window.from), to: Math.min(to, window.to) }));
}

/** A time that is written at the axis. */
export interface Tick {
  /** In pixels. */
  readonly left: number;
  /** Since the beginning, such as `30 s`. */
  readonly text: string;
}

const second = 1_000;
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400].map((step) => step * second);
const leastPixels = 72;

/** Round times since `origin` (epoch ms) that lie within what is drawn to scale, with room to be read; none twice, where hours say no seconds. */
export function ticksOf({ parts, width }: TimeAxis, origin: number): readonly Tick[] {
  const found: Tick[] = [];
  for (const part of parts) {
    const pixels = part.width / (part.to - part.from);
    const step = part.kind === 'busy' ? steps.find((each) => each * pixels >= leastPixels) : undefined;
    if (step === undefined) continue;
    for (let since = Math.ceil((part.from - origin) / step) * step; origin + since <= part.to; since += step) {
      const left = part.left + (origin + since - part.from) * pixels;
      const before = found.at(-1);
      const hasRoom = left - (before?.left ?? Number.NEGATIVE_INFINITY) >= leastPixels && left <= width - leastPixels / 2;
      const text = since === 0 ? '0 s' : span(since).replace('.0 s', ' s');
      if (hasRoom && text !== before?.text) found.push({ left, text });
    }
  }
  return found;
}
