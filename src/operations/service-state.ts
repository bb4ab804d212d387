import type { z } from 'zod';
import type { readService } from '../domain/api/service.ts';
import { displayId } from '../domain/ids.ts';
import { groupsBesideRuns, isRun } from '../domain/job-groups.ts';
import type { TaskCounts } from '../domain/job.ts';
import type { JobView } from '../weaver/engine.ts';
import type { StalledTask } from '../weaver/stalled.ts';
import type { OperationTools } from './tools.ts';

export type ServiceState = z.output<typeof readService.answer>;
type Stuck = ServiceState['stuck'][number];

/** A task that is ready for longer, and that nobody takes, is told of. */
const readyForMs = 5 * 60_000;
const mostStuck = 50;

type ServiceTools = Pick<OperationTools, 'engine' | 'clock' | 'diskUses' | 'freeBytes' | 'version'>;

/** How much there is to do, what does not go on, and how full the disk is. */
export async function serviceState({ engine, clock, diskUses, freeBytes, version }: ServiceTools): Promise<ServiceState> {
  const [{ counts, readySince }, tasks, runs, free] = await Promise.all([
    engine.backlog(),
    engine.stalled(readyForMs, mostStuck),
    engine.jobs({ exceptGroups: groupsBesideRuns, states: ['stuck'], limit: mostStuck }),
    freeBytes(),
  ]);
  const { parts, measuredAt, isMeasuring } = diskUses.read();
  const stuck = [...tasks.filter(isRun).map(stuckTask), ...runs.map(stuckRun)];
  return {
    version,
    queue: queueOf(counts),
    oldestReadyMs: readySince === undefined ? null : Math.max(0, clock.now() - readySince),
    stuck: stuck.toSorted((one, other) => one.since - other.since),
    disk: { freeBytes: free, parts: parts.map((part) => ({ ...part })), measuredAt: measuredAt ?? null, isMeasuring },
  };
}

/** Whatever has not ended and is neither ready nor running waits. */
function queueOf(counts: TaskCounts): ServiceState['queue'] {
  const { ready = 0, running = 0, deps = 0, children = 0, backoff = 0, repair = 0, capacity = 0, paused = 0, nobody = 0 } = counts;
  const { person = 0, event = 0, budget = 0, deadline = 0 } = counts;
  const waiting = deps + children + backoff + repair + capacity + paused + nobody + person + event + budget + deadline;
  return { ready, running, waiting };
}

const whyInWords: Readonly<Record<StalledTask['why'], string>> = {
  lease: 'The program that executes it has not been heard of since; another one takes it over once it is seen to be dead.',
  nobody: 'Nobody takes it: no program carries its run, or none has what it needs. `miyabi serve` carries whatever nobody carries.',
};

function stuckTask({ jobId, taskId, title, key, since, why }: StalledTask): Stuck {
  return { run: displayId('run', jobId), title, task: taskId, key, since, why: whyInWords[why] };
}

function stuckRun({ id, title, bottleneck, endedAt, createdAt }: JobView): Stuck {
  return { run: displayId('run', id), title, task: null, key: null, since: endedAt ?? createdAt, why: bottleneck };
}
