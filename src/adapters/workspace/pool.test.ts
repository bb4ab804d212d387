import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, linkSync, readFileSync, readdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { statusIn, workspaceStand } from '../../../test/conformance/workspaces-stand.ts';
import type { WorkspaceStand } from '../../../test/conformance/workspaces-stand.ts';
import { writeFiles } from '../../../test/support/repository.ts';
import { createWorkspaces } from './workspaces.ts';
import { stateFolder } from '../../domain/state-folder.ts';

const waiting = (stand: WorkspaceStand): readonly string[] => {
  const pool = join(stand.path, 'state/pool/one');
  return existsSync(pool) ? readdirSync(pool) : [];
};

describe('the pool', () => {
  test('gives a folder that was given back to the next, also for another commit', async () => {
    await using stand = await workspaceStand('pool');
    const { repository, git, mirror, workspaces } = stand;
    const first = await stand.make('one');
    const before = statSync(first.directory).ino;
    writeFiles(first.directory, { 'src/a.js': 'changed', 'new.txt': 'x', 'ignored/x': 'x' });
    await workspaces.remove(first);
    expect(waiting(stand)).toHaveLength(1);
    const commit = repository.commit({ 'src/a.js': 'second\n' });
    await git.mirror(mirror.path, repository.root, commit);
    const second = await stand.make('two', { commit });
    expect(statSync(second.directory).ino).toBe(before);
    expect(waiting(stand)).toEqual([]);
    expect(statusIn(second.directory)).toBe('');
    expect(readFileSync(join(second.directory, 'src/a.js'), 'utf8')).toBe('second\n');
    expect(existsSync(join(second.directory, 'ignored'))).toBe(false);
  });

  test('takes nothing from a world of which it does not know how it ended', async () => {
    await using stand = await workspaceStand('pool');
    const { git, process, locks } = stand;
    const world = await stand.make('one');
    const other = createWorkspaces({ git, process, locks, path: '/usr/bin:/bin', state: stateFolder(join(stand.path, 'state')) });
    await other.remove(world);
    expect(waiting(stand)).toEqual([]);
    expect(existsSync(world.directory)).toBe(false);
  });

  test('takes no folder that stands in the place of the one it gave', async () => {
    await using stand = await workspaceStand('pool');
    const world = await stand.make('one');
    renameSync(world.directory, join(stand.path, 'kept'));
    execFileSync('cp', ['-a', join(stand.path, 'kept'), world.directory]);
    await stand.workspaces.remove(world);
    expect(waiting(stand)).toEqual([]);
  });

  test('gives no file of which somebody has kept a second name, or that anybody may write', async () => {
    await using stand = await workspaceStand('pool');
    const world = await stand.make('one');
    linkSync(join(world.directory, 'README.md'), join(stand.path, 'second name'));
    chmodSync(join(world.directory, 'src/a.js'), 0o666);
    await stand.workspaces.remove(world);
    const next = await stand.make('two');
    writeFileSync(join(stand.path, 'second name'), 'evil');
    expect(readFileSync(join(next.directory, 'README.md'), 'utf8')).toBe('hello\n');
    expect(statSync(join(next.directory, 'README.md')).nlink).toBe(1);
    expect(statSync(join(next.directory, 'src/a.js')).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  test('does not reach through a link to where a folder was moved', async () => {
    await using stand = await workspaceStand('pool');
    const world = await stand.make('one');
    renameSync(join(world.directory, 'src'), join(stand.path, 'src'));
    symlinkSync(join(stand.path, 'src'), join(world.directory, 'src'));
    await stand.workspaces.remove(world);
    const next = await stand.make('two');
    expect(statSync(join(next.directory, 'src/a.js')).ino).not.toBe(statSync(join(stand.path, 'src/a.js')).ino);
    expect(statusIn(next.directory)).toBe('');
  });

  test('holds ten checkouts of a repository at most', async () => {
    await using stand = await workspaceStand('pool');
    const worlds = await Promise.all(Array.from({ length: 12 }, async (_, at) => stand.make(`w${at}`)));
    for (const world of worlds) await stand.workspaces.remove(world);
    expect(waiting(stand)).toHaveLength(10);
  });
});
