import type { Interval } from './time-axis.ts';

/** Where the keyboard is in the timeline: in a row, on its name (-1) or on one of its bars. */
export interface Spot {
  readonly row: number;
  readonly bar: number;
}

/** Keys by which one moves. */
export const moveKeys = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'] as const;
export type MoveKey = (typeof moveKeys)[number];

/**
 * Where a key leads to. Sideways from a name over the bars of its row; up and down from a name to a name, and from a bar to the one that lies nearest in time
 * in the next row that has any.
 * @param rows bars of each row.
 */
export function moved(rows: readonly (readonly Interval[])[], { row, bar }: Spot, key: MoveKey): Spot {
  const bars = rows[row] ?? [];
  const here = { row, bar };
  switch (key) {
    case 'ArrowLeft':
      return { row, bar: Math.max(-1, bar - 1) };
    case 'ArrowRight':
      return { row, bar: Math.min(bars.length - 1, bar + 1) };
    case 'ArrowUp':
      return nextOf(rows, downTo(row - 1), bars[bar]) ?? here;
    case 'ArrowDown':
      return nextOf(rows, upTo(row + 1, rows.length), bars[bar]) ?? here;
    case 'Home':
      return nextOf(rows, upTo(0, rows.length), bars[bar]) ?? here;
    case 'End':
      return nextOf(rows, downTo(rows.length - 1), bars[bar]) ?? here;
  }
}

/** The first of these rows where one can go to from a bar; from a name, to any. */
function nextOf(rows: readonly (readonly Interval[])[], among: readonly number[], from: Interval | undefined): Spot | undefined {
  const row = among.find((each) => from === undefined || (rows[each] ?? []).length > 0);
  if (row === undefined) return undefined;
  if (from === undefined) return { row, bar: -1 };
  const distances = (rows[row] ?? []).map((bar) => Math.abs(bar.from - from.from));
  return { row, bar: distances.indexOf(Math.min(...distances)) };
}

function upTo(first: number, end: number): readonly number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}

function downTo(first: number): readonly number[] {
  return Array.from({ length: first + 1 }, (_, index) => first - index);
}
