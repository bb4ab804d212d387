import { expect, it } from 'vitest';
import { remoteStand } from '../../../test/support/remote-stand.ts';
import { gitStand } from '../../../test/support/git-stand.ts';

it("a tag in the user's repository is made once, and never moved", async () => {
  await using stand = await gitStand();
  const { head, root } = stand.repository;
  const tag = async (name: string, commit = head) => await stand.git.tag(stand.mirror.path, root, name, commit);
  expect(await tag('release-1')).toEqual({ kind: 'published' });
  expect(await tag('release-1')).toEqual({ kind: 'published' });
  expect(await stand.git.resolve(root, 'refs/tags/release-1')).toBe(head);
  const other = stand.repository.commit({ 'o.txt': 'o' });
  await stand.git.mirror(stand.mirror.path, root, other);
  expect(await tag('release-1', other)).toEqual({ kind: 'diverged', at: head });
  expect(stand.repository.git('rev-parse', 'release-1')).toBe(head);
  expect(await tag('..')).toMatchObject({ kind: 'refused', reason: 'The name ".." is not allowed for a tag in git.' });
});

it('a tag at a remote is made once, and never moved', async () => {
  await using stand = await remoteStand();
  const one = stand.machine('one');
  await (await one.mirror()).bring([stand.users.head]);
  const commit = await one.change('first.txt');
  const tag = async (name: string, of: typeof commit) => await one.git.remote(stand.bare).tag(one.mirrorPath, name, of);
  expect(await tag('release-1', commit)).toEqual({ kind: 'published' });
  expect(await tag('release-1', commit)).toEqual({ kind: 'published' });
  expect(stand.atRemote('rev-parse', 'refs/tags/release-1')).toBe(commit);
  expect(await tag('release-1', stand.users.head)).toEqual({ kind: 'diverged', at: commit });
  expect(await tag('a b', commit)).toMatchObject({ kind: 'refused' });
});
