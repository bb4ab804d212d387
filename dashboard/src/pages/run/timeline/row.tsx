import { ChevronDown, ChevronRight } from 'lucide-react';
import { classes } from '../../../ui/classes.ts';
import { State } from '../../../ui/state.tsx';
import { shown } from '../../../words/states.ts';
import { toneText } from '../../../ui/tones.ts';
import { worldColour } from '../../../words/worlds.ts';
import type { TimeAxis } from './time-axis.ts';
import { placeOf } from './time-axis.ts';
import { TimelineBar } from './bar.tsx';
import type { Spot } from './moves.ts';
import type { TaskGroup, TaskRow } from './rows.ts';

interface Placed {
  readonly axis: TimeAxis;
  /** Its number among all rows. */
  readonly index: number;
  /** Where the keyboard is. */
  readonly spot: Spot;
}

const label = 'flex h-full w-full min-w-0 cursor-pointer items-center gap-2 px-2 text-left hover:bg-sunken';

/** A task with a bar for each of its attempts. */
export function TimelineTaskRow({
  row,
  axis,
  index,
  spot,
  isSelected,
  onSelect,
}: Placed & { readonly row: TaskRow; readonly isSelected: boolean; readonly onSelect: (attempt?: number) => void }) {
  const { icon: Icon, word, tone } = shown(row.task.state);
  return (
    <>
      <div role="rowheader" className={classes('h-full w-36 shrink-0 md:w-60', isSelected && 'bg-accent-soft')}>
        <button
          type="button"
          data-place={`${index}:-1`}
          tabIndex={spot.row === index && spot.bar === -1 ? 0 : -1}
          aria-pressed={isSelected}
          title={row.task.reason === '' ? row.name : `${row.name}: ${row.task.reason}`}
          onClick={() => onSelect()}
          className={classes(label, 'pl-7')}
        >
          <Icon aria-hidden size={13} className={classes('shrink-0', toneText[tone])} />
          <span className="sr-only">{word}:</span>
          {row.task.world === null ? undefined : (
            <span aria-hidden className="size-2 shrink-0 rounded-full" style={{ background: worldColour(row.task.world) }} />
          )}
          <span className="truncate">{row.name}</span>
        </button>
      </div>
      <div role="gridcell" className="relative h-full min-w-0 flex-1">
        {row.bars.map((bar, place) => (
          <TimelineBar
            key={bar.attempt.id}
            bar={bar}
            axis={axis}
            name={row.name}
            isSelected={isSelected}
            place={`${index}:${place}`}
            isReachable={spot.row === index && spot.bar === place}
            onSelect={() => onSelect(bar.attempt.number)}
          />
        ))}
      </div>
    </>
  );
}

/** What belongs together: its name opens and closes it, and beside it stands when something of it was at work. */
export function TimelineGroupRow({
  group,
  axis,
  index,
  spot,
  isOpen,
  onToggle,
}: Placed & { readonly group: TaskGroup; readonly isOpen: boolean; readonly onToggle: () => void }) {
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <>
      <div role="rowheader" className={isOpen ? 'h-full min-w-0 flex-1' : 'h-full w-36 shrink-0 md:w-60'}>
        <button
          type="button"
          data-place={`${index}:-1`}
          tabIndex={spot.row === index && spot.bar === -1 ? 0 : -1}
          aria-expanded={isOpen}
          title={group.name}
          onClick={onToggle}
          className={classes(label, 'font-semibold')}
        >
          <Chevron aria-hidden size={14} className="shrink-0" />
          <span className="truncate">{group.name}</span>
        </button>
      </div>
      {isOpen ? undefined : (
        <div role="gridcell" className="relative h-full min-w-0 flex-1">
          {group.busy.map(({ from, to }) => (
            <div
              key={from}
              className="absolute top-2.5 h-2 rounded-full bg-line-strong"
              style={{ left: placeOf(axis, from), width: Math.max(4, placeOf(axis, to) - placeOf(axis, from)) }}
            />
          ))}
          <span className="absolute right-1 flex h-full items-center gap-2 bg-surface pl-2 text-[13px] text-muted">
            {group.rows.length === 1 ? '1 task' : `${group.rows.length} tasks`}
            <State state={group.state} quiet />
          </span>
        </div>
      )}
    </>
  );
}
