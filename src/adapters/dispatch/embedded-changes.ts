import { anyNews } from '../../ports/changes.ts';
import type { Changes, News } from '../../ports/changes.ts';
import type { Clock } from '../../ports/clock.ts';

export interface EmbeddedChangesOptions {
  /** A number that is another one once somebody else has committed. */
  readonly version: () => number;
  readonly clock: Clock;
  /** Default 250 ms. */
  readonly everyMs?: number;
}

export interface EmbeddedChanges extends Changes {
  /** Nothing is told or looked at any more, whoever still listens: what `version` asks may be closed afterwards. */
  close(): void;
}

/** The wall clock has jumped when it and the monotonic clock disagree by more, in ms. */
const jumpMs = 1_000;

/**
 * Hints inside one process, and from the other processes on the same file: while somebody listens, the number that other
 * connections' commits change is looked at every `everyMs`, and in the same look whether the wall clock has jumped.
 */
export function embeddedChanges(options: EmbeddedChangesOptions): EmbeddedChanges {
  const { version, clock } = options;
  const listeners = new Set<(news: News) => void>();
  let pending: News | undefined;
  let timer: NodeJS.Timeout | undefined;
  let seen = 0;
  let offset = 0;
  let closed = false;

  function announce(news: News): void {
    if (closed || listeners.size === 0) return;
    if (pending !== undefined) {
      pending = both(pending, news);
      return;
    }
    pending = news;
    queueMicrotask(() => {
      const told = pending ?? news;
      pending = undefined;
      for (const listener of listeners) listener(told);
    });
  }

  function look(): void {
    const now = version();
    const drift = clock.now() - clock.monotonic() - offset;
    if (now === seen && Math.abs(drift) < jumpMs) return;
    seen = now;
    offset += drift;
    announce(anyNews);
  }

  return {
    announce,
    subscribe: (listener) => {
      if (closed) return () => undefined;
      // A listener of its own for each subscription, so that the same function may subscribe twice.
      const own = (news: News): void => listener(news);
      if (listeners.size === 0) {
        seen = version();
        offset = clock.now() - clock.monotonic();
        timer = setInterval(look, options.everyMs ?? 250);
      }
      listeners.add(own);
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
    close: () => {
      closed = true;
      listeners.clear();
      clearInterval(timer);
    },
  };
}

function both(one: News, other: News): News {
  const times = [one.scheduled, other.scheduled].filter((time) => time !== undefined);
  return {
    ready: one.ready || other.ready,
    attend: one.attend || other.attend,
    scheduled: times.length === 0 ? undefined : Math.min(...times),
    jobs: one.jobs === undefined || other.jobs === undefined ? undefined : new Set([...one.jobs, ...other.jobs]),
  };
}
