import type { KeyboardEvent } from 'react';
import { useRef, useState } from 'react';
import type { Interval } from './time-axis.ts';
import type { Spot } from './moves.ts';
import { moved, moveKeys } from './moves.ts';

/**
 * One stop of the tab key in a field of rows with bars, within which the arrow keys move.
 * @param show brings a row into the field, before it is given the focus.
 */
export function useRoving(rows: readonly (readonly Interval[])[], show: (row: number) => void) {
  const field = useRef<HTMLDivElement>(null);
  const [spot, setSpot] = useState<Spot>({ row: 0, bar: -1 });
  const isThere = spot.row < rows.length && spot.bar < (rows[spot.row]?.length ?? 0);

  function go(next: Spot): void {
    setSpot(next);
    show(next.row);
    // The row may only be drawn now.
    requestAnimationFrame(() => field.current?.querySelector<HTMLElement>(`[data-place="${next.row}:${next.bar}"]`)?.focus());
  }

  return {
    field,
    spot: isThere ? spot : { row: 0, bar: -1 },
    onKeyDown: (event: KeyboardEvent): void => {
      const key = moveKeys.find((each) => each === event.key);
      if (key === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      go(moved(rows, isThere ? spot : { row: 0, bar: -1 }, key));
    },
    onFocus: ({ target }: { readonly target: EventTarget }): void => {
      const [row, bar] = (target instanceof HTMLElement ? (target.dataset['place'] ?? '') : '').split(':').map(Number);
      if (row !== undefined && bar !== undefined) setSpot({ row, bar });
    },
  };
}
