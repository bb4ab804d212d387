import { expect } from 'vitest';
import { userGit } from '../../support/repository.ts';
import type { ForgeCases } from '../forge-conformance.ts';
import { opened } from './pull-requests.ts';

const words = { title: 'feat: guarded', message: 'Guarded.' };

export function ruleCases(cases: ForgeCases): void {
  const { stand, unlessLacking } = cases;

  unlessLacking('methods')('merges by no method that the repository does not allow', async () => {
    const { forge, repository, allowMethods, git } = stand();
    const { number, head } = await opened(cases);
    await allowMethods(['rebase', 'squash']);
    try {
      expect((await forge.repository(repository)).mergeMethods.toSorted()).toEqual(['rebase', 'squash']);
      const before = userGit(git, 'rev-parse', 'main');
      expect(await forge.merge({ repository, number }, { commit: head.commit, method: 'merge', ...words })).toMatchObject({
        kind: 'refused',
        why: 'rule',
      });
      expect(userGit(git, 'rev-parse', 'main')).toBe(before);
    } finally {
      await allowMethods(['squash', 'merge', 'rebase']);
    }
  });

  unlessLacking('rules')('merges nothing before the checks and approvals that the branch asks for are there', async () => {
    const { forge, repository, protect, review, setCheck, person, git } = stand();
    if (protect === undefined || review === undefined) throw new Error('The stand has no rules.');
    const { number, head } = await opened(cases);
    const merge = async (): Promise<unknown> =>
      await forge.merge({ repository, number }, { commit: head.commit, method: 'squash', ...words });
    await protect({ approvals: 1, checks: ['test'] });
    try {
      const before = userGit(git, 'rev-parse', 'main');
      expect(await merge()).toMatchObject({ kind: 'refused', why: 'rule' });
      await setCheck(head.commit, 'test', 'failed', 'no');
      expect(await merge()).toMatchObject({ kind: 'refused', why: 'rule' });
      await setCheck(head.commit, 'test', 'passed');
      expect(await merge()).toMatchObject({ kind: 'refused', why: 'rule' });
      await review(number, await person('read'), 'approved', 'Fine by somebody who may not say so.');
      expect(await merge()).toMatchObject({ kind: 'refused', why: 'rule' });
      await review(number, await person('write'), 'changes-requested', 'Not yet.');
      expect(await forge.objections({ repository, number })).toMatchObject([{ body: 'Not yet.', author: await person('write') }]);
      expect(await merge()).toMatchObject({ kind: 'refused', why: 'rule' });
      expect(userGit(git, 'rev-parse', 'main')).toBe(before);
      await review(number, await person('write'), 'approved', 'Now.');
      expect(await forge.objections({ repository, number })).toEqual([]);
      expect(await merge()).toMatchObject({ kind: 'merged' });
    } finally {
      await protect({ approvals: 0, checks: [] });
    }
  });
}
