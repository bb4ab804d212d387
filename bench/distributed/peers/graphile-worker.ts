import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import type { Runner } from 'graphile-worker';
import { connections, machineTime } from '../sides.ts';
import type { OpenSide, Side } from '../sides.ts';

/** With its own defaults, which wake workers by NOTIFY. */
export async function openGraphile({ url, started }: OpenSide): Promise<Side> {
  const logger = new Logger(() => () => undefined);
  const options = { connectionString: url, maxPoolSize: connections, logger };
  const utils = await makeWorkerUtils(options);
  await utils.migrate();
  let runner: Runner | undefined;
  const taskList = { bench: async (payload: unknown) => started((payload as { readonly at: number }).at) };
  return {
    submit: async () => {
      await utils.addJob('bench', { at: machineTime() });
    },
    work: async (concurrency) => {
      runner = await run({ ...options, concurrency, noHandleSignals: true, taskList });
    },
    release: () => undefined,
    [Symbol.asyncDispose]: async () => {
      await runner?.stop();
      await utils.release();
    },
  };
}
