import { PgBoss } from 'pg-boss';
import { connections, machineTime } from '../sides.ts';
import type { OpenSide, Side } from '../sides.ts';

const queue = 'bench';

/** As its manual has it for tasks that are wanted soon: a queue that notifies, one task to a call of the handler. */
export async function openBoss({ url, started }: OpenSide): Promise<Side> {
  const boss = new PgBoss({ connectionString: url, max: connections, useListenNotify: true });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  await boss.createQueue(queue, { notify: true });
  return {
    submit: async () => {
      await boss.send(queue, { at: machineTime() });
    },
    work: async (localConcurrency) => {
      await boss.work<{ readonly at: number }>(queue, { localConcurrency, pollingIntervalSeconds: 0.5 }, async (jobs) => {
        for (const { data } of jobs) started(data.at);
      });
    },
    release: () => undefined,
    [Symbol.asyncDispose]: () => boss.stop({ graceful: false }),
  };
}
