import { toneSoft } from '../../../ui/tones.ts';
import { classes } from '../../../ui/classes.ts';
import { span } from '../../../words/time.ts';
import { barLooks } from './bar-looks.ts';
import type { TimeAxis } from './time-axis.ts';
import { placeOf } from './time-axis.ts';
import type { Bar } from './rows.ts';

/** Pixels below which a bar could not be seen or hit, and from which its icon has room. */
const [leastWidth, iconWidth] = [6, 20];
const stripes = 'repeating-linear-gradient(135deg, transparent 0 5px, color-mix(in srgb, currentColor 22%, transparent) 5px 8px)';

export interface TimelineBarProps {
  readonly bar: Bar;
  readonly axis: TimeAxis;
  /** Name of its task. */
  readonly name: string;
  readonly isSelected: boolean;
  readonly place: string;
  readonly isReachable: boolean;
  readonly onSelect: () => void;
}

/** One execution, as long as it took. */
export function TimelineBar({ bar, axis, name, isSelected, place, isReachable, onSelect }: TimelineBarProps) {
  const { icon: Icon, word, tone, pattern } = barLooks[bar.outcome];
  const left = placeOf(axis, bar.from);
  const width = Math.max(leastWidth, placeOf(axis, bar.to) - left);
  const words = `${name}, attempt ${bar.attempt.number}: ${word}, ${span(bar.to - bar.from)}`;
  return (
    <button
      type="button"
      data-place={place}
      tabIndex={isReachable ? 0 : -1}
      aria-label={words}
      aria-pressed={isSelected}
      title={bar.attempt.reason === null ? words : `${words}\n${bar.attempt.reason}`}
      onClick={onSelect}
      className={classes(
        'absolute top-1 flex h-5 cursor-pointer items-center justify-center overflow-hidden rounded-sm border',
        toneSoft[tone],
        pattern === 'dashes' ? 'border-dashed border-current' : 'border-current/60',
        isSelected && 'ring-2 ring-accent',
      )}
      style={{
        left: Math.min(left, axis.width - leastWidth),
        width,
        ...(pattern === 'stripes' ? { backgroundImage: stripes } : {}),
      }}
    >
      {width < iconWidth ? undefined : <Icon aria-hidden size={13} className={bar.outcome === 'running' ? 'animate-spin' : undefined} />}
    </button>
  );
}
