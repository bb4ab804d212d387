import { setTimeout } from 'node:timers/promises';
import { measurement } from '../support/child.ts';
import { atMost, figure, type Figure } from '../support/figures.ts';
import { spread } from '../support/rounds.ts';
import { median } from '../support/statistics.ts';
import { openEngine, submitJob } from './open.ts';
import type { Part } from './part.ts';

interface Request {
  /** Whether a task waits for a person meanwhile. */
  readonly blocked: boolean;
  readonly ms: number;
}

interface Idle {
  /** Of one core, all threads together. */
  readonly cpuPercent: number;
  /** How often a second a thread gave up the processor by itself: once for each time it was woken. */
  readonly wakeUps: number;
}

const warmUpMs = 2_000;

export const idleEngine = measurement(import.meta, async ({ blocked, ms }: Request, folder): Promise<Idle> => {
  const need = { signal: 'approval', from: 'person', question: 'May it go on?' } as const;
  const handler = async () => ({ kind: 'blocked', reason: 'Needs a person', need }) as const;
  await using opened = await openEngine({ folder, synchronous: 'FULL', handler });
  await using worker = await opened.engine.work({ jobs: 'unclaimed', concurrency: 4 });
  if (blocked) await worker.settled(await submitJob(opened.engine, 1));
  await setTimeout(warmUpMs);
  const before = process.resourceUsage();
  const begun = performance.now();
  await setTimeout(ms);
  const after = process.resourceUsage();
  const seconds = (performance.now() - begun) / 1000;
  const cpuSeconds = (after.userCPUTime - before.userCPUTime + after.systemCPUTime - before.systemCPUTime) / 1e6;
  return {
    cpuPercent: (100 * cpuSeconds) / seconds,
    wakeUps: (after.voluntaryContextSwitches - before.voluntaryContextSwitches) / seconds,
  };
});

/** An engine with nothing to do sleeps. All rounds at the same time: they do not take anything from each other. */
export const idle: Part = {
  name: 'idle',
  measure: async (bench) => {
    const take = (blocked: boolean) =>
      Promise.all(Array.from({ length: bench.rounds }, () => bench.measure(idleEngine, { blocked, ms: 10_000 })));
    const [nothing, person] = await Promise.all([take(false), take(true)]);
    return { figures: [...figures('idle engine', nothing), ...figures('idle engine, a task waits for a person', person)] };
  },
};

function figures(name: string, rounds: readonly Idle[]): readonly Figure[] {
  const cpu = rounds.map(({ cpuPercent }) => cpuPercent);
  const wakeUps = rounds.map((round) => round.wakeUps);
  return [
    figure(`${name}: CPU`, median(cpu), '%', { goal: atMost(0.2), detail: `of one core over 10 s, all threads; ${spread(cpu)}` }),
    figure(`${name}: wake-ups`, median(wakeUps), '/s', { detail: `of all threads; ${spread(wakeUps)}` }),
  ];
}
