import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Leases } from './heartbeat-leases.ts';

const hour = 3_600_000;
const start = 10 * hour;
const leaseMs = 30_000;

let database: DatabaseSync;
let wall: number;
let monotonic: number;
let leases: Leases;

beforeEach(() => {
  database = new DatabaseSync(':memory:');
  database.exec(
    'CREATE TABLE weaver_task (id TEXT, state TEXT, lease_owner TEXT, lease_started_at INTEGER, lease_until INTEGER, lease_limit INTEGER)',
  );
  wall = start;
  monotonic = 500;
  leases = new Leases(database, { process: 'mine', leaseMs, clock: { now: () => wall, monotonic: () => monotonic } });
});

afterEach(() => database.close());

function claim(id: string, limit: number | null = null, owner = 'mine', at = wall): void {
  database
    .prepare("INSERT INTO weaver_task VALUES (?, 'running', ?, ?, ?, ?)")
    .run(id, owner, at, at + leaseMs, limit === null ? null : at + limit);
}

function pass(ms: number, jump = 0): void {
  monotonic += ms;
  wall += ms + jump;
}

function lease(id: string): { readonly startedAt: number; readonly until: number; readonly limit: number | null } {
  const row = database.prepare('SELECT * FROM weaver_task WHERE id = ?').get(id);
  const limit = row?.['lease_limit'] ?? null;
  return {
    startedAt: Number(row?.['lease_started_at']),
    until: Number(row?.['lease_until']),
    limit: limit === null ? null : Number(limit),
  };
}

describe('a heartbeat', () => {
  it('renews the leases of its process up to their limits, and no others', () => {
    claim('free');
    claim('limited', 35_000);
    claim('foreign', null, 'theirs');
    pass(10_000);
    leases.renew();
    expect(lease('free')).toEqual({ startedAt: start, until: start + 40_000, limit: null });
    expect(lease('limited')).toEqual({ startedAt: start, until: start + 35_000, limit: start + 35_000 });
    expect(lease('foreign').until).toBe(start + 30_000);
  });

  it('does not ask for the write lock when there is nothing to renew', () => {
    database.exec('PRAGMA query_only = ON');
    expect(() => leases.renew()).not.toThrow();
    database.exec('PRAGMA query_only = OFF');
    claim('a');
    database.exec('PRAGMA query_only = ON');
    expect(() => leases.renew()).toThrow('readonly');
  });

  it.each([2 * hour, -2 * hour])('moves what was claimed along when the clock jumps by %d ms', (jump) => {
    claim('before', 60_000);
    pass(10_000);
    leases.renew();
    claim('since the last beat', 60_000);
    pass(5_000, jump);
    claim('after the jump', 60_000);
    pass(5_000);
    leases.renew();
    expect(lease('before')).toEqual({ startedAt: start + jump, until: wall + leaseMs, limit: start + jump + 60_000 });
    expect(lease('since the last beat')).toEqual({ startedAt: start + jump + 10_000, until: wall + leaseMs, limit: start + jump + 70_000 });
    expect(lease('after the jump')).toEqual({ startedAt: wall - 5_000, until: wall + leaseMs, limit: wall + 55_000 });
    pass(10_000);
    leases.renew();
    expect(lease('before')).toMatchObject({ startedAt: start + jump, limit: start + jump + 60_000 });
  });

  it('finds the time that a long task has left after a jump back to before its beginning, and after one to its middle', () => {
    claim('long', 9 * hour);
    for (let beats = 0; beats < 6; beats += 1) {
      pass(hour);
      leases.renew();
    }
    pass(10_000, -2 * hour);
    leases.renew();
    expect(lease('long')).toMatchObject({ startedAt: start - 2 * hour, limit: start + 7 * hour });
    pass(10_000, -6 * hour);
    leases.renew();
    expect(lease('long')).toMatchObject({ startedAt: start - 8 * hour, limit: start + hour });
  });

  it('follows a clock that is only being corrected without moving anything', () => {
    claim('a', 60_000);
    pass(10_000, 900);
    leases.renew();
    expect(lease('a')).toEqual({ startedAt: start, until: wall + leaseMs, limit: start + 60_000 });
    pass(10_000, 900);
    leases.renew();
    expect(lease('a')).toMatchObject({ startedAt: start, limit: start + 60_000 });
  });

  it('moves them at the next beat when the first one after the jump was refused', () => {
    claim('a', 60_000);
    pass(10_000, 2 * hour);
    database.exec('PRAGMA query_only = ON');
    expect(() => leases.renew()).toThrow('readonly');
    expect(database.isTransaction).toBe(false);
    database.exec('PRAGMA query_only = OFF');
    pass(1_000);
    leases.renew();
    expect(lease('a')).toEqual({ startedAt: start + 2 * hour, until: wall + leaseMs, limit: start + 2 * hour + 60_000 });
  });
});
