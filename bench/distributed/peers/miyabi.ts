import { setTimeout } from 'node:timers/promises';
import { openEngine, submitJob } from '../open.ts';
import { machineTime } from '../sides.ts';
import type { OpenSide, Side } from '../sides.ts';

/** One job for each task. */
export async function openMiyabi({ url, folder, started }: OpenSide): Promise<Side> {
  const released = Promise.withResolvers<void>();
  const opened = await openEngine(url, folder, async ({ at, waitMs }) => {
    started(at);
    if (waitMs > 0) await setTimeout(waitMs);
    if (waitMs < 0) await released.promise;
  });
  return {
    submit: () => submitJob(opened.engine, { payload: { waitMs: 0, at: machineTime() } }),
    work: async (concurrency) => {
      const worker = await opened.engine.work({ jobs: 'shared', concurrency });
      worker.ended.catch((error: unknown) => {
        console.error(error);
        process.exit(1);
      });
    },
    release: () => released.resolve(),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
