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
      const thread = new Worker(entryPoint(import.meta.url, './heartbeat-thread'), { workerData: settings });
      await once(thread, 'message');
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
