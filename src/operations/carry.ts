import type { JobEvent } from '../domain/events.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import type { JobState } from '../domain/job.ts';
import type { RunAttributes } from '../domain/run.ts';
import { worldCheckType, worldRunType } from '../workflow/task-types.ts';
import type { Host } from '../workflow/tools.ts';
import type { OperationTools } from './tools.ts';

/** Whoever watches a run while this process carries it. */
export interface Watcher {
  onEvent(event: JobEvent): void;
  /** Not stored; `text` says how far a task is. */
  onProgress(progress: { readonly taskId: TaskId; readonly key: string; readonly text: string }): void;
  /** Called when the run can only go on with an answer. @returns true when one was given, so that it goes on. */
  onWaiting(): Promise<boolean>;
}

/** How carrying ended: the run has come to rest, or this process was asked to stop and the run can be resumed. */
export type Carried = { readonly kind: 'at-rest'; readonly state: JobState } | { readonly kind: 'interrupted' };

/**
 * Executes a run's tasks in this process until it ends or waits for somebody. The run stops with the process and
 * can be resumed by any other.
 */
export async function carryRun(
  tools: OperationTools,
  jobId: JobId,
  attributes: RunAttributes,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Carried> {
  const worker = await tools.engine.work({
    jobs: [jobId],
    ...concurrency(tools.host, attributes),
    onProgress: ({ taskId, key, data }) => watcher.onProgress({ taskId, key, text: String(data) }),
  });
  const watching = new AbortController();
  const watched = follow(tools, jobId, watcher, watching.signal);
  // Told below, when the worker has stopped, and not before.
  watched.catch(() => undefined);
  try {
    return await untilAtRest(worker, jobId, watcher, signal);
  } finally {
    await worker.stop().finally(() => watching.abort());
    await watched;
  }
}

async function untilAtRest(
  worker: { settled(jobId: JobId): Promise<JobState> },
  jobId: JobId,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Carried> {
  const stopped = new Promise<'stopped'>((resolve) => {
    if (signal.aborted) resolve('stopped');
    signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  for (;;) {
    const state = await Promise.race([worker.settled(jobId), stopped]);
    if (state === 'stopped') return { kind: 'interrupted' };
    if (state !== 'waiting') return { kind: 'at-rest', state };
    const answered = await Promise.race([watcher.onWaiting(), stopped]);
    if (answered === 'stopped') return { kind: 'interrupted' };
    if (!answered) return { kind: 'at-rest', state };
  }
}

async function follow(tools: OperationTools, jobId: JobId, watcher: Watcher, signal: AbortSignal): Promise<void> {
  for await (const event of tools.engine.events(jobId, { follow: true, signal })) watcher.onEvent(event);
}

const gibibyte = 1024 ** 3;

/**
 * Worlds at the same time: as configured, or as many as fit into memory at 2 GiB each. Checks are limited to the
 * number of cores, because a test that is starved of processor time looks like one that hangs.
 */
export function concurrency(
  host: Pick<Host, 'cores' | 'memoryBytes'>,
  { config }: Pick<RunAttributes, 'config'>,
): { readonly concurrency: number; readonly concurrencyByType: Readonly<Record<string, number>> } {
  const fitting = Math.max(1, Math.floor(host.memoryBytes / (2 * gibibyte)));
  const worlds = config.worlds.parallel === 0 ? Math.min(config.worlds.count, fitting) : config.worlds.parallel;
  const checks = Math.max(1, Math.min(host.cores, worlds));
  return { concurrency: worlds + checks + 1, concurrencyByType: { [worldRunType.name]: worlds, [worldCheckType.name]: checks } };
}
