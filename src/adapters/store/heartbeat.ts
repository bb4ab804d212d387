import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { entryPoint } from '../../domain/entry-point.ts';
import type { Heartbeat } from '../../ports/heartbeat.ts';
import { asStoreFailure } from './sqlite/failures.ts';

/** What the thread is started with. */
export interface HeartbeatSettings {
  readonly path: string;
  readonly process: string;
  readonly leaseMs: number;
  readonly everyMs: number;
}

/**
 * Renews leases from a thread with a connection of its own, so that a busy event loop loses none. Renewing has come to an end when
 * the storage has refused it for as long as a lease lasts.
 */
export function threadHeartbeat(path: string): Heartbeat {
  return {
    start: async ({ process, leaseMs, everyMs, failed }) => {
      const settings: HeartbeatSettings = { path, process, leaseMs, everyMs };
      // What this program itself was started with (`--input-type`, an inspector's port) is not meant for the thread.
      const thread = new Worker(entryPoint(import.meta.url, './heartbeat-thread'), { workerData: settings, execArgv: [] });
      await started(thread).catch((error: unknown) => {
        throw asStoreFailure(error, path);
      });
      const ended = (error: unknown): void => failed(asStoreFailure(error, path));
      thread.on('error', ended);
      thread.unref();
      return {
        stop: async () => {
          thread.off('error', ended);
          await thread.terminate();
        },
      };
    },
  };
}

/** Resolves when its first beat is done. @throws what has ended it before that. */
async function started(thread: Worker): Promise<void> {
  const over = new AbortController();
  const ended = once(thread, 'exit', { signal: over.signal }).then(() => {
    throw new Error('The thread that renews leases has ended before it began.');
  });
  try {
    await Promise.race([once(thread, 'message'), ended]);
  } finally {
    ended.catch(() => undefined);
    over.abort();
  }
}
