import { span } from '../../../words/time.ts';
import type { TimeAxis } from './time-axis.ts';
import { ticksOf } from './time-axis.ts';

const hatched = 'repeating-linear-gradient(90deg, var(--line) 0 1px, transparent 1px 5px)';

/** Times over the rows, and the pauses that are left out between them. @param props.origin epoch ms from which times count. */
export function TimelineAxis({ axis, origin }: { readonly axis: TimeAxis; readonly origin: number }) {
  return (
    <div aria-hidden className="relative h-6 text-xs text-muted">
      {ticksOf(axis, origin).map(({ left, text }) => (
        <span key={left} className="tabular absolute top-1 border-l border-line pl-1 whitespace-nowrap" style={{ left }}>
          {text}
        </span>
      ))}
      {axis.parts
        .filter(({ kind }) => kind === 'idle')
        .map(({ left, width, from, to }) => (
          <span
            key={left}
            title={`Nothing happened for ${span(to - from)}.`}
            className="absolute top-1 overflow-hidden rounded-sm bg-sunken text-center text-[11px] leading-4 whitespace-nowrap"
            style={{ left, width }}
          >
            {coarse(to - from)}
          </span>
        ))}
    </div>
  );
}

/** Pauses and times as faint lines behind the bars. */
export function TimelineGround({ axis, origin }: { readonly axis: TimeAxis; readonly origin: number }) {
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0">
      {ticksOf(axis, origin).map(({ left }) => (
        <div key={left} className="absolute inset-y-0 border-l border-line" style={{ left }} />
      ))}
      {axis.parts
        .filter(({ kind }) => kind === 'idle')
        .map(({ left, width }) => (
          <div key={left} className="absolute inset-y-0" style={{ left, width, backgroundImage: hatched }} />
        ))}
    </div>
  );
}

/** The largest unit alone, for a narrow place: `3 h`. */
function coarse(ms: number): string {
  return span(ms).split(' ').slice(0, 2).join(' ');
}
