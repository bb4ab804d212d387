import { expect, it } from 'vitest';
import type { AttemptId, ProcessId } from '../../../domain/ids.ts';
import type { Lease } from '../../../domain/task.ts';
import { renewedLease } from './renew-leases.ts';

const hour = 3_600_000;
const start = 10 * hour;

function lease(startedAt: number, limit?: number): Lease {
  return { owner: 'me' as ProcessId, attemptId: 'a' as AttemptId, startedAt, until: startedAt + 30_000, limit };
}

const renewed = (of: Lease, jump: number): Lease =>
  renewedLease(of, 30_000, { wall: start + 10_000, offset: 0 }, { wall: start + 20_000 + jump, offset: jump });

it('renews a lease up to its limit, and never shortens it', () => {
  expect(renewed(lease(start), 0).until).toBe(start + 50_000);
  expect(renewed(lease(start, start + 35_000), 0)).toMatchObject({ until: start + 35_000, limit: start + 35_000 });
  expect(renewed({ ...lease(start), until: start + hour }, 0).until).toBe(start + hour);
});

it.each([2 * hour, -2 * hour])('moves what was claimed along when the clock jumps by %d ms, and nothing that was claimed since', (jump) => {
  expect(renewed(lease(start, start + 60_000), jump)).toMatchObject({ startedAt: start + jump, limit: start + jump + 60_000 });
  const after = start + 15_000 + jump;
  expect(renewed(lease(after, after + 60_000), jump)).toMatchObject({ startedAt: after, limit: after + 60_000 });
});

it('follows a clock that is only being corrected without moving anything', () => {
  expect(renewed(lease(start, start + 60_000), 900)).toMatchObject({ startedAt: start, limit: start + 60_000, until: start + 50_900 });
});
