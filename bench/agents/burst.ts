import { median, percentile } from '../support/statistics.ts';

/** Calls of one kind, one after the other. */
export interface Burst {
  /** CPU time of this process for each call, in ms. */
  readonly cpuMs: number;
  /** How long each call took. */
  readonly ms: readonly number[];
}

/** @param more CPU time (ms) of other processes of ours so far. */
export async function burst(calls: number, call: () => Promise<unknown>, more: () => number = () => 0): Promise<Burst> {
  const ms: number[] = [];
  const before = process.cpuUsage();
  const others = more();
  for (let each = 0; each < calls; each += 1) {
    const begun = performance.now();
    await call();
    ms.push(performance.now() - begun);
  }
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: ((user + system) / 1000 + more() - others) / calls, ms };
}

/** What one side costs beyond another, round by round, in ms. */
export interface Added {
  readonly cpu: readonly number[];
  readonly p50: readonly number[];
  readonly p95: readonly number[];
}

export function added(side: readonly Burst[], bare: readonly Burst[]): Added {
  const beyond = (of: (burst: Burst) => number): readonly number[] =>
    side.map((each, round) => of(each) - (bare[round] === undefined ? Number.NaN : of(bare[round])));
  return { cpu: beyond(({ cpuMs }) => cpuMs), p50: beyond(({ ms }) => median(ms)), p95: beyond(({ ms }) => percentile(ms, 0.95)) };
}
