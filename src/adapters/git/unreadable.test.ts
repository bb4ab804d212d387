import { expect, it } from 'vitest';
import { GitError } from './git-command.ts';
import { readingUsers } from './unreadable.ts';

it('says that git is missing where it is, and not that the repository is broken', async () => {
  const missing = async () => await readingUsers('/shop', () => Promise.reject(new GitError(['rev-parse'], undefined, 'spawn git ENOENT')));
  await expect(missing).rejects.toMatchObject({ reason: 'configuration', text: { what: 'git is not found.' } });
  const broken = async () => await readingUsers('/shop', () => Promise.reject(new GitError(['rev-parse'], 128, 'fatal: bad object HEAD')));
  await expect(broken).rejects.toMatchObject({ text: { what: 'git cannot read the repository /shop.', why: 'fatal: bad object HEAD' } });
});
