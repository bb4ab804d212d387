import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { gitStand } from '../../test/support/git-stand.ts';
import { writeFiles } from '../../test/support/repository.ts';
import { recordsOf } from '../../test/support/run-records.ts';
import type { JobId, RepositoryId } from '../domain/ids.ts';
import { displayId } from '../domain/ids.ts';
import { stateFolder } from '../domain/state-folder.ts';
import type { RunRecords } from './collected.ts';
import { collectLayers } from './collect-layers.ts';
import { collectLogs } from './collect-logs.ts';
import { collectMirrors } from './collect-mirrors.ts';

const one = 'one' as RepositoryId;
const [oldRun, newRun, openRun, lostRun] = ['a1', 'b2', 'c3', 'd4'].map((end) => `01890000-0000-7000-8000-0000000000${end}` as JobId) as [
  JobId,
  JobId,
  JobId,
  JobId,
];
const day = 24 * 60 * 60_000;
const now = Date.now();
const known = {
  [oldRun]: { kind: 'ended', at: now - 31 * day },
  [newRun]: { kind: 'ended', at: now - 29 * day },
  [openRun]: { kind: 'open' },
} as const;
const uuid = '01890000-0000-7000-8000-000000000001';

async function leavings(open: readonly RepositoryId[] = []) {
  const stand = await gitStand();
  const state = stateFolder(join(stand.path, 'state'));
  const repositories = new Map([[one, { id: one, root: stand.repository.root, createdAt: 1 }]]);
  const tools = {
    ...stand,
    ledger: { repositoryById: async (id: RepositoryId) => repositories.get(id), folders: async () => await Promise.resolve([]) },
  };
  const request = (more: { readonly dryRun?: boolean; readonly runs?: RunRecords } = {}) => ({
    state,
    runs: recordsOf(known, open),
    now,
    dryRun: false,
    keptMs: 14 * 24 * 3_600_000,
    ...more,
  });
  return { ...stand, state, tools, request };
}

/** Gives a file or folder a time some days ago. */
function age(path: string, days: number): void {
  const at = new Date(now - days * day);
  utimesSync(path, at, at);
}

