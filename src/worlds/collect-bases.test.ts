import { existsSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { workspaceStand } from '../../test/conformance/workspaces-stand.ts';
import { memoryFolders } from '../../test/support/ledger.ts';
import { writeFiles } from '../../test/support/repository.ts';
import type { JobId, RepositoryId } from '../domain/ids.ts';
import { stateFolder } from '../domain/state-folder.ts';
import { collectBases } from './collect-bases.ts';
import { sizeOf } from './collected.ts';

const hour = 60 * 60_000;

/** A base that a world rests on, when there is one, and what else lies beside it. */
async function basesStand() {
  const stand = await workspaceStand('overlay');
  const state = stateFolder(join(stand.path, 'state'));
  const ledger = memoryFolders();
  const { locks, workspaces, mirror, repository } = stand;
  const folder = (path: string): string => (mkdirSync(path, { recursive: true }), path);
  const now = Date.now();
  const age = (path: string, hours: number): void => utimesSync(path, new Date(now - hours * hour), new Date(now - hours * hour));
  return {
    ...stand,
    ledger,
    age,
    now,
    base: join(state.bases, 'one', repository.head),
    folder,
    state,
    missing: async () => (await workspaces.ladder()).find(({ method, usable }) => method === 'overlay' && !usable)?.detail,
    prepare: async () => await workspaces.prepareBase({ mirrorPath: mirror.path, commit: repository.head }),
    async world() {
      const world = await stand.make('alpha');
      const directory = join(world.directory, '..');
      await ledger.recordFolder({ directory, repositoryId: 'one' as RepositoryId, jobId: 'job' as JobId, createdAt: 1 });
      return world;
    },
    collect: async (keptHours: number, dryRun = false) =>
      (await collectBases({ ledger, locks, workspaces }, { state, now, keptMs: keptHours * hour, dryRun })).map(({ path, why }) => [
        basename(path),
        why,
      ]),
  };
}

describe('checkouts that worlds are made from', () => {
  test('go when nothing has used them for a while, and are told of first', async (context) => {
    await using stand = await basesStand();
    const missing = await stand.missing();
    if (missing !== undefined) return context.skip(missing);
    await stand.prepare();
    expect(await stand.collect(24)).toEqual([]);
    stand.age(stand.base, 25);
    const told = [[stand.repository.head, 'not used for 24 hours']];
    expect(await stand.collect(24, true)).toEqual(told);
    expect(existsSync(stand.base)).toBe(true);
    expect(await stand.collect(24)).toEqual(told);
    expect(existsSync(stand.base)).toBe(false);
    expect(await stand.collect(0)).toEqual([]);
  });

  test('stay while a world rests on them, also when they were spoiled meanwhile', async (context) => {
    await using stand = await basesStand();
    const missing = await stand.missing();
    if (missing !== undefined) return context.skip(missing);
    const world = await stand.world();
    writeFiles(join(stand.base, 'tree'), { 'new.js': 'evil' });
    stand.workspaces.doubtBases();
    await stand.prepare();
    for (const name of readdirSync(dirname(stand.base))) stand.age(join(stand.base, '..', name), 1);
    expect(await stand.collect(0)).toEqual([]);
    expect(existsSync(join(world.directory, 'README.md'))).toBe(true);
    await stand.workspaces.remove(world);
    await stand.ledger.forgetFolder(join(world.directory, '..'));
    expect(await stand.collect(0)).toHaveLength(2);
  });

  test('stay while a world rests on them, however old, and use makes them young', async (context) => {
    await using stand = await basesStand();
    const missing = await stand.missing();
    if (missing !== undefined) return context.skip(missing);
    const world = await stand.world();
    stand.age(stand.base, 100);
    expect(await stand.collect(0)).toEqual([]);
    expect(existsSync(join(world.directory, 'README.md'))).toBe(true);
    await stand.workspaces.remove(world);
    await stand.ledger.forgetFolder(join(world.directory, '..'));
    await stand.prepare();
    expect(await stand.collect(24)).toEqual([]);
    expect(await stand.collect(-1)).toHaveLength(1);
  });

  test('do not count as the size of the world that rests on them', async (context) => {
    await using stand = await basesStand();
    const missing = await stand.missing();
    if (missing !== undefined) return context.skip(missing);
    const layer = join(stand.path, 'layer');
    writeFiles(layer, { 'node_modules/big.bin': 'x'.repeat(2_000_000) });
    const world = await stand.make('alpha', { layers: [layer] });
    const before = await sizeOf(join(world.directory, '..'));
    expect(before).toBeLessThan(1_000_000);
    writeFiles(world.directory, { 'new.bin': 'x'.repeat(1_000_000) });
    expect((await sizeOf(join(world.directory, '..'))) - before).toBeGreaterThanOrEqual(1_000_000);
  });

  test('stay while a world is in the making, which nobody can ask what it will rest on', async () => {
    await using stand = await basesStand();
    writeFiles(stand.base, { 'tree/file': 'x' });
    stand.age(stand.base, 100);
    const row = {
      directory: join(stand.state.root, 'worlds/run/task/new'),
      repositoryId: 'one' as RepositoryId,
      jobId: 'job' as JobId,
      createdAt: 1,
    };
    await stand.ledger.recordFolder(row);
    expect(await stand.collect(24)).toEqual([]);
    await stand.ledger.forgetFolder(row.directory);
    expect(await stand.collect(24)).toHaveLength(1);
  });

  test('go at once when their making was interrupted, but not while somebody makes one', async () => {
    await using stand = await basesStand();
    writeFiles(`${stand.base}.dead.making`, { 'tree/file': 'x' });
    // As after a clock that was set back.
    stand.age(`${stand.base}.dead.making`, -1);
    const held = await stand.locks.acquire('bases-one');
    expect(await stand.collect(24)).toEqual([]);
    await held.release();
    expect(await stand.collect(24)).toEqual([[`${stand.repository.head}.dead.making`, 'its making was interrupted']]);
  });

  test('go from the pool when they have waited long enough', async () => {
    await using stand = await basesStand();
    const [old, young, half] = ['old', 'young', 'half.making'].map((name) => stand.folder(join(stand.state.pool, 'one', name)));
    stand.age(old!, 30);
    stand.age(half!, 30);
    expect((await stand.collect(24)).map((pair) => pair.join(': ')).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'half.making: its making was interrupted',
      'old: not used for 24 hours',
    ]);
    expect(existsSync(young!)).toBe(true);
  });
});
