import type { RunPhase } from '../run-phase.ts';
import { runPhases } from '../run-phase.ts';
import type { Interval } from './intervals.ts';
import { lengthOf, without } from './intervals.ts';

/** A task of a run as far as time goes: from its first attempt to its end. */
export interface TimedTask extends Interval {
  readonly id: string;
  readonly parent: string | undefined;
  /** Undefined for what belongs to none, such as what tells people something. */
  readonly phase: RunPhase | undefined;
}

/**
 * How long each phase took, in ms: the time in which one of its tasks was under way, without the time in which that task waited for tasks of
 * another phase below it, and without `waits`, the time in which people were waited for. Phases that took place at the same time count it both.
 */
export function phaseTimes(tasks: readonly TimedTask[], waits: readonly Interval[]): ReadonlyMap<RunPhase, number> {
  const below = childrenOf(tasks);
  const times = new Map<RunPhase, number>();
  for (const phase of runPhases) {
    const own = tasks.filter((task) => task.phase === phase);
    if (own.length === 0) continue;
    const parts = own.flatMap((task) => without([task], [...waits, ...othersBelow(task, below, phase)]));
    times.set(phase, lengthOf(parts));
  }
  return times;
}

type Below = ReadonlyMap<string | undefined, readonly TimedTask[]>;

function childrenOf(tasks: readonly TimedTask[]): Below {
  return Map.groupBy(tasks, ({ parent }) => parent);
}

/** All that belongs to another phase, at whatever depth. */
function othersBelow({ id }: TimedTask, below: Below, phase: RunPhase): readonly TimedTask[] {
  return (below.get(id) ?? []).flatMap((child) => [
    ...(child.phase === undefined || child.phase === phase ? [] : [child]),
    ...othersBelow(child, below, phase),
  ]);
}
