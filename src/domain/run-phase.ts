import type { JobState } from './job.ts';
import type { TaskState, WaitingReason } from './task.ts';

/** What a run goes through, in this order; not each goes through all of it. */
export const runPhases = [
  'start',
  'analysis',
  'plan',
  'approval',
  'base',
  'worlds',
  'examination',
  'choice',
  'integration',
  'review',
  'hand-over',
  'checks',
  'merge',
  'deployment',
  'clean-up',
  'end',
] as const;
export type RunPhase = (typeof runPhases)[number];

/** Tasks of a run that are alike: what they belong to, and how they stand. */
export interface PhaseTasks {
  /** Undefined for those that belong to no phase, such as what tells people something. */
  readonly phase: RunPhase | undefined;
  readonly state: TaskState;
  /** Of pending ones. */
  readonly waiting: WaitingReason | undefined;
}

/**
 * Where a run stands. Of several at a time what runs counts before what could, that before what waits for somebody: the first of it, since the run is not
 * past that. One that came to nothing stands where something died last.
 */
export function phaseOf(state: JobState, tasks: readonly PhaseTasks[]): RunPhase {
  if (state === 'completed' || state === 'cancelled') return 'end';
  const phases = (matches: (task: PhaseTasks) => boolean): readonly RunPhase[] => {
    const found = new Set(tasks.filter(matches).map(({ phase }) => phase));
    return runPhases.filter((phase) => found.has(phase));
  };
  if (state === 'failed' || state === 'stuck') return phases((task) => task.state === 'dead').at(-1) ?? 'start';
  return (
    phases((task) => task.state === 'running')[0] ??
    phases((task) => task.state === 'ready' || movesByItself(task.waiting))[0] ??
    phases((task) => isAnswerable(task.waiting))[0] ??
    'start'
  );
}

function movesByItself(waiting: WaitingReason | undefined): boolean {
  return waiting === 'backoff' || waiting === 'capacity' || waiting === 'paused';
}

function isAnswerable(waiting: WaitingReason | undefined): boolean {
  return waiting === 'person' || waiting === 'event' || waiting === 'budget' || waiting === 'deadline';
}
