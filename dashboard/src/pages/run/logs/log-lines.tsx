import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown } from 'lucide-react';
import type { UIEvent } from 'react';
import { memo, useEffect, useLayoutEffect, useRef } from 'react';
import { ansiSpans } from '../../../ui/ansi-spans.ts';
import { Button } from '../../../ui/button.tsx';
import { classes } from '../../../ui/classes.ts';
import type { LogFeed, LogShown } from './log-feed.ts';
import type { LogWindow } from './log-window.ts';
import { lastOf } from './log-window.ts';

/** Pixels. */
const rowHeight = 20;
/** Pixels from an end within which one is at it. */
const near = 24;

export interface LogLinesProps {
  readonly shown: LogShown & { readonly window: LogWindow };
  readonly feed: LogFeed;
  /** Name of the log, for those who hear it. */
  readonly name: string;
  readonly wraps: boolean;
  /** Numbers of lines that were found. */
  readonly found: ReadonlySet<number>;
  /** The one of them that is looked at. */
  readonly current: number | undefined;
  readonly className?: string;
}

/** Lines of a log as rows, of which only those are drawn that can be seen. */
export function LogLines({ shown: { window, follows }, feed, name, wraps, found, current, className }: LogLinesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  const virtual = useVirtualizer({
    count: window.lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => window.first + index,
    overscan: 20,
  });
  useStaysWhereItIs(window, follows, (index) => virtual.scrollToIndex(index, { align: 'start' }), scroller);
  useLayoutEffect(() => {
    if (follows && scroller.current !== null) scroller.current.scrollTop = scroller.current.scrollHeight;
  }, [follows, window, wraps]);
  useEffect(() => {
    if (current !== undefined && current >= window.first && current <= lastOf(window))
      virtual.scrollToIndex(current - window.first, { align: 'center' });
    // Only a change of what is looked at moves the lines, and not each line that comes.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [current, window.first]);

  function onScroll({ currentTarget: { scrollTop, scrollHeight, clientHeight } }: UIEvent<HTMLDivElement>): void {
    const isAtEnd = scrollHeight - clientHeight - scrollTop < near;
    if (isAtEnd && lastOf(window) === window.total) feed.follow(true);
    else if (scrollTop < lastTop.current - 2 && !isAtEnd) feed.follow(false);
    if (scrollTop < near && lastTop.current >= near) void feed.earlier();
    lastTop.current = scrollTop;
  }

  const below = window.total - window.first - (virtual.range?.endIndex ?? 0);
  return (
    <div className={classes('relative', className)}>
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={name}
        tabIndex={0}
        onScroll={onScroll}
        className="mono h-full overflow-auto bg-sunken [contain:strict] py-1 text-[12.5px] leading-5"
      >
        {window.first > 1 ? (
          <div className="sticky left-0 flex h-8 items-center px-3">
            <Button small look="quiet" onClick={() => void feed.earlier()}>
              Show earlier lines
            </Button>
          </div>
        ) : undefined}
        <div className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => (
            <div
              key={key}
              data-index={index}
              ref={wraps ? virtual.measureElement : undefined}
              className={classes('absolute top-0 left-0 flex', wraps ? 'w-full' : 'w-max min-w-full')}
              style={{ transform: `translateY(${start}px)`, ...(wraps ? {} : { height: rowHeight }) }}
            >
              <Line
                number={window.first + index}
                text={window.lines[index] ?? ''}
                wraps={wraps}
                mark={markOf(window.first + index, found, current)}
              />
            </div>
          ))}
        </div>
      </div>
      {follows ? undefined : (
        <div className="absolute right-5 bottom-3">
          <Button small look="main" onClick={() => feed.follow(true)}>
            <ArrowDown aria-hidden size={14} />
            {below > 0 ? `Jump to latest, ${below} more` : 'Jump to latest'}
          </Button>
        </div>
      )}
    </div>
  );
}

type Mark = 'current' | 'found' | undefined;

function markOf(number: number, found: ReadonlySet<number>, current: number | undefined): Mark {
  if (number === current) return 'current';
  return found.has(number) ? 'found' : undefined;
}

interface LineProps {
  readonly number: number;
  readonly text: string;
  readonly wraps: boolean;
  readonly mark: Mark;
}

const Line = memo(function Line({ number, text, wraps, mark }: LineProps) {
  return (
    <>
      <span
        aria-hidden
        className={classes(
          'tabular sticky left-0 w-16 shrink-0 bg-sunken pr-3 text-right text-muted select-none',
          mark === 'current' && 'border-l-4 border-accent font-semibold',
        )}
      >
        {number}
      </span>
      <span
        className={classes(
          'pr-4',
          wraps ? 'min-w-0 wrap-anywhere whitespace-pre-wrap' : 'whitespace-pre',
          mark !== undefined && 'bg-warn-soft',
          mark === 'current' && 'outline outline-accent',
        )}
      >
        {ansiSpans(text).map(({ text: piece, look }, index) =>
          look === '' ? (
            piece
          ) : (
            <span key={index} className={look}>
              {piece}
            </span>
          ),
        )}
      </span>
    </>
  );
});

/** Lines that come before those that are read do not move them. */
function useStaysWhereItIs(
  { first, lines }: LogWindow,
  follows: boolean,
  scrollTo: (index: number) => void,
  scroller: { readonly current: HTMLDivElement | null },
): void {
  const firstBefore = useRef(first);
  useLayoutEffect(() => {
    const added = firstBefore.current - first;
    const isSamePlace = firstBefore.current < first + lines.length;
    firstBefore.current = first;
    if (added > 0 && isSamePlace && !follows && scroller.current !== null) scrollTo(added);
  });
}
