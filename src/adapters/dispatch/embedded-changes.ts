import type { Changes } from '../../ports/changes.ts';

/**
 * Hints inside one process, and from the other processes on the same file: while somebody listens, the
 * number that other connections' commits change is looked at every `everyMs` (default 250).
 */
export function embeddedChanges(options: { readonly version: () => number; readonly everyMs?: number }): Changes {
  const listeners = new Set<() => void>();
  let announced = false;
  let timer: NodeJS.Timeout | undefined;
  let seen = 0;

  function announce(): void {
    if (announced || listeners.size === 0) return;
    announced = true;
    queueMicrotask(() => {
      announced = false;
      for (const listener of listeners) listener();
    });
  }

  function look(): void {
    const now = options.version();
    if (now === seen) return;
    seen = now;
    announce();
  }

  return {
    announce,
    subscribe: (listener) => {
      // A listener of its own for each subscription, so that the same function may subscribe twice.
      const own = (): void => listener();
      if (listeners.size === 0) {
        seen = options.version();
        timer = setInterval(look, options.everyMs ?? 250);
      }
      listeners.add(own);
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
  };
}
