import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { aTask, newProcessId, read, running, stored } from '../../../../test/conformance/store-support.ts';
import { freshPostgres, noPostgres, ownPostgresServer } from '../../../../test/support/postgres.ts';
import { noPostgresServer } from '../../../../test/support/postgres-server.ts';
import type { Task } from '../../../domain/task.ts';
import { postgresClock } from './clock.ts';
import { openPostgres } from './open.ts';
import type { PostgresDatabase } from './open.ts';

const reason = noPostgres();
const noServer = noPostgresServer();

describe('the clock of a database', () => {
  it('goes on from what the database said last, and follows it', async () => {
    let [monotonic, ahead, isReachable] = [1_000, 5_000_000, true];
    const ask = async (): Promise<number> => {
      if (!isReachable) throw new Error('out of reach');
      // Each question is on its way for 20 ms and answered in the middle of them.
      const said = monotonic + 10 + ahead;
      monotonic += 20;
      return said;
    };
    const clock = await postgresClock({ ask, everyMs: 1, monotonic: () => monotonic });
    isReachable = false;
    monotonic += 1_000;
    expect(clock.now()).toBe(ahead + monotonic);
    ahead += 60_000;
    isReachable = true;
    await expect.poll(() => clock.now() - monotonic).toBe(ahead);
    clock.stop();
  });
});

function timeMachine(): string | undefined {
  const folders = existsSync('/usr/lib') ? ['/usr/lib', ...readdirSync('/usr/lib').map((name) => join('/usr/lib', name))] : [];
  return folders.map((each) => join(each, 'faketime', 'libfaketimeMT.so.1')).find((path) => existsSync(path));
}

const told = z.object({ wall: z.number(), database: z.number() });

describe.skipIf(reason !== undefined)(`machines that share a database${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  it('have one time, however far apart their clocks are', async (context) => {
    const library = timeMachine();
    if (library === undefined) return context.skip('libfaketime is not installed');
    await using fresh = await freshPostgres();
    const program = fileURLToPath(new URL('testing/clock-program.ts', import.meta.url));
    const at = async (offset: string) => {
      const { stdout } = await execa(process.execPath, [program, fresh.url], { env: { LD_PRELOAD: library, FAKETIME: offset } });
      return told.parse(JSON.parse(stdout));
    };
    const begun = performance.now();
    const [early, late] = await Promise.all([at('-150s'), at('+150s')]);
    const tookMs = performance.now() - begun;
    expect(late.wall - early.wall).toBeGreaterThan(300_000 - tookMs);
    expect(Math.abs(late.database - early.database)).toBeLessThan(tookMs);
  });

  it('have one lock of a name, which outlasts a holder that renews it no more for a while and then is free', async () => {
    await using fresh = await freshPostgres();
    const [one, other] = [await openPostgres(fresh.url, { lockMs: 3_000 }), await openPostgres(fresh.url, { lockMs: 3_000 })];
    try {
      const held = await one.locks.acquire('the lock');
      expect(await one.locks.tryAcquire('the lock')).toBeUndefined();
      // Longer than it lasts by itself.
      const until = performance.now() + 3_600;
      while (performance.now() < until) {
        expect(await other.locks.tryAcquire('the lock')).toBeUndefined();
        await setTimeout(100);
      }
      expect(held.isIntact?.()).toBe(true);
      await held.release();
      const next = await other.locks.tryAcquire('the lock');
      expect(next?.isIntact?.()).toBe(true);
      await other.close();
      const waited = await one.locks.acquire('the lock');
      expect(next?.isIntact?.()).toBe(false);
      await next?.release().catch(() => undefined);
      expect(waited.isIntact?.()).toBe(true);
      await waited.release({ remove: true });
    } finally {
      await one.close();
    }
  });
});

async function leaseEnd(database: PostgresDatabase, { id }: Task): Promise<number> {
  const task = await read(database.store, (records) => records.task(id));
  return task?.state === 'running' ? task.lease.until : 0;
}

describe.skipIf(noServer !== undefined)(`leases on a server that dies${noServer === undefined ? '' : ` (left out: ${noServer})`}`, () => {
  it('are renewed again when it is back in time, and given up when it is not', { tags: ['campaign'] }, async () => {
    await using server = await ownPostgresServer();
    const database = await openPostgres(server.url(), { busyLimitMs: 1_000 });
    try {
      const { owner, tasks } = await stored(database.store, { tasks: (job, by) => [aTask(job, {}, running(by, 1))] });
      const task = tasks[0] as Task;
      const failed = Promise.withResolvers<unknown>();
      const beating = await database.heartbeat.start({ process: owner, leaseMs: 60_000, everyMs: 50, failed: failed.resolve });
      const short = await database.heartbeat.start({ process: newProcessId(), leaseMs: 1_500, everyMs: 50, failed: failed.resolve });
      await server.stop();
      await expect(failed.promise).resolves.toMatchObject({ message: expect.stringContaining('cannot be reached for') });
      await server.start();
      const before = await leaseEnd(database, task);
      await expect.poll(() => leaseEnd(database, task), { timeout: 10_000 }).toBeGreaterThan(before);
      await beating.stop();
      await short.stop();
      await server.stop();
      const late = database.heartbeat.start({ process: newProcessId(), leaseMs: 500, everyMs: 50, failed: () => undefined });
      await expect(late).rejects.toThrow('cannot be reached for');
    } finally {
      await database.close();
    }
  });
});
