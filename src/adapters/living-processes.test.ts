import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { Failure } from '../domain/failure.ts';
import type { ProcessId } from '../domain/ids.ts';
import { livingProcesses } from './living-processes.ts';
import { sqliteLocks } from './lock/sqlite-locks.ts';
import { lockedOwner } from './owner.ts';

const recorded = [{ id: 'one' as ProcessId, pid: 7 }];
const readable = { processes: async () => await Promise.resolve(recorded) };
const damaged = {
  processes: async () => await Promise.reject(new Failure('configuration', { what: 'It is damaged.', why: '', fix: '' })),
};

it('are those that hold their lock, with what the records say of them where these can be read', async () => {
  await using folder = await temporaryFolder();
  const locks = sqliteLocks(folder.path);
  const place = { locks, folder: folder.path, prefix: 'process-' };
  const living = await locks.acquire('process-one');
  await (await locks.acquire('process-two')).release();
  expect(await livingProcesses({ ...place, database: readable })).toEqual([{ id: 'one', pid: 7 }]);
  expect(await livingProcesses({ ...place, database: damaged })).toEqual([{ id: 'one', pid: undefined }]);
  expect(readdirSync(folder.path)).not.toContain('process-two.lock');
  await living.release({ remove: true });
  expect(await livingProcesses({ ...place, database: damaged })).toEqual([]);
});

it('are those that have folders there and are recorded elsewhere, too', async () => {
  await using folder = await temporaryFolder();
  const locks = sqliteLocks(folder.path);
  const place = { locks, folder: folder.path, prefix: 'process-' };
  {
    await using owner = lockedOwner(locks, 'worker');
    await owner.hold();
    expect(await livingProcesses({ ...place, database: readable })).toEqual([{ id: 'p-worker', pid: undefined }]);
  }
  expect(await livingProcesses({ ...place, database: readable })).toEqual([]);
});
