import { Failure } from '../domain/failure.ts';
import type { JobId } from '../domain/ids.ts';
import { resolveConfig } from '../domain/resolve-config.ts';
import type { RunAttributes } from '../domain/run.ts';
import { isQuestionProgress } from '../workflow/ask-person.ts';
import { isIncidentProgress } from '../workflow/incidents.ts';
import { isNoticeProgress } from '../workflow/notice.ts';
import type { Worker, WorkerLimits } from '../weaver/engine.ts';
import { besideWork } from './beside-work.ts';
import { carryNotices } from './notices/carry-notices.ts';
import { limitsFor, worldRoom } from './scale.ts';
import type { OperationTools } from './tools.ts';
import type { Carried, Watcher } from './watch-run.ts';
import { followRun, observedState, untilAtRest, watchRun } from './watch-run.ts';

/**
 * Executes a run's tasks in this process until it ends or waits for somebody. The run stops with the process and
 * can be resumed by any other. Where workers on many machines share the records they execute it, and this process only watches.
 *
 * @throws Failure (notFoundOrLocked) when another process carries the run, and the watcher does not take that.
 */
export async function carryRun(
  tools: OperationTools,
  jobId: JobId,
  attributes: RunAttributes,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Carried> {
  if (tools.sharing) return watchRun(tools, jobId, watcher, signal);
  const size = await tools.machine.size();
  const room = worldRoom(attributes.config, size);
  const worker = await workOn(tools, jobId, limitsFor(room.start, room, size), watcher);
  if (worker === 'carried-elsewhere') return await watchRun(tools, jobId, watcher, signal);
  const watching = new AbortController();
  const state = observedState();
  const watched = followRun(tools, jobId, { onEvent: (event) => (state.see(event), watcher.onEvent(event)) }, watching.signal);
  const { config } = resolveConfig(tools.ownConfiguration);
  const tell = (text: string): void => watcher.onCapacity(text);
  const notices = carryNotices(tools.engine, tell);
  const beside = besideWork(tools, {
    config: { ...attributes.config, notify: config.notify },
    worker,
    room,
    size,
    tell,
    logs: jobId,
    carry: (notice) => notices.carry(notice),
  });
  try {
    return await untilAtRest(worker, jobId, watcher, { signal, state });
  } finally {
    await beside[Symbol.asyncDispose]();
    await notices[Symbol.asyncDispose]();
    await worker.stop();
    watching.abort();
    await watched;
  }
}

/** A service that runs beside may be faster than whoever has begun the run. */
async function workOn(
  { engine }: OperationTools,
  jobId: JobId,
  limits: WorkerLimits,
  watcher: Watcher,
): Promise<Worker | 'carried-elsewhere'> {
  try {
    return await engine.work({
      jobs: [jobId],
      ...limits,
      onProgress: ({ taskId, key, data }) => {
        if (isIncidentProgress(data)) watcher.onIncident({ taskId, key, incident: data.incident });
        else if (isQuestionProgress(data)) watcher.onQuestion(data.question, taskId);
        else if (isNoticeProgress(data)) watcher.onNotice({ taskId, key, text: data.notice });
        else watcher.onProgress({ taskId, key, text: String(data) });
      },
    });
  } catch (error) {
    if (watcher.onCarriedElsewhere === undefined) throw error;
    if (!(error instanceof Failure && error.reason === 'notFoundOrLocked') || (await engine.status(jobId)) === undefined) throw error;
    watcher.onCarriedElsewhere();
    return 'carried-elsewhere';
  }
}
