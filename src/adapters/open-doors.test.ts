import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { sqliteLocks } from './lock/sqlite-locks.ts';
import { folderDoors } from './open-doors.ts';
import { lockedOwner } from './owner.ts';

it('knows where living processes answer, and forgets those that are gone', async () => {
  await using folder = await temporaryFolder();
  const owner = (name: string) => lockedOwner(sqliteLocks(join(folder.path, 'locks')), name);
  const place = join(folder.path, 'services');
  const one = folderDoors(place, owner('one'));
  expect(await one.list()).toEqual([]);
  await one.tell('http://127.0.0.1:1');
  {
    await using another = owner('another');
    await using _told = await folderDoors(place, another).tell('http://127.0.0.1:2');
    expect(await one.list()).toHaveLength(2);
  }
  expect(await one.list()).toEqual(['http://127.0.0.1:1']);
  await using killed = owner('killed');
  await folderDoors(place, killed).tell('http://127.0.0.1:3');
  await killed[Symbol.asyncDispose]();
  expect(await one.list()).toEqual(['http://127.0.0.1:1']);
});
