/** One of several processes that submit to an engine or execute what it holds, as they are told. */
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { inFlight } from './in-flight.ts';
import { machineTime, openSide } from './sides.ts';
import type { SideName } from './sides.ts';

export interface ProgramRequest {
  readonly side: SideName;
  readonly url: string;
  readonly folder: string;
}

export type ToProgram =
  /** @param pauseMs between two submits. */
  | { readonly type: 'submit'; readonly tasks: number; readonly inFlight: number; readonly pauseMs?: number }
  | { readonly type: 'work'; readonly concurrency: number }
  | { readonly type: 'release' }
  | { readonly type: 'cpu' }
  | { readonly type: 'end' };

/** The answer to anything it is told, and to its start. */
export interface Answer {
  readonly ms: number;
  /** Processor time of the process since its start, in ms. */
  readonly cpuMs: number;
  /** From the submit of each of the last tasks that have started here to its start, in ms. */
  readonly latencyMs: readonly number[];
}

/** Since the last answer. */
let latencyMs: number[] = [];

if (import.meta.main) await main(JSON.parse(process.argv[2] ?? '') as ProgramRequest);

async function main({ side, ...request }: ProgramRequest): Promise<void> {
  process.once('disconnect', () => process.exit(1));
  await using opened = await openSide(side, { ...request, started: (at) => latencyMs.push(machineTime() - at) });
  answer(0);
  for (;;) {
    const [told] = (await once(process, 'message')) as [ToProgram];
    const begun = performance.now();
    if (told.type === 'end') break;
    if (told.type === 'submit') {
      const { tasks, pauseMs = 0 } = told;
      await inFlight(tasks, told.inFlight, () => (pauseMs === 0 ? opened.submit() : setTimeout(pauseMs).then(() => opened.submit())));
    }
    if (told.type === 'release') opened.release();
    if (told.type === 'work') await opened.work(told.concurrency);
    answer(performance.now() - begun);
  }
  process.removeAllListeners('disconnect');
  process.disconnect();
}

function answer(ms: number): void {
  const { user, system } = process.cpuUsage();
  process.send?.({ ms, cpuMs: (user + system) / 1000, latencyMs } satisfies Answer);
  latencyMs = [];
}
