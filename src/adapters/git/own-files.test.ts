import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitStand } from '../../../test/support/git-stand.ts';

test.each<[string, (path: string) => void]>([
  ['a fifo', (path) => void execFileSync('mkfifo', [path])],
  [
    'a link to a file that says the same',
    (path) => {
      writeFileSync(`${path}.theirs`, readFileSync(path, 'utf8'));
      rmSync(path);
      symlinkSync(`${path}.theirs`, path);
    },
  ],
])('a file of the mirror that has become %s is put back, and git works on', async (what, become) => {
  await using stand = await gitStand({ 'a.txt': 'a' });
  for (const name of ['config', 'HEAD']) {
    const path = join(stand.mirror.path, name);
    const made = readFileSync(path, 'utf8');
    if (what === 'a fifo') rmSync(path);
    become(path);
    expect(await stand.mirror.readFile(stand.repository.head, 'a.txt')).toBe('a');
    expect(lstatSync(path).isFile()).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(made);
  }
});