describe('what runs leave behind', () => {
  test('commits stay for 30 days after the end of their run and go with their objects; an open run keeps its own', async () => {
    await using stand = await leavings([one]);
    const { mirror } = stand;
    const tree = join(stand.path, 'tree');
    await mirror.checkOut({ directory: tree, commit: stand.repository.head });
    for (const [index, run] of [oldRun, newRun, openRun, lostRun].entries()) {
      writeFiles(tree, { 'a.txt': `${'x'.repeat(10_000 + index)}${Math.random()}` });
      const author = { name: 'Ada', email: 'ada@example.org' };
      const commit = (await mirror.commitFolder({ directory: tree, base: stand.repository.head, message: 'm', author, at: 1 }))!;
      await mirror.updateRef(`refs/miyabi/worlds/${displayId('run', run)}/task-1/alpha`, commit);
      await mirror.updateRef(`refs/miyabi/runs/${run}/head`, commit);
    }
    const before = await mirror.refs('refs/');
    const told = await collectMirrors(stand.tools, stand.request({ dryRun: true }));
    expect(told).toEqual([{ path: mirror.path, bytes: expect.any(Number), why: expect.stringMatching(/30 days.*no record/) }]);
    expect(told[0]!.bytes).toBeGreaterThan(100);
    expect(await mirror.refs('refs/')).toEqual(before);
    expect(await collectMirrors(stand.tools, stand.request())).toEqual(told);
    const gone = (name: string) => [oldRun, lostRun].some((run) => name.includes(run) || name.includes(displayId('run', run)));
    expect(await mirror.refs('refs/')).toEqual(before.filter((name) => !gone(name)));
    expect(await collectMirrors(stand.tools, stand.request())).toEqual([]);
  });

  test('a mirror goes when its repository is gone, but not under an open run', async () => {
    await using stand = await leavings();
    await rm(stand.repository.root, { recursive: true });
    expect(await collectMirrors(stand.tools, stand.request({ runs: recordsOf(known, [one]) }))).toEqual([]);
    const told = await collectMirrors(stand.tools, stand.request({ dryRun: true }));
    expect(told).toEqual([{ path: stand.mirror.path, bytes: expect.any(Number), why: expect.stringContaining(stand.repository.root) }]);
    expect(existsSync(stand.mirror.path)).toBe(true);
    expect(await collectMirrors(stand.tools, stand.request())).toEqual(told);
    expect(readdirSync(join(stand.state.root, 'mirrors'))).toEqual([]);
  });

  test('half-made mirrors and indexes go; those that somebody may be making stay', async () => {
    await using stand = await leavings([one]);
    const mirrors = join(stand.state.root, 'mirrors');
    const [fresh, old] = [join(stand.mirror.path, 'miyabi', `index-${uuid}`), join(stand.mirror.path, 'miyabi', `config.${uuid}`)];
    writeFiles(mirrors, { [`two.git.${uuid}/HEAD`]: 'x', 'notes.txt': 'mine', 'other/x.txt': 'mine' });
    writeFiles(join(stand.mirror.path, 'miyabi'), { [`index-${uuid}`]: 'x', [`config.${uuid}`]: 'x' });
    age(old, 2);
    const making = await stand.locks.acquire('mirror-two');
    expect((await collectMirrors(stand.tools, stand.request())).map(({ path }) => path)).toEqual([old]);
    await making.release();
    expect((await collectMirrors(stand.tools, stand.request({ runs: recordsOf(known) }))).map(({ path }) => path)).toEqual([
      fresh,
      join(mirrors, `two.git.${uuid}`),
    ]);
    expect(readdirSync(mirrors).toSorted()).toEqual(['notes.txt', 'one.git', 'other']);
    expect(readdirSync(join(stand.mirror.path, 'miyabi')).toSorted()).toEqual(['HEAD', 'config', 'trust.config']);
  });

  test('what a fetch that was cut off had received goes after a day, also where no run is open; packs stay', async () => {
    await using stand = await leavings([one]);
    const packs = join(stand.mirror.path, 'objects', 'pack');
    const there = readdirSync(packs);
    writeFiles(packs, { tmp_pack_aB3xYz: 'x', tmp_idx_aB3xYz: 'x', tmp_pack_fresh1: 'x' });
    for (const name of ['tmp_pack_aB3xYz', 'tmp_idx_aB3xYz', ...there]) age(join(packs, name), 2);
    const collected = await collectMirrors(stand.tools, stand.request({ runs: recordsOf(known) }));
    expect(collected.map(({ path }) => path).toSorted()).toEqual([join(packs, 'tmp_idx_aB3xYz'), join(packs, 'tmp_pack_aB3xYz')]);
    expect(readdirSync(packs).toSorted()).toEqual([...there, 'tmp_pack_fresh1'].toSorted());
    expect(there.length).toBeGreaterThan(0);
  });

  test('a mirror that git cannot read is told and left alone', async () => {
    await using stand = await leavings();
    await rm(join(stand.mirror.path, 'objects'), { recursive: true });
    expect(await collectMirrors(stand.tools, stand.request())).toEqual([
      { path: stand.mirror.path, bytes: 0, why: expect.stringMatching(/^left alone/) },
    ]);
  });

  test('layers go when nobody used them for 14 days, and half-made ones when nobody makes them', async () => {
    await using stand = await leavings();
    const [used, unused, made] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [string, string, string];
    const half = `${made}.${uuid}.making`;
    for (const name of [used, unused, half, 'notes']) writeFiles(join(stand.state.layers, name), { 'node_modules/x.js': 'x' });
    for (const name of [unused, 'notes']) age(join(stand.state.layers, name), 15);
    age(join(stand.state.layers, used), 13);
    const making = await stand.locks.acquire(`layer-${made}`);
    expect((await collectLayers(stand.tools, stand.request({ dryRun: true }))).map(({ path }) => path)).toEqual([
      join(stand.state.layers, unused),
    ]);
    await making.release();
    expect(await collectLayers(stand.tools, stand.request())).toEqual([
      { path: join(stand.state.layers, unused), bytes: expect.any(Number), why: 'not used for 14 days' },
      { path: join(stand.state.layers, half), bytes: expect.any(Number), why: 'its making was interrupted' },
    ]);
    expect(readdirSync(stand.state.layers).toSorted()).toEqual([used, 'notes']);
  });

  test('logs go 30 days after the end of their run', async () => {
    await using stand = await leavings();
    for (const run of [oldRun, newRun, openRun]) writeFiles(stand.state.logs(run), { 'task-1-alpha.log': 'printed' });
    writeFiles(join(stand.state.root, 'logs'), { 'mine.txt': 'mine' });
    const expected = [{ path: stand.state.logs(oldRun), bytes: expect.any(Number), why: 'its run ended more than 30 days ago' }];
    expect(await collectLogs(stand.tools, stand.request({ dryRun: true }))).toEqual(expected);
    expect(await collectLogs(stand.tools, stand.request())).toEqual(expected);
    expect(readdirSync(join(stand.state.root, 'logs'))).toHaveLength(3);
  });

  test('nothing is taken through a link that leads out of the state folder', async () => {
    await using stand = await leavings();
    const elsewhere = join(stand.path, 'elsewhere');
    const layer = 'b'.repeat(64);
    writeFiles(elsewhere, { [`${layer}/x`]: 'mine', [`${displayId('run', oldRun)}/x`]: 'mine', [`two.git.${uuid}/x`]: 'mine' });
    age(join(elsewhere, layer), 15);
    mkdirSync(stand.state.root, { recursive: true });
    await rm(join(stand.state.root, 'mirrors'), { recursive: true });
    for (const name of ['layers', 'logs', 'mirrors']) symlinkSync(elsewhere, join(stand.state.root, name));
    expect(await collectLayers(stand.tools, stand.request())).toEqual([]);
    expect(await collectLogs(stand.tools, stand.request())).toEqual([]);
    expect(await collectMirrors(stand.tools, stand.request())).toEqual([]);
    expect(readdirSync(elsewhere)).toHaveLength(3);
  });
});
