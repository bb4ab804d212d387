import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import { classes } from '../../ui/classes.ts';
import { columns, RunRow } from './run-row.tsx';
import type { Run } from './use-runs.ts';

/** The height of a row on a desk; others are measured. */
const rowPx = 55;
/** Rows before the end at which more is asked for. */
const ahead = 30;
/** In the order of the columns; the first one is for choosing, and the way to it says so itself. */
const heads = ['', 'State', 'Run', 'Phase', 'Winner', 'Cost', 'Started'] as const;

export interface RunListProps {
  readonly runs: readonly Run[];
  readonly current: number;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (run: string, isChosen: boolean) => void;
  readonly onChooseAll: (isChosen: boolean) => void;
  /** The end of what was read comes near. */
  readonly onNearEnd: () => void;
}

/** Any number of runs: only those that are to be seen are drawn. */
export function RunList({ runs, current, chosen, onChoose, onChooseAll, onNearEnd }: RunListProps) {
  const list = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: runs.length,
    estimateSize: () => rowPx,
    overscan: 12,
    scrollMargin: top,
    getItemKey: (index) => runs[index]?.run ?? index,
  });
  const drawn = rows.getVirtualItems();
  const last = drawn.at(-1)?.index ?? 0;
  const nearEnd = useEffectEvent(onNearEnd);
  useEffect(() => {
    if (last >= runs.length - ahead) nearEnd();
  }, [last, runs.length]);
  useEffect(() => {
    if (current >= 0) rows.scrollToIndex(current, { align: 'auto' });
  }, [current, rows]);
  return (
    <div role="table" aria-label="Runs" aria-rowcount={runs.length + 1} className="rounded-lg border border-line bg-surface">
      <div role="rowgroup" className="max-md:sr-only">
        <div role="row" className={classes(columns, 'border-b border-line px-3 py-2 text-[13px] font-medium text-muted')}>
          <div role="columnheader">
            <input
              type="checkbox"
              aria-label="Choose all that are shown"
              checked={runs.length > 0 && runs.every(({ run }) => chosen.has(run))}
              onChange={({ target }) => onChooseAll(target.checked)}
              className="size-4 accent-accent align-middle"
            />
          </div>
          {heads.slice(1).map((name) => (
            <div key={name} role="columnheader" className={name === 'Started' ? 'text-right' : undefined}>
              {name}
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" ref={list} className="relative" style={{ height: rows.getTotalSize() }}>
        {drawn.map(({ key, index, start }) => (
          <div
            key={key}
            role="presentation"
            data-index={index}
            ref={rows.measureElement}
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
          >
            <RunRow
              run={runs[index]!}
              isCurrent={index === current}
              isChosen={chosen.has(runs[index]!.run)}
              onChoose={(isChosen) => onChoose(runs[index]!.run, isChosen)}
            />
          </div>
        ))}
      </div>
    </div>
  );
}
