import { chmodSync, mkdirSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { folderDigest } from './folder-digest.ts';

function fill(folder: string): void {
  mkdirSync(join(folder, 'lib/empty'), { recursive: true });
  writeFileSync(join(folder, 'lib/a.js'), 'one');
  writeFileSync(join(folder, 'run'), 'two', { mode: 0o755 });
  symlinkSync('lib/a.js', join(folder, 'link'));
}

it('is the same for the same files, whenever and by whom they were written, and read-only or not', async () => {
  await using one = await temporaryFolder();
  await using other = await temporaryFolder();
  fill(one.path);
  fill(other.path);
  utimesSync(join(other.path, 'run'), 1, 1);
  chmodSync(join(other.path, 'run'), 0o555);
  chmodSync(join(other.path, 'lib/a.js'), 0o444);
  const digest = await folderDigest(one.path);
  expect(digest).toMatch(/^[\da-f]{64}$/);
  expect(await folderDigest(other.path)).toBe(digest);
});

it.each<[string, (folder: string) => void]>([
  ['a content', (folder) => writeFileSync(join(folder, 'lib/a.js'), 'One')],
  ['a name', (folder) => renameSync(join(folder, 'lib/a.js'), join(folder, 'lib/b.js'))],
  ['what may be executed', (folder) => chmodSync(join(folder, 'lib/a.js'), 0o755)],
  ['one empty folder more', (folder) => mkdirSync(join(folder, 'other'))],
  ['a file where a link was', (folder) => renameSync(join(folder, 'run'), join(folder, 'link'))],
])('is another one with %s changed', async (_, change) => {
  await using folder = await temporaryFolder();
  fill(folder.path);
  const before = await folderDigest(folder.path);
  change(folder.path);
  expect(await folderDigest(folder.path)).not.toBe(before);
});
