import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { gitStand } from '../../../test/support/git-stand.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { stateFolder } from '../../domain/state-folder.ts';
import { createProcessRunner } from '../process/process-runner.ts';
import { isMounted, mountPointsIn, unmountBelow } from './mounts.ts';
import { createWorkspaces } from './workspaces.ts';

const path = '/usr/bin:/bin';

test('places are read as the system writes them, and only where the source is ours', () => {
  const lines = [
    String.raw`44 27 0:39 / /a\040b\134\011c\012d rw,relatime shared:1 - overlay miyabi rw,lowerdir=lower/0`,
    '45 27 0:40 / /ours rw - tmpfs miyabi rw',
    '46 27 0:41 / /theirs rw,relatime master:2 shared:1 - overlay overlay rw',
    '',
  ];
  expect(mountPointsIn(lines.join('\n'))).toEqual(['/a b\\\tc\nd', '/ours']);
});

test('a world below a link is found by its real path, and a link in its place is not followed', async (context) => {
  await using stand = await gitStand(undefined, undefined, 'overlay');
  const [overlay] = await stand.workspaces.ladder();
  if (overlay?.usable !== true) return context.skip(overlay?.detail ?? 'not known here');
  await using elsewhere = await temporaryFolder();
  symlinkSync(join(stand.path, 'state'), join(elsewhere.path, 'linked'));
  const real = join(stand.path, 'state', 'worlds', 'one');
  mkdirSync(join(real, 'private'), { recursive: true });
  const directory = join(elsewhere.path, 'linked', 'worlds', 'one', 'tree');
  const place = { mirrorPath: stand.mirror.path, directory, private: join(elsewhere.path, 'linked', 'worlds', 'one', 'private') };
  await stand.workspaces.create({ ...place, commit: stand.repository.head });
  expect([await isMounted(directory), await isMounted(join(real, 'tree'))]).toEqual([true, true]);
  symlinkSync(real, join(elsewhere.path, 'astray'));
  expect(await unmountBelow({ process: stand.process, path }, join(elsewhere.path, 'astray'))).toEqual([]);
  expect(await unmountBelow({ process: stand.process, path }, join(elsewhere.path, 'linked', 'worlds'))).toEqual([join(real, 'tree')]);
  expect(await isMounted(directory)).toBe(false);
});

test('what somebody else has mounted stays', async (context) => {
  await using folder = await temporaryFolder();
  await using process = createProcessRunner();
  const theirs = join(folder.path, 'theirs');
  mkdirSync(theirs);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'theirs', theirs], { stdio: 'ignore' });
  } catch {
    return context.skip('nothing can be mounted here');
  }
  writeFileSync(join(theirs, 'file'), 'x');
  expect(await unmountBelow({ process, path }, folder.path)).toEqual([]);
  execFileSync('umount', [theirs]);
});

test("programs of the same name that lie first on the user's PATH are not started", async (context) => {
  await using stand = await gitStand(undefined, undefined, 'overlay');
  const [overlay] = await stand.workspaces.ladder();
  if (overlay?.usable !== true) return context.skip(overlay?.detail ?? 'not known here');
  await using users = await temporaryFolder();
  for (const name of ['mount', 'umount'])
    writeFileSync(join(users.path, name), `#!/bin/sh\necho started >> ${join(users.path, 'started')}\nexit 1\n`, { mode: 0o755 });
  const usersPath = `${users.path}:${path}`;
  const state = stateFolder(join(users.path, 'state'));
  const tools = { git: stand.git, process: stand.process, locks: stand.locks, path: usersPath, state };
  const workspaces = createWorkspaces(tools, { only: 'overlay' });
  const folder = join(users.path, 'world');
  const place = { mirrorPath: stand.mirror.path, directory: join(folder, 'tree'), private: join(folder, 'private') };
  mkdirSync(place.private, { recursive: true });
  await workspaces.create({ ...place, commit: stand.repository.head });
  expect(await isMounted(place.directory)).toBe(true);
  expect(await unmountBelow(tools, folder)).toEqual([place.directory]);
  expect(existsSync(join(users.path, 'started'))).toBe(false);
});
