import { chown, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { diskConfigurationFiles } from './configuration-files.ts';

it.skipIf(process.getuid?.() !== 0)('a file that root changes stays that of its owner', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'config.yaml');
  await writeFile(path, 'before', { mode: 0o600 });
  await chown(path, 1_234, 1_235);
  await diskConfigurationFiles.change(path, 0o600, async () => 'after');
  expect(await readFile(path, 'utf8')).toBe('after');
  const { uid, gid, mode } = await stat(path);
  expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: 1_234, gid: 1_235, mode: 0o600 });
});

it('what several change at once has the changes of all, and nothing lies beside it afterwards', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'made', 'config.yaml');
  const lines = Array.from({ length: 8 }, (_, index) => `line ${index}\n`);
  await Promise.all(
    lines.map((line) =>
      diskConfigurationFiles.change(path, 0o600, async (text = '') => {
        await new Promise((resolve) => setImmediate(resolve));
        return text + line;
      }),
    ),
  );
  expect((await readFile(path, 'utf8')).split('\n').filter(Boolean).toSorted()).toEqual(lines.map((line) => line.trimEnd()));
  expect(await readdir(join(folder.path, 'made'))).toEqual(['config.yaml']);
});

it('what a change throws goes through, and leaves the file as it was', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'config.yaml');
  await writeFile(path, 'before');
  const wrong = new Error('does not hold');
  await expect(diskConfigurationFiles.change(path, 0o600, () => Promise.reject(wrong))).rejects.toBe(wrong);
  await diskConfigurationFiles.change(path, 0o600, async () => undefined);
  expect(await readFile(path, 'utf8')).toBe('before');
  expect(await readdir(folder.path)).toEqual(['config.yaml']);
});
