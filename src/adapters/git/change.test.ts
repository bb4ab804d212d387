import { chmodSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gitStand } from '../../../test/support/git-stand.ts';
import { writeFiles } from '../../../test/support/repository.ts';
import { splitPatch } from '../../domain/diff/split-patch.ts';

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index}\n`).join('');
const odd = 'ü "quoted"\tand \\ spaced.txt';

it('is told file by file as it is told in one patch, whatever the files are called and whatever became of them', async () => {
  await using stand = await gitStand({
    'changed.txt': lines(40),
    'gone.txt': 'gone\n',
    'old name.txt': lines(20),
    'mode.sh': 'true\n',
    'windows.txt': 'a\r\nb\r\n',
    'end.txt': 'no newline',
    'minus.txt': '-- a\n++ b\n',
    [odd]: 'a\n',
    'same a/b.bin': 'x\0y',
  });
  const { mirror } = stand;
  const { head } = stand.repository;
  const directory = join(stand.path, 'tree');
  await mirror.checkOut({ directory, commit: head });
  writeFiles(directory, { 'changed.txt': lines(40).replace('line 3\n', 'line three\n').replace('line 30\n', ''), 'new.txt': 'new\n' });
  rmSync(join(directory, 'gone.txt'));
  renameSync(join(directory, 'old name.txt'), join(directory, 'new name.txt'));
  writeFileSync(join(directory, 'new name.txt'), `${lines(20)}one more\n`);
  chmodSync(join(directory, 'mode.sh'), 0o755);
  writeFileSync(join(directory, 'windows.txt'), 'a\r\nc\r\n');
  writeFileSync(join(directory, 'end.txt'), 'still none');
  writeFileSync(join(directory, 'minus.txt'), '-- a\n++ c\n');
  writeFileSync(join(directory, odd), 'b\n');
  writeFileSync(join(directory, 'same a/b.bin'), 'x\0z');
  symlinkSync('new.txt', join(directory, 'link'));
  const author = { name: 'Ada User', email: 'ada@example.org' };
  const commit = (await mirror.commitFolder({ directory, base: head, message: 'Change', author, at: 0 }))!;

  const { files } = await mirror.change(head, commit);
  const changed = await mirror.changedFiles(head, commit);
  const split = splitPatch(await mirror.patch(head, commit));
  expect(changed).toEqual(files.map((file) => ({ ...file, contents: expect.stringMatching(/^\d{6}:[\da-f]{40}\.\.\d{6}:[\da-f]{40}$/) })));
  expect(split).toEqual(files.map((file) => ({ ...file, patch: expect.stringMatching(/^diff --git /) })));
  expect(Object.fromEntries(files.map(({ path, status }) => [path, status]))).toMatchObject({
    'new name.txt': 'renamed',
    'mode.sh': 'mode',
    'gone.txt': 'deleted',
    link: 'added',
    [odd]: 'modified',
  });

  for (const file of split) expect(await mirror.patch(head, commit, file)).toBe(file.patch);
  expect(await mirror.patch(head, commit, { path: 'changed.txt', contextLines: 0 })).not.toContain('\n line 2\n');
  expect(await mirror.patch(head, commit, { path: '*.txt' })).toBe('');

  const again = (await mirror.commitFolder({ directory, base: head, message: 'Again', author, at: 9_000 }))!;
  expect(again).not.toBe(commit);
  expect(await mirror.changedFiles(head, again)).toEqual(changed);
});
