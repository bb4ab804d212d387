import type { ReactNode } from 'react';
import { ansiSpans } from '../../../ui/ansi-spans.ts';
import type { LogPlace } from '../logs/use-log.ts';
import { useLog } from '../logs/use-log.ts';

/** As many as are shown, no more often than they can be read; in ms. */
const size = { most: 3, restMs: 250 };

/** The last lines of a log as they come, in a place that keeps its height. */
export function LastLines({ place }: { readonly place: LogPlace }) {
  const [{ window }] = useLog(place, size);
  return (
    <LinesPlace>
      {window?.lines.map((line, index) => (
        <div key={window.first + index} className="truncate">
          {ansiSpans(line).map(({ text }) => text)}
        </div>
      ))}
    </LinesPlace>
  );
}

/** The same place with no lines in it. */
export function LinesPlace({ children }: { readonly children?: ReactNode }) {
  return (
    <div className="mono h-16 overflow-hidden [contain:strict] rounded bg-sunken px-2 py-1 text-[11.5px] leading-[18px] text-muted">
      {children}
    </div>
  );
}
