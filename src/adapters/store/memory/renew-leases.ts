import type { ProcessId } from '../../../domain/ids.ts';
import type { Lease } from '../../../domain/task.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Tables } from './tables.ts';

/** The wall clock has jumped when it and the monotonic clock disagree by more than they did, in ms. */
const jumpMs = 1_000;

/** A look at both clocks. */
export interface ClockLook {
  readonly wall: number;
  /** How far the wall clock is ahead of the monotonic one. */
  readonly offset: number;
}

export function lookAt(clock: Clock): ClockLook {
  const wall = clock.now();
  return { wall, offset: wall - clock.monotonic() };
}

/** @param renewed what becomes of each lease that the process holds. */
export function renewLeases({ tasks }: Tables, process: ProcessId, renewed: (lease: Lease) => Lease): void {
  for (const row of tasks.where('owner', process)) {
    if (row.task.state === 'running') tasks.put({ ...row, task: { ...row.task, lease: renewed(row.task.lease) } });
  }
}

/** A lease with `leaseMs` from now before it, but not past its limit. It never ends earlier than it did, and goes with a clock that jumps. */
export function renewedLease(lease: Lease, leaseMs: number, before: ClockLook, now: ClockLook): Lease {
  const drift = now.offset - before.offset;
  const { limit, ...rest } = Math.abs(drift) >= jumpMs && isFromBefore(lease, before, now) ? moved(lease, Math.round(drift)) : lease;
  const until = now.wall + leaseMs;
  return { ...rest, limit, until: Math.max(rest.until, Math.min(until, limit ?? until)) };
}

/**
 * Whether it was taken before the jump. Forwards, such a lease cannot have begun later than the old clock says now. Backwards, it began in
 * what is the future now, or before the last look as the new clock tells it; what began in between is taken for new.
 */
function isFromBefore({ startedAt }: Lease, before: ClockLook, now: ClockLook): boolean {
  const drift = now.offset - before.offset;
  return drift > 0 ? startedAt <= Math.round(now.wall - drift) : startedAt <= Math.round(before.wall + drift) || startedAt > now.wall;
}

function moved(lease: Lease, by: number): Lease {
  const { startedAt, until, limit } = lease;
  return { ...lease, startedAt: startedAt + by, until: until + by, limit: limit === undefined ? undefined : limit + by };
}
