import { expect, it } from 'vitest';
import type { KnownBackup, MadeBackup } from '../ports/backups.ts';
import { backUpNowAndThen } from './back-up-now-and-then.ts';

/** Backups that are only counted, on a clock that the test moves. */
function counted() {
  const known: KnownBackup[] = [];
  const clock = { at: 1_000, now: () => clock.at, monotonic: () => clock.at };
  let failsNext = false;
  const make = async (): Promise<MadeBackup & { readonly removed: readonly string[] }> => {
    if (failsNext) {
      failsNext = false;
      throw new Error('the disk is away');
    }
    const path = `/backups/${known.length}`;
    known.unshift({ path, madeAt: clock.now() });
    const manifest = { format: 'miyabi-backup', formatVersion: 1, madeAt: clock.now(), version: '1', schemas: {} } as const;
    return await Promise.resolve({
      path,
      bytes: 2 * 1024 * 1024,
      durationMs: 500,
      removed: ['/old'],
      manifest: { ...manifest, tables: [], files: [], links: [], mirrors: [] },
    });
  };
  return {
    clock,
    known,
    fail: () => (failsNext = true),
    tools: { clock, backups: { known: async () => await Promise.resolve(known), make } },
  };
}

it('makes one at once where there is none, and the next when the last is old enough', async () => {
  const { tools, clock, known } = counted();
  let heard = Promise.withResolvers<string>();
  const tell = (text: string): void => heard.resolve(text);
  await using _making = backUpNowAndThen(tools, { everyMs: 40, tell });
  expect(await heard.promise).toBe('Made the backup /backups/0 (2.0 MiB) in 0.5 s; one that was older went.');
  heard = Promise.withResolvers();
  clock.at += 40;
  expect(await heard.promise).toContain('/backups/1');
  expect(known.map(({ madeAt }) => madeAt)).toEqual([1_040, 1_000]);
});

it('tells why none was made, and tries again', async () => {
  const { tools, fail } = counted();
  fail();
  const told: string[] = [];
  const both = Promise.withResolvers<void>();
  const tell = (text: string): void => {
    if (told.push(text) === 2) both.resolve();
  };
  await using _making = backUpNowAndThen(tools, { everyMs: 40, tell });
  await both.promise;
  expect(told).toEqual(['No backup was made: the disk is away', expect.stringContaining('Made the backup')]);
});
