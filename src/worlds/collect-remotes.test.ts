import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { remoteStand } from '../../test/support/remote-stand.ts';
import type { RepositoryId } from '../domain/ids.ts';
import { stateFolder } from '../domain/state-folder.ts';
import { collectRemotes } from './collect-remotes.ts';
import type { RunState } from './collected.ts';

const day = 24 * 60 * 60_000;

it('what runs that ended long ago left at a remote goes; what is open, young, or of somebody else stays', async () => {
  await using stand = await remoteStand();
  const { git, mirrorPath, ...one } = stand.machine('one');
  const own = await one.mirror();
  const commit = stand.users.head;
  const states: Readonly<Record<string, RunState>> = {
    old: { kind: 'ended', at: 0 },
    run_old: { kind: 'ended', at: 0 },
    young: { kind: 'ended', at: 39 * day },
    open: { kind: 'open' },
  };
  for (const name of [
    'runs/old/head',
    'runs/old/commits/x',
    'runs/young/head',
    'runs/open/head',
    'runs/theirs/head',
    'worlds/run_old/task-1/alpha',
  ])
    stand.atRemote('update-ref', `refs/miyabi/${name}`, commit);
  await own.bring([commit]);
  const stateOf = async (name: string): Promise<RunState> => await Promise.resolve(states[name] ?? { kind: 'unknown' });
  const repository = { id: 'one' as RepositoryId, root: `file://${stand.bare}`, createdAt: 0 };
  const tools = {
    git,
    ledger: { repositoryById: async (id: RepositoryId) => await Promise.resolve(id === repository.id ? repository : undefined) },
  };
  const request = { state: stateFolder(dirname(dirname(mirrorPath))), runs: { byId: stateOf, byName: stateOf }, now: 40 * day };
  const left = () => stand.atRemote('for-each-ref', '--format=%(refname)', 'refs/miyabi').split('\n');
  const before = left();
  const found = await collectRemotes(tools, { ...request, dryRun: true });
  expect(found).toEqual([{ path: repository.root, bytes: 0, why: 'refs of runs: its run ended more than 30 days ago' }]);
  expect(left()).toEqual(before);
  expect(await collectRemotes(tools, { ...request, dryRun: false })).toEqual(found);
  expect(left()).toEqual(before.filter((name) => !name.includes('old')));
  expect(await collectRemotes(tools, { ...request, dryRun: false })).toEqual([]);
});

it('a remote that cannot be reached is left alone, and that is said', async () => {
  await using stand = await remoteStand();
  const { git, mirrorPath, ...one } = stand.machine('one');
  await one.mirror();
  const root = 'file:///nowhere/at/all.git';
  const tools = { git, ledger: { repositoryById: async (id: RepositoryId) => await Promise.resolve({ id, root, createdAt: 0 }) } };
  const stateOf = async (): Promise<RunState> => await Promise.resolve({ kind: 'open' });
  const request = { state: stateFolder(dirname(dirname(mirrorPath))), runs: { byId: stateOf, byName: stateOf }, now: 0, dryRun: false };
  expect(await collectRemotes(tools, request)).toEqual([{ path: root, bytes: 0, why: expect.stringContaining('left alone') }]);
});
