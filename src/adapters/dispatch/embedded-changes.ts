import { anyNews } from '../../ports/changes.ts';
import type { Changes } from '../../ports/changes.ts';
import type { Clock } from '../../ports/clock.ts';
import { Listeners } from './listeners.ts';

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
  const listeners = new Listeners();
  let timer: NodeJS.Timeout | undefined;
  let seen = 0;
  let offset = 0;
  let closed = false;

  function look(): void {
    const now = version();
    const drift = clock.now() - clock.monotonic() - offset;
    if (now === seen && Math.abs(drift) < jumpMs) return;
    seen = now;
    offset += drift;
    listeners.announce(anyNews);
  }

  return {
    announce: (news) => {
      if (!closed) listeners.announce(news);
    },
    subscribe: (listener) => {
      if (closed) return () => undefined;
      if (listeners.size === 0) {
        seen = version();
        offset = clock.now() - clock.monotonic();
        timer = setInterval(look, options.everyMs ?? 250);
      }
      const end = listeners.add(listener);
      return () => {
        end();
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
