import { join } from 'node:path';
import { measurement, peakMiB } from '../../support/child.ts';
import type { Drained } from '../drained.ts';
import type { Synchronous } from '../open.ts';
import { importPeer } from './folder.ts';

interface Connection {
  pragma(text: string, options?: { readonly simple: boolean }): unknown;
}
interface Queue {
  addMany(type: string, data: readonly unknown[]): unknown;
  countJobs(filter: { readonly status: number }): number;
  close(): void;
}
interface Worker {
  start(): Promise<void>;
  stop(): Promise<void>;
}
interface Plainjob {
  better(database: Connection): unknown;
  defineQueue(options: { readonly connection: unknown; readonly logger: unknown }): Queue;
  defineWorker(
    type: string,
    processor: () => void,
    options: { readonly queue: Queue; readonly logger: unknown; readonly pollIntervall: number; readonly onCompleted: () => void },
  ): Worker;
}

export interface PlainjobRequest {
  readonly peers: string;
  readonly synchronous: Synchronous;
  readonly workers: number;
  readonly tasks: number;
  /** After so long it is stopped, in ms. */
  readonly capMs: number;
}

const done = 2;
const nothing = (): void => undefined;
const logger = { error: console.error, warn: nothing, info: nothing, debug: nothing };

/** All jobs are added in one transaction; workers of one process share the connection, as its own benchmark does. */
export const drainPlainjob = measurement(import.meta, async (request: PlainjobRequest, folder): Promise<Drained> => {
  const { default: Database } = await importPeer<{ default: new (file: string) => Connection }>(request.peers, 'better-sqlite3');
  const plainjob = await importPeer<Plainjob>(request.peers, 'plainjob');
  const database = new Database(join(folder, 'plainjob.db'));
  const queue = plainjob.defineQueue({ connection: plainjob.better(database), logger });
  // After it has opened the queue, which sets NORMAL.
  database.pragma(`synchronous = ${request.synchronous}`);
  const level = database.pragma('synchronous', { simple: true });
  if (level !== (request.synchronous === 'FULL' ? 2 : 1)) throw new Error(`plainjob would run with synchronous = ${String(level)}`);
  await drain(plainjob, queue, { ...request, tasks: Math.ceil(request.tasks / 4), capMs: request.capMs / 4 });
  const drained = await drain(plainjob, queue, request);
  queue.close();
  return drained;
});

let round = 0;

async function drain(plainjob: Plainjob, queue: Queue, { tasks, workers: count, capMs }: PlainjobRequest): Promise<Drained> {
  round += 1;
  const type = `noop-${round}`;
  const before = queue.countJobs({ status: done });
  const begun = performance.now();
  queue.addMany(
    type,
    Array.from({ length: tasks }, () => null),
  );
  const submitted = performance.now();
  let completed = 0;
  let ended = submitted;
  const over = Promise.withResolvers<void>();
  const onCompleted = (): void => {
    completed += 1;
    ended = performance.now();
    if (completed < tasks && ended - submitted < capMs) return;
    // At once: its workers do not let the event loop turn while there are jobs.
    for (const worker of workers) void worker.stop();
    over.resolve();
  };
  const workers = Array.from({ length: count }, () =>
    plainjob.defineWorker(type, nothing, { queue, logger, pollIntervall: 1, onCompleted }),
  );
  await Promise.all([over.promise, ...workers.map((worker) => worker.start())]);
  const drained = queue.countJobs({ status: done }) - before;
  return { submitted: tasks, submitMs: submitted - begun, drained, drainMs: performance.now() - submitted, peakMiB: peakMiB() };
}
