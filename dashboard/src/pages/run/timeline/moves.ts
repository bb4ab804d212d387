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
 * Where a key leads to. Sideways from a name over the bars of its row; up and down to the bar of the next row that lies nearest in time, or to its name where it
 * has none. @param rows bars of each row.
 */
export function moved(rows: readonly (readonly Interval[])[], { row, bar }: Spot, key: MoveKey): Spot {
  const bars = rows[row] ?? [];
  switch (key) {
    case 'ArrowLeft':
      return { row, bar: Math.max(-1, bar - 1) };
    case 'ArrowRight':
      return { row, bar: Math.min(bars.length - 1, bar + 1) };
    case 'ArrowUp':
      return inRow(rows, Math.max(0, row - 1), bars[bar]);
    case 'ArrowDown':
      return inRow(rows, Math.max(0, Math.min(rows.length - 1, row + 1)), bars[bar]);
    case 'Home':
      return inRow(rows, 0, bars[bar]);
    case 'End':
      return inRow(rows, Math.max(0, rows.length - 1), bars[bar]);
  }
}

function inRow(rows: readonly (readonly Interval[])[], row: number, from: Interval | undefined): Spot {
  if (from === undefined) return { row, bar: -1 };
  const distances = (rows[row] ?? []).map((bar) => Math.abs(bar.from - from.from));
  return { row, bar: distances.indexOf(Math.min(...distances)) };
}
