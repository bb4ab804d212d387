import type { JobEvent } from '../domain/events.ts';
import type { JobId, TaskId } from '../domain/ids.ts';
import type { Incident } from '../domain/incident.ts';
import type { JobState } from '../domain/job.ts';
import type { AskedQuestion } from '../ports/model-ledger.ts';
import { deployEnvironmentType } from '../workflow/deploy/deploy-task-types.ts';
import { chooseType, worldCheckType, worldRunType } from '../workflow/task-types.ts';
import { withLiveResult } from './event-results.ts';
import type { OperationTools } from './tools.ts';

/** Whoever watches a run while this process carries it. */
export interface Watcher {
  /** The end of a world, of its check and of a choice come with the results of their tasks. */
  onEvent(event: JobEvent): void;
  /** Not stored; `text` says how far a task is. */
  onProgress(progress: { readonly taskId: TaskId; readonly key: string; readonly text: string }): void;
  /** Not stored; something that is worth a line: a provider that is waited for or asked again, a budget, a denial. */
  onNotice(notice: { readonly taskId: TaskId; readonly key: string; readonly text: string }): void;
  /** A world was denied something or stopped; also when it happened again. */
  onIncident(told: { readonly taskId: TaskId; readonly key: string; readonly incident: Incident }): void;
  /** A task that goes on running wants to know something of a person, see `answerRun`; also when it is asked again by another attempt or task. */
  onQuestion(question: AskedQuestion, by: TaskId): void;
  /** Not stored; says in a sentence that more or fewer worlds may run at the same time from now on. */
  onCapacity(text: string): void;
  /**
   * Called when the run can only go on with an answer. The signal aborts when it goes on without this one, because somebody
   * answered elsewhere. @returns true when it goes on, false when nobody is there to answer.
   */
  onWaiting(signal: AbortSignal): Promise<boolean>;
  /** Called when a run that others execute is paused, and then it is waited until it goes on; where this is absent, such a run has come to rest. */
  onPaused?(): void;
  /** Called when another process, such as a service, has taken the run first, which is then only watched; where this is absent, that is a failure. */
  onCarriedElsewhere?(): void;
}

/** How carrying ended: the run has come to rest, or this process was asked to stop and the run can be resumed. */
export type Carried = { readonly kind: 'at-rest'; readonly state: JobState } | { readonly kind: 'interrupted' };

/** Shows a run that others execute, until it ends or waits for somebody, or the signal aborts. */
export async function watchRun(tools: OperationTools, jobId: JobId, watcher: Watcher, signal: AbortSignal): Promise<Carried> {
  const watching = new AbortController();
  const state = observedState();
  const watched = followRun(tools, jobId, { onEvent: (event) => (state.see(event), watcher.onEvent(event)) }, watching.signal);
  try {
    return await untilAtRest({ settled: (id) => settledElsewhere(tools, id, watcher, watching.signal) }, jobId, watcher, { signal, state });
  } finally {
    watching.abort();
    await watched;
  }
}

/** Resolves when the run has ended or can only go on with help, as `Worker.settled` does. */
async function settledElsewhere(
  { engine }: OperationTools,
  jobId: JobId,
  watcher: Pick<Watcher, 'onPaused'>,
  signal: AbortSignal,
): Promise<JobState> {
  let state: JobState = 'running';
  for await (const event of engine.events(jobId, { follow: true, signal })) {
    if (event.type !== 'job.state') continue;
    // What was written before this look is passed over: only how it stands now counts.
    const now = await engine.status(jobId);
    const before = state;
    state = now?.state ?? state;
    if (state === 'paused' && watcher.onPaused !== undefined) {
      if (before !== 'paused') watcher.onPaused();
      continue;
    }
    const endsByItself = state === 'waiting' && (now?.counts['waiting_for_time'] ?? 0) > 0;
    if (state !== 'running' && !endsByItself) return state;
  }
  return (await engine.status(jobId))?.state ?? state;
}

/** What ends the look at a run besides its own end. */
interface Surroundings {
  readonly signal: AbortSignal;
  readonly state: ReturnType<typeof observedState>;
}

/** Until the run has come to rest, or this process was asked to stop. */
export async function untilAtRest(
  worker: { settled(jobId: JobId): Promise<JobState> },
  jobId: JobId,
  watcher: Watcher,
  { signal, state }: Surroundings,
): Promise<Carried> {
  const stopped = new Promise<'stopped'>((resolve) => {
    if (signal.aborted) resolve('stopped');
    signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  for (;;) {
    const reached = await Promise.race([worker.settled(jobId), stopped]);
    if (reached === 'stopped') return { kind: 'interrupted' };
    if (reached !== 'waiting') return { kind: 'at-rest', state: reached };
    const goesOn = await Promise.race([watcher.onWaiting(AbortSignal.any([signal, state.leavesWaiting()])), stopped]);
    if (goesOn === 'stopped') return { kind: 'interrupted' };
    if (!goesOn) return { kind: 'at-rest', state: reached };
  }
}

/** Follows the state of a run by its events, to notice an answer that was given in another process. */
export function observedState() {
  let leaving: AbortController | undefined;
  return {
    see(event: JobEvent): void {
      if (event.type === 'job.state' && event.data.state !== 'waiting') leaving?.abort();
    },
    /** Aborts at the next event that says the run waits no longer. */
    leavesWaiting(): AbortSignal {
      leaving = new AbortController();
      return leaving.signal;
    },
  };
}

/** Tells everything that happens in a run, from its beginning until the signal aborts. */
export async function followRun(
  tools: OperationTools,
  jobId: JobId,
  watcher: Pick<Watcher, 'onEvent'>,
  signal: AbortSignal,
): Promise<void> {
  for await (const event of tools.engine.events(jobId, { follow: true, signal })) {
    watcher.onEvent(await withLiveResult(tools.engine, event, shownResults));
  }
}

/** The types of tasks whose results a person sees while the run goes on. */
const shownResults: ReadonlySet<string> = new Set([worldRunType.name, worldCheckType.name, chooseType.name, deployEnvironmentType.name]);
