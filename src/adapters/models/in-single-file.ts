/** One after the other, for each name. */
export interface SingleFile {
  /**
   * Runs once all of the same name before it have run; the others do not wait for it.
   * @throws the signal's reason, at once when it aborts while others are before it; and what `run` throws.
   */
  wait<Value>(this: void, name: string, signal: AbortSignal, run: () => Promise<Value>): Promise<Value>;
}

export function createSingleFile(): SingleFile {
  const last = new Map<string, Promise<void>>();
  return {
    async wait(name, signal, run) {
      signal.throwIfAborted();
      const before = last.get(name) ?? Promise.resolve();
      const { promise: done, resolve: finish } = Promise.withResolvers<void>();
      // Who gives up keeps the place until those before have had theirs.
      const own = before.then(() => done);
      last.set(name, own);
      void own.then(() => last.get(name) === own && last.delete(name));
      try {
        await unlessAborted(before, signal);
        return await run();
      } finally {
        finish();
      }
    },
  };
}

async function unlessAborted(awaited: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([awaited, aborted]);
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
