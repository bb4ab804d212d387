import { AsyncLocalStorage } from 'node:async_hooks';

/** Ends a timer before it has fired; nothing happens when it has. */
export type Cancel = () => void;

/** Where code runs that sets timers. */
export interface TimerHost {
  /** Runs something later, in this host. @param ms virtual. */
  setTimer(ms: number, run: () => void): Cancel;
}

const hosts = new AsyncLocalStorage<TimerHost>();

/** Runs a program whose timers, and those of everything it awaits, belong to `host`. */
export function runIn<T>(host: TimerHost, program: () => T): T {
  return hosts.run(host, program);
}

/** What a timer that was set inside a host is known by. */
class Handle {
  cancel: Cancel = () => undefined;

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

type Callback = (...given: unknown[]) => void;

/**
 * Gives the timers of code that runs in a host to its host; all other code of this program keeps the real ones.
 * Disposing gives everybody the real ones back.
 */
export function ownTimers(): Disposable {
  const real = { setTimeout, clearTimeout, setInterval, clearInterval };
  const set = (again: boolean, otherwise: Callback) => {
    return (callback: Callback, ms = 0, ...given: unknown[]): unknown => {
      const host = hosts.getStore();
      if (host === undefined) return otherwise(callback, ms, ...given);
      const handle = new Handle();
      const begin = (): void => {
        handle.cancel = host.setTimer(ms, () => {
          if (again) begin();
          callback(...given);
        });
      };
      begin();
      return handle;
    };
  };
  const clear = (otherwise: Callback) => {
    return (timer: unknown): void => {
      if (timer instanceof Handle) timer.cancel();
      else otherwise(timer);
    };
  };
  Object.assign(globalThis, {
    setTimeout: set(false, real.setTimeout as Callback),
    clearTimeout: clear(real.clearTimeout as Callback),
    setInterval: set(true, real.setInterval as Callback),
    clearInterval: clear(real.clearInterval as Callback),
  });
  return { [Symbol.dispose]: () => void Object.assign(globalThis, real) };
}
