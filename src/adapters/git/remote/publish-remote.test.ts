import { expect, it } from 'vitest';
import { remoteStand } from '../../../../test/support/remote-stand.ts';

it('a branch of ours takes another way only from the commit that is given up, and nobody else is overwritten', async () => {
  await using stand = await remoteStand();
  const [ours, theirs] = [stand.machine('ours'), stand.machine('theirs')];
  for (const machine of [ours, theirs]) await (await machine.mirror()).bring([stand.users.head]);
  const [first, second, foreign] = [await ours.change('first.txt'), await ours.change('second.txt'), await theirs.change('foreign.txt')];
  const remote = ours.git.remote(stand.bare);
  const publish = async (commit: typeof first, replacing?: typeof first) =>
    await remote.publish(ours.mirrorPath, 'miyabi/run_1', commit, replacing);
  expect(await publish(first)).toEqual({ kind: 'published' });
  expect(await publish(second)).toEqual({ kind: 'diverged', at: first });
  expect(await publish(second, first)).toEqual({ kind: 'published' });
  expect(await publish(second, first)).toEqual({ kind: 'published' });
  stand.atRemote('update-ref', 'refs/heads/miyabi/run_1', stand.users.head);
  const their = theirs.git.remote(stand.bare);
  expect(await their.publish(theirs.mirrorPath, 'miyabi/run_1', foreign)).toEqual({ kind: 'published' });
  expect(await publish(first, second)).toEqual({ kind: 'diverged', at: foreign });
  expect(stand.atRemote('rev-parse', 'refs/heads/miyabi/run_1')).toBe(foreign);
});

it('the commits of a branch come with their parents and whole messages, the oldest first, and without what the base has', async () => {
  await using stand = await remoteStand();
  const one = stand.machine('one');
  const mirror = await one.mirror();
  await mirror.bring([stand.users.head]);
  const first = await one.change('first.txt');
  const second = await one.change('second.txt', first);
  for (const commit of [first, second]) await mirror.updateRef(`${stand.runRefs}/head`, commit);
  const { head } = stand.users;
  expect(await mirror.commits(head, second)).toEqual([
    { commit: first, parents: [head], message: 'first.txt' },
    { commit: second, parents: [first], message: 'second.txt' },
  ]);
  expect(await mirror.commits(second, head)).toEqual([]);
  await expect(mirror.commits(head, second, 1)).rejects.toThrow('2 commits of its own');
});
