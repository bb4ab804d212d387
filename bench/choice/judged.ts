import { Worker } from 'node:worker_threads';
import type { Outcome } from './outcomes.ts';

export interface JudgeAll {
  readonly path: string;
  readonly tasks: number;
  /** Draws for each task and rate. */
  readonly draws: number;
  /** Threads. */
  readonly atOnce: number;
  readonly onTask: (done: number) => void;
}

/** Judges all tasks, several at a time; the result does not depend on how many. @throws what a thread threw. */
export async function judgeAll({ path, tasks, draws, atOnce, onTask }: JudgeAll): Promise<Outcome[]> {
  const queue = Array.from({ length: tasks }, (_, index) => index);
  const found = new Map<number, readonly Outcome[]>();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { path, draws } });
      try {
        for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
          found.set(task, await answerOf(worker, task));
          onTask(found.size);
        }
      } finally {
        await worker.terminate();
      }
    }),
  );
  return [...found].toSorted(([one], [other]) => one - other).flatMap(([, outcomes]) => outcomes);
}

function answerOf(worker: Worker, task: number): Promise<readonly Outcome[]> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', ({ outcomes }: { readonly outcomes: readonly Outcome[] }) => {
      worker.off('error', reject);
      resolve(outcomes);
    });
    worker.postMessage(task);
  });
}
