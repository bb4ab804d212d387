import { chmod, lstat, mkdir, readFile, readdir, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { releaseFolders } from './release-folders.ts';

it('keeps what a build left as a folder of its own that nobody writes to, without what is left out', async () => {
  await using scratch = await temporaryFolder();
  const from = join(scratch.path, 'tree');
  const to = join(scratch.path, 'releases', 'one', '1');
  await mkdir(join(from, '.git'), { recursive: true });
  await mkdir(join(from, 'bin'));
  await writeFile(join(from, 'bin', 'start'), '#!/bin/sh\n');
  await chmod(join(from, 'bin', 'start'), 0o755);
  await writeFile(join(from, 'a.txt'), 'one');
  await writeFile(join(from, 'bin', '.env'), 'SECRET=1');
  await symlink('/etc/hostname', join(from, 'link'));
  const folders = releaseFolders();
  const digest = await folders.keep({ tree: from, output: '.', to, but: ['/.git', '/bin/.env'] });
  expect((await readdir(to)).toSorted()).toEqual(['a.txt', 'bin', 'link']);
  expect(await readdir(join(to, 'bin'))).toEqual(['start']);
  expect(await readlink(join(to, 'link'))).toBe('/etc/hostname');
  expect((await lstat(join(to, 'a.txt'))).mode & 0o222).toBe(0);
  expect((await lstat(join(to, 'bin', 'start'))).mode & 0o111).toBe(0o111);
  expect(await folders.has(to, digest)).toBe(true);
  expect(await folders.has(join(scratch.path, 'elsewhere'), digest)).toBe(false);

  await writeFile(join(from, 'a.txt'), 'two');
  const part = join(scratch.path, 'releases', 'one', '2');
  await folders.keep({ tree: from, output: 'bin', to: part, but: ['/.git', '/bin/.env'] });
  expect(await readdir(part)).toEqual(['start']);
  await chmod(part, 0o755);
  const other = await folders.keep({ tree: from, output: '.', to, but: ['/.git', '/bin/.env'] });
  expect(other).not.toBe(digest);
  expect(await folders.has(to, digest)).toBe(false);
  expect(await readFile(join(to, 'a.txt'), 'utf8')).toBe('two');
  await chmod(join(to), 0o755);
  await chmod(join(to, 'bin'), 0o755);
  await symlink(scratch.path, join(from, 'out'));
  for (const output of ['dist', 'out', 'out/releases', '..', 'a.txt'])
    await expect(folders.keep({ tree: from, output, to, but: [] }), output).rejects.toThrow('left nothing to deploy');
});
