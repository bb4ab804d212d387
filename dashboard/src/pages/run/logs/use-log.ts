import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { ask } from '../../../api/ask.ts';
import { useLogPieces } from '../../../api/live.tsx';
import type { FeedSize, LogShown } from './log-feed.ts';
import { LogFeed } from './log-feed.ts';

export interface LogPlace {
  readonly run: string;
  readonly log: string;
  /** Whether more is being printed: when that is over, its last line is read. */
  readonly isLive: boolean;
}

/** A log from its last lines on, as long as it is shown. */
export function useLog({ run, log, isLive }: LogPlace, { most, restMs }: FeedSize = {}): readonly [LogShown, LogFeed] {
  const feed = useMemo(
    () => new LogFeed(async (query) => await ask('readLog', { params: { run, log }, query }), { most, restMs }),
    [run, log, most, restMs],
  );
  useEffect(() => {
    if (isLive || feed.shown().follows) void feed.latest();
  }, [feed, isLive]);
  useLogPieces(isLive ? run : undefined, (piece) => {
    if (piece.log === log) feed.hear(piece);
  });
  return [useSyncExternalStore(feed.subscribe, feed.shown), feed];
}
