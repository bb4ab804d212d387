import { measurement, peakMiB } from '../../support/child.ts';
import type { Drained } from '../drained.ts';
import { importPeer } from './folder.ts';

interface Queue {
  addBulk(jobs: readonly { readonly name: string; readonly data: unknown }[]): Promise<unknown>;
  obliterate(options: { readonly force: boolean }): Promise<void>;
  close(): Promise<void>;
}
interface Worker {
  on(event: 'completed', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  run(): Promise<void>;
  close(force: boolean): Promise<void>;
}
interface Bullmq {
  readonly Queue: new (name: string, options: object) => Queue;
  readonly Worker: new (name: string, processor: () => Promise<null>, options: object) => Worker;
}

export interface BullmqRequest {
  readonly peers: string;
  readonly url: string;
  readonly concurrency: number;
  readonly tasks: number;
  readonly capMs: number;
}

/** Jobs are added in bulk, a thousand a call; nothing is removed, as nothing is with us. */
export const drainBullmq = measurement(import.meta, async (request: BullmqRequest): Promise<Drained> => {
  const bullmq = await importPeer<Bullmq>(request.peers, 'bullmq');
  await drain(bullmq, 'warm-up', { ...request, tasks: Math.ceil(request.tasks / 4), capMs: request.capMs / 4 });
  return drain(bullmq, 'measured', request);
});

async function drain(bullmq: Bullmq, name: string, { url, concurrency, tasks, capMs }: BullmqRequest): Promise<Drained> {
  const connection = { url, maxRetriesPerRequest: null };
  const prefix = `miyabi-bench-${process.pid}`;
  const queue = new bullmq.Queue(name, { connection, prefix });
  const begun = performance.now();
  for (let added = 0; added < tasks; added += 1_000) {
    await queue.addBulk(Array.from({ length: Math.min(1_000, tasks - added) }, () => ({ name: 'noop', data: null })));
  }
  const submittedAt = performance.now();
  const worker = new bullmq.Worker(name, async () => null, { connection, prefix, concurrency, autorun: false });
  const over = Promise.withResolvers<number>();
  let completed = 0;
  worker.on('error', over.reject);
  worker.on('completed', () => {
    completed += 1;
    if (completed === tasks) over.resolve(performance.now());
  });
  const cap = setTimeout(() => over.resolve(performance.now()), capMs);
  void worker.run();
  const ended = await over.promise;
  const drained = completed;
  clearTimeout(cap);
  await worker.close(true);
  await queue.obliterate({ force: true });
  await queue.close();
  return { submitted: tasks, submitMs: submittedAt - begun, drained, drainMs: ended - submittedAt, peakMiB: peakMiB() };
}
