import { chown, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { diskConfigurationFiles } from './configuration-files.ts';

it.skipIf(process.getuid?.() !== 0)('a file that root changes stays that of its owner', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'config.yaml');
  await writeFile(path, 'before', { mode: 0o600 });
  await chown(path, 1_234, 1_235);
  await diskConfigurationFiles.replace(path, 'after', 0o600);
  expect(await readFile(path, 'utf8')).toBe('after');
  const { uid, gid, mode } = await stat(path);
  expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: 1_234, gid: 1_235, mode: 0o600 });
});
