/** One of several processes on one folder: submits jobs and executes whatever nobody carries, until it is told to stop. */
import { once } from 'node:events';
import { z } from 'zod';
import { defineTaskType, handle, openEngine } from '../../src/weaver-package.ts';
import type { Handler, JobId, OpenedEngine, Worker } from '../../src/weaver-package.ts';
import { measureWaits } from './waits.ts';
import type { Waits } from './waits.ts';

export interface ProgramRequest {
  readonly folder: string;
  /** Tasks that whoever has them first holds until it dies; started alone, this is that process. */
  readonly holds: number;
  /** Whether some of its handlers do not let the event loop turn for half a second. */
  readonly spins: boolean;
}

/** What it says: who it is, that all it holds has begun, and at the end how long it waited. */
export type ProgramMessage =
  | { readonly type: 'works'; readonly process: string }
  | { readonly type: 'holds' }
  | { readonly type: 'stopped'; readonly waits: Waits };

/** So short that a heartbeat which has to stand back for long is noticed. */
const timing = { leaseMs: 2_000, heartbeatMs: 300, graceMs: 500 };
/** For how long some handlers do not let the event loop turn, in ms. */
const spinMs = 500;
const spinEveryMs = 2_000;
const tasksOfAJob = 100;
const jobsAtATime = 2;

const quick = defineTaskType({ name: 'load.quick', schemaVersion: 1, payload: z.null(), result: z.null() });
/** Tasks that are hard for one process and nothing for another that gets them. */
const pid = z.object({ pid: z.number() });
const spin = defineTaskType({ name: 'load.spin', schemaVersion: 1, payload: pid, result: z.null() });
const hold = defineTaskType({ name: 'load.hold', schemaVersion: 1, payload: pid, result: z.null() });
const success = { kind: 'success', result: null } as const;

if (import.meta.main) await main(JSON.parse(process.argv[2] ?? '') as ProgramRequest);

async function main(request: ProgramRequest): Promise<void> {
  const stopped = once(process, 'message');
  await using engine = await open(request);
  await using worker = await engine.work({ jobs: 'unclaimed', concurrency: 6 + request.holds, concurrencyByType: { 'load.spin': 1 } });
  tell({ type: 'works', process: worker.process });
  if (request.holds > 0) await submit(engine, hold.name, request.holds);
  const waits = measureWaits();
  const stop = new AbortController();
  const rounds = Array.from({ length: jobsAtATime }, () => submitAndWait(engine, worker, request.spins, stop.signal));
  await Promise.race([stopped, Promise.all(rounds)]);
  stop.abort();
  tell({ type: 'stopped', waits: waits() });
  await worker.stop();
  await Promise.all(rounds);
  process.disconnect();
}

async function submitAndWait(engine: OpenedEngine, worker: Worker, maySpin: boolean, stop: AbortSignal): Promise<void> {
  let spunAt = performance.now();
  while (!stop.aborted) {
    const spins = maySpin && performance.now() - spunAt > spinEveryMs;
    if (spins) spunAt = performance.now();
    const jobId = await submit(engine, spins ? spin.name : quick.name, spins ? 1 : tasksOfAJob);
    if (!stop.aborted) await worker.settled(jobId);
  }
}

async function submit(engine: OpenedEngine, type: string, count: number): Promise<JobId> {
  const payload = type === quick.name ? null : { pid: process.pid };
  const tasks = Array.from({ length: count }, (_, index) => ({ type, key: `task-${index}`, payload }));
  return (await engine.submit({ title: type, tasks })).jobId;
}

function open({ folder, holds }: ProgramRequest): Promise<OpenedEngine> {
  let held = 0;
  const holding: Handler<z.output<typeof pid>, null> = async ({ payload, signal }) => {
    if (payload.pid !== process.pid) return success;
    held += 1;
    if (held === holds) tell({ type: 'holds' });
    await new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    return success;
  };
  const spinning: Handler<z.output<typeof pid>, null> = async ({ payload }) => {
    if (payload.pid !== process.pid) return success;
    const until = performance.now() + spinMs;
    while (performance.now() < until) Math.sqrt(until);
    return success;
  };
  const registrations = [handle(quick, async () => success), handle(spin, spinning), handle(hold, holding)];
  return openEngine({ folder, registrations, timing });
}

function tell(message: ProgramMessage): void {
  process.send?.(message);
}
