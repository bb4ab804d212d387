import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { classes } from '../../../ui/classes.ts';
import type { Interval, TimeAxis } from './time-axis.ts';
import { timeAxis, within } from './time-axis.ts';
import { TimelineAxis, TimelineGround } from './axis.tsx';
import { TimelineGroupRow, TimelineTaskRow } from './row.tsx';
import type { TaskGroup, TaskRow } from './rows.ts';
import { useRoving } from './use-roving.ts';
import { useWidth } from './use-width.ts';

/** Pixels. */
const rowHeight = 28;

export interface TimelineProps {
  readonly groups: readonly TaskGroup[];
  /** Keys of the groups whose rows are shown. */
  readonly open: ReadonlySet<string>;
  readonly onToggle: (group: string) => void;
  /** Id of a task. */
  readonly selected: string | undefined;
  readonly onSelect: (task: string, attempt?: number) => void;
  /** Epoch ms from which times count. */
  readonly origin: number;
  /** Only this time is shown. */
  readonly window: Interval | undefined;
}

/** One row a task, one bar an attempt; what took no time is still there to be seen, and pauses are marks. */
export function Timeline({ groups, open, onToggle, selected, onSelect, origin, window }: TimelineProps) {
  const [measure, width] = useWidth();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = groups.flatMap((group): ReadonlyArray<TaskGroup | TaskRow> => (open.has(group.key) ? [group, ...group.rows] : [group]));
  const axis = axisOf(groups, window, width);
  const drawn = rows.map((row) => (row.kind === 'task' ? { ...row, bars: row.bars.filter((bar) => isWithin(bar, window)) } : row));
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const roving = useRoving(
    drawn.map((row) => (row.kind === 'task' ? row.bars : [])),
    (row) => virtual.scrollToIndex(row),
  );
  return (
    <div ref={scroller} className="max-h-[36rem] overflow-y-auto rounded-lg border border-line bg-surface">
      <div className="sticky top-0 z-10 flex border-b border-line bg-surface">
        <div className="w-36 shrink-0 px-2 py-0.5 text-[13px] text-muted md:w-60">Task</div>
        <div className="min-w-0 flex-1 px-2">
          <div ref={measure}>
            <TimelineAxis axis={axis} origin={origin} />
          </div>
        </div>
      </div>
      <div
        ref={roving.field}
        role="grid"
        aria-label="Timeline"
        aria-rowcount={rows.length}
        onKeyDown={roving.onKeyDown}
        onFocus={roving.onFocus}
        className="relative"
        style={{ height: virtual.getTotalSize() }}
      >
        <div aria-hidden className="absolute inset-y-0 right-2 left-[calc(9rem+0.5rem)] md:left-[calc(15rem+0.5rem)]">
          <TimelineGround axis={axis} origin={origin} />
        </div>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = drawn[index];
          if (row === undefined) return undefined;
          const placed = { axis, index, spot: roving.spot };
          return (
            <div
              key={row.kind === 'task' ? row.task.id : row.key}
              role="row"
              aria-rowindex={index + 1}
              className={classes('absolute inset-x-0 flex border-line pr-2', row.kind === 'group' && index > 0 && 'border-t')}
              style={{ height: rowHeight, transform: `translateY(${start}px)` }}
            >
              {row.kind === 'task' ? (
                <TimelineTaskRow
                  {...placed}
                  row={row}
                  isSelected={row.task.id === selected}
                  onSelect={(attempt) => onSelect(row.task.id, attempt)}
                />
              ) : (
                <TimelineGroupRow {...placed} group={row} isOpen={open.has(row.key)} onToggle={() => onToggle(row.key)} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function axisOf(groups: readonly TaskGroup[], window: Interval | undefined, width: number): TimeAxis {
  const busy = groups.flatMap((group) => group.busy);
  return timeAxis(window === undefined ? busy : within(busy, window), { width });
}

function isWithin(bar: Interval, window: Interval | undefined): boolean {
  return window === undefined || (bar.to >= window.from && bar.from <= window.to);
}
