import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProcessId } from '../../domain/ids.ts';
import type { Beating } from '../../ports/heartbeat.ts';
import { threadHeartbeat } from './heartbeat.ts';

const isRoot = process.getuid?.() === 0;
const noMount = process.platform === 'linux' && isRoot ? undefined : 'needs root on Linux to mount a small disk';
const everyMs = 40;

let folder: string;
let disk: string;
let database: DatabaseSync;
let failed: PromiseWithResolvers<unknown>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heartbeat-'));
  disk = join(folder, 'disk');
  mkdirSync(disk);
  failed = Promise.withResolvers();
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

/** @param leaseMs of the one running task there is. */
function start(leaseMs: number): Promise<Beating> {
  const path = join(disk, 'weaver.db');
  database = new DatabaseSync(path);
  database.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE weaver_task (state TEXT, lease_owner TEXT, lease_started_at INTEGER, lease_until INTEGER, lease_limit INTEGER);
    INSERT INTO weaver_task VALUES ('running', 'mine', 0, 0, NULL)`);
  return threadHeartbeat(path).start({ process: 'mine' as ProcessId, leaseMs, everyMs, failed: failed.resolve });
}

function leaseUntil(): number {
  return Number(database.prepare('SELECT lease_until FROM weaver_task').get()?.['lease_until']);
}

/** Resolves with the new end of the lease, or with why it will not be renewed any more. */
async function renewed(): Promise<number> {
  const before = leaseUntil();
  while (leaseUntil() === before) {
    const failure = await Promise.race([failed.promise, delay(10)]);
    if (failure !== undefined) throw failure;
  }
  return leaseUntil();
}

describe('the heartbeat', () => {
  it('renews again and again, while the event loop stands still too', async () => {
    const beating = await start(10_000);
    const first = await renewed();
    const until = performance.now() + 10 * everyMs;
    while (performance.now() < until) Math.sqrt(until);
    expect(leaseUntil()).toBeGreaterThanOrEqual(first + 5 * everyMs);
    await beating.stop();
  });

  it('goes on when others have held the write lock for longer than a lease lasts', async () => {
    const beating = await start(3 * everyMs);
    await renewed();
    database.exec('BEGIN IMMEDIATE');
    const held = leaseUntil();
    await delay(6 * everyMs);
    expect(leaseUntil()).toBe(held);
    expect(held).toBeLessThan(Date.now());
    database.exec('COMMIT');
    await renewed();
    await beating.stop();
  });

  it('does not hold up its end', async () => {
    const beating = await start(10_000);
    await renewed();
    await beating.stop();
    const last = leaseUntil();
    await delay(3 * everyMs);
    expect(leaseUntil()).toBe(last);
  });
});

describe.skipIf(noMount !== undefined)(`the heartbeat on a full disk${noMount === undefined ? '' : ` (${noMount})`}`, () => {
  beforeEach(() => execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]));
  afterEach(() => {
    database.close();
    execFileSync('umount', [disk]);
    database = new DatabaseSync(':memory:');
  });

  function fill(): void {
    const file = openSync(join(disk, 'ballast'), 'w');
    try {
      for (;;) writeSync(file, Buffer.alloc(4_096));
    } catch {
      // No space left: that is what is wanted.
    } finally {
      closeSync(file);
    }
  }

  it('goes on when there is space again before the leases are over', async () => {
    const beating = await start(60_000);
    await renewed();
    fill();
    // The write-ahead log had room for a few more.
    for (let last = 0; last !== leaseUntil(); await delay(4 * everyMs)) last = leaseUntil();
    rmSync(join(disk, 'ballast'));
    await renewed();
    await beating.stop();
  });

  it('says that the disk is full when it has been for as long as a lease lasts', async () => {
    const beating = await start(5 * everyMs);
    await renewed();
    fill();
    expect(await failed.promise).toMatchObject({ reason: 'configuration', text: { why: expect.stringContaining('The disk is full') } });
    await beating.stop();
  });
});
