import type { ReactNode } from 'react';
import { useState } from 'react';
import { Loading } from '../../../ui/loading.tsx';
import { Problem } from '../../../ui/problem.tsx';
import { LogLines } from './log-lines.tsx';
import { LogTools, SearchLog } from './log-tools.tsx';
import { useLogSearch } from './use-log-search.ts';
import type { LogPlace } from './use-log.ts';
import { useLog } from './use-log.ts';

const wrapsKey = 'miyabi.log.wraps';

export interface LogPanelProps {
  readonly place: LogPlace;
  /** Of the lines, in classes, such as `h-96`. */
  readonly height: string;
  /** Beside the other tools. */
  readonly children: ReactNode;
}

/** One log with everything by which it is read. */
export function LogPanel({ place, height, children }: LogPanelProps) {
  const [shown, feed] = useLog(place);
  const search = useLogSearch(place);
  const [wraps, setWraps] = useState(localStorage.getItem(wrapsKey) === 'yes');
  const step = (by: 1 | -1): void => {
    const line = search.step(by);
    if (line !== undefined) void feed.goTo(line);
  };
  const { window } = shown;
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5 border-b border-line px-3 py-1.5">
        <SearchLog search={search} onStep={step} />
        <div className="flex flex-wrap items-center gap-1">
          <LogTools
            run={place.run}
            log={place.log}
            window={window}
            wraps={wraps}
            onWrap={(next) => {
              localStorage.setItem(wrapsKey, next ? 'yes' : 'no');
              setWraps(next);
            }}
          />
          {children}
        </div>
      </div>
      {window === undefined ? (
        <div className={`${height} p-4`}>
          {shown.error === undefined ? <Loading what="the log" /> : <Problem error={shown.error} again={() => void feed.latest()} />}
        </div>
      ) : window.total === 0 ? (
        <p className={`${height} p-4 text-muted`}>{place.isLive ? 'Nothing has been printed yet.' : 'Nothing was printed.'}</p>
      ) : (
        <LogLines
          shown={{ ...shown, window }}
          feed={feed}
          name={`Log ${place.log}`}
          wraps={wraps}
          found={search.found}
          current={search.current}
          className={height}
        />
      )}
    </div>
  );
}
