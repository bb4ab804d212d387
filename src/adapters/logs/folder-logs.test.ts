import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { JobId } from '../../domain/ids.ts';
import { stateFolder } from '../../domain/state-folder.ts';
import { folderLogs } from './folder-logs.ts';

const run = '01890a5d-ac96-774b-bcce-b302099a8057' as JobId;

it('logs are read from any byte on, whole files of ours alone, and never by a name that leads elsewhere', async () => {
  await using folder = await temporaryFolder();
  const state = stateFolder(folder.path);
  const logs = folderLogs(state);
  const text = async (name: string, from?: number) => Buffer.concat(await Array.fromAsync(logs.read(run, name, from))).toString();
  expect(await logs.ofRun(run)).toEqual([]);
  expect(await text('task-1-alpha.log')).toBe('');
  await mkdir(join(state.logs(run), 'folder.log'), { recursive: true });
  await writeFile(join(folder.path, 'secret.log'), 'secret');
  await symlink(join(folder.path, 'secret.log'), join(state.logs(run), 'task-1-beta.log'));
  const long = 'x'.repeat(200_000);
  await writeFile(state.log(run, 'task-1', 'alpha'), `${long}end`);
  expect(await logs.ofRun(run)).toEqual([{ name: 'task-1-alpha.log', bytes: 200_003, identity: expect.any(String) }]);
  expect(await text('task-1-alpha.log')).toBe(`${long}end`);
  expect([await text('task-1-alpha.log', 200_000), await text('task-1-alpha.log', 200_003)]).toEqual(['end', '']);
  expect([await text('task-1-beta.log'), await text('../../secret.log'), await text('folder')]).toEqual(['', '', '']);
});
