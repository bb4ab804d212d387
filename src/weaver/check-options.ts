import { Failure } from '../domain/failure.ts';
import { readLabels } from '../domain/needs.ts';
import type { WorkerLimits, WorkerOptions } from './engine.ts';
import { defaultTiming } from './parts.ts';
import type { Timing } from './parts.ts';

/** @throws Failure (usage) naming the path of the fault. */
export function checkWorkerOptions(options: WorkerOptions, sharing: boolean): void {
  const { jobs, labels, concurrency } = options;
  if (jobs !== 'unclaimed' && jobs !== 'shared' && !(Array.isArray(jobs) && jobs.every((id) => typeof id === 'string'))) {
    throw refused('jobs', "must be the ids of jobs, or 'unclaimed', or 'shared'");
  }
  if (jobs === 'shared' && !sharing) throw refused('jobs', "cannot be 'shared' where the engine was not opened for sharing");
  if (jobs === 'unclaimed' && sharing) throw refused('jobs', "cannot be 'unclaimed' where jobs that nobody carries are shared");
  const read = readLabels(labels ?? []);
  if (read.kind === 'fault') throw refused('labels', `must be such as agent:codex or memoryMb=8192, and «${read.label}» is not`);
  if (concurrency === undefined) throw refused('concurrency', 'is missing');
  checkLimits(options);
}

/** What is absent is not looked at. @throws Failure (usage) naming the path of the fault. */
export function checkLimits({ concurrency, concurrencyByType }: Partial<WorkerLimits>): void {
  if (concurrency !== undefined) checkPlaces('concurrency', concurrency);
  for (const [type, most] of Object.entries(concurrencyByType ?? {})) checkPlaces(`concurrencyByType[${JSON.stringify(type)}]`, most);
}

/** @returns the times given, and the default for each that is absent. @throws Failure (usage) naming the path of the fault. */
export function timingOf(given: Partial<Timing> | undefined): Timing {
  const time = (name: keyof Timing, least: number): number => {
    const ms = given?.[name] ?? defaultTiming[name];
    if (!Number.isFinite(ms) || ms < least) throw refused(`timing.${name}`, `must be a number of ms from ${least} on, and is ${ms}`);
    return ms;
  };
  return {
    leaseMs: time('leaseMs', 1),
    heartbeatMs: time('heartbeatMs', 1),
    graceMs: time('graceMs', 0),
    livenessMs: time('livenessMs', 1),
  };
}

function checkPlaces(path: string, places: number): void {
  if (!Number.isSafeInteger(places) || places < 0) throw refused(path, `must be a whole number from 0 on, and is ${String(places)}`);
}

function refused(path: string, problem: string): Failure {
  return new Failure(
    'usage',
    { what: 'The options were not accepted.', why: `${path} ${problem}.`, fix: 'Correct it; nothing was begun.' },
    { facts: { path, problem } },
  );
}
