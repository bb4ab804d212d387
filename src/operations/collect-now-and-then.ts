import type { OperationTools } from './tools.ts';

export interface CollectNowAndThen {
  readonly everyMs: number;
  /** Hears what was removed, and what went wrong, in a sentence. */
  readonly tell: (text: string) => void;
}

/** Collects what nothing uses any more, again and again until it is disposed. Keeps no process alive; what fails is told and tried again. */
export function collectNowAndThen(collect: OperationTools['collect'], { everyMs, tell }: CollectNowAndThen): AsyncDisposable {
  let collecting: Promise<void> | undefined;
  const once = async (): Promise<void> => {
    const { folders, recovered } = await collect({ dryRun: false });
    for (const sentence of recovered) tell(sentence);
    if (folders.length === 0) return;
    const bytes = folders.reduce((sum, folder) => sum + folder.bytes, 0);
    tell(
      `collected ${(bytes / 1024 / 1024).toFixed(1)} MiB that nothing used any more, in ${folders.length === 1 ? 'one place' : `${folders.length} places`}`,
    );
  };
  const timer = setInterval(() => {
    collecting ??= once()
      .catch((error: unknown) => tell(`what nothing uses any more could not be collected: ${String(error)}`))
      .finally(() => (collecting = undefined));
  }, everyMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await collecting;
    },
  };
}
