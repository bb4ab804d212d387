import { expect, it } from 'vitest';
import type { MergeMethod } from '../../../src/domain/forge.ts';
import { mergeMethods } from '../../../src/domain/forge.ts';
import { userGit } from '../../support/repository.ts';
import type { ForgeCases } from '../forge-conformance.ts';
import { opened } from './pull-requests.ts';

const words = { title: 'feat(shop): totals', message: 'What was done.\n\nMiyabi-Run: run_1\nMiyabi-Task: task_1' };

export function mergeCases(cases: ForgeCases): void {
  const { stand } = cases;

  cases.unlessLacking('methods')('merges by every method, with the message and its trailers kept', async () => {
    for (const method of mergeMethods) await mergesBy(cases, method);
  });

  it('merges once, however often it is asked, and says which commit it was', async () => {
    const { forge, repository, git } = stand();
    const [method = 'squash'] = (await forge.repository(repository)).mergeMethods;
    const { number, head } = await opened(cases);
    const request = { commit: head.commit, method, ...words };
    const first = await forge.merge({ repository, number }, request);
    const before = userGit(git, 'rev-parse', 'main');
    const again = await forge.merge({ repository, number }, request);
    expect(first.kind).toBe('merged');
    expect(again).toEqual(first);
    expect(userGit(git, 'rev-parse', 'main')).toBe(before);
    await forge.deleteBranch(repository, head.branch);
    expect(await forge.pullRequest({ repository, number })).toMatchObject({ state: 'merged', head: { branch: head.branch } });
  });

  it('merges once where two ask at once', async () => {
    const { forge, repository, git } = stand();
    const [method = 'squash'] = (await forge.repository(repository)).mergeMethods;
    const { number, head } = await opened(cases);
    const base = userGit(git, 'rev-parse', 'main');
    const request = { commit: head.commit, method, ...words };
    const both = await Promise.all([forge.merge({ repository, number }, request), forge.merge({ repository, number }, request)]);
    expect(both.filter(({ kind }) => kind === 'merged').length).toBeGreaterThan(0);
    expect(userGit(git, 'rev-list', '--count', '--first-parent', `${base}..main`)).toBe('1');
  });

  it('merges nothing that has moved since it was looked at', async () => {
    const { forge, repository, git, commitOnBranch } = stand();
    const [method = 'squash'] = (await forge.repository(repository)).mergeMethods;
    const { number, head } = await opened(cases);
    await commitOnBranch(head.branch, { 'unseen.txt': 'unseen\n' });
    const before = userGit(git, 'rev-parse', 'main');
    expect(await forge.merge({ repository, number }, { commit: head.commit, method, ...words })).toMatchObject({
      kind: 'refused',
      why: 'moved',
    });
    expect(userGit(git, 'rev-parse', 'main')).toBe(before);
    expect((await forge.pullRequest({ repository, number })).state).toBe('open');
  });

  it('merges no draft', async () => {
    const { forge, repository } = stand();
    const [method = 'squash'] = (await forge.repository(repository)).mergeMethods;
    const { number, head } = await opened(cases, { isDraft: true });
    expect(await forge.merge({ repository, number }, { commit: head.commit, method, ...words })).toMatchObject({
      kind: 'refused',
      why: 'draft',
    });
  });

  it('merges nothing that conflicts with its base, and says beforehand that it does not fit', async () => {
    const { forge, repository, git, commitOnBranch } = stand();
    const [method = 'squash'] = (await forge.repository(repository)).mergeMethods;
    const { number, head } = await opened(cases, { files: { 'README.md': 'ours\n' } });
    const fits = await opened(cases);
    await commitOnBranch('main', { 'README.md': 'theirs\n' });
    expect((await forge.pullRequest({ repository, number })).isMergeable).not.toBe(true);
    expect((await forge.pullRequest({ repository, number: fits.number })).isMergeable).not.toBe(false);
    const before = userGit(git, 'rev-parse', 'main');
    expect(await forge.merge({ repository, number }, { commit: head.commit, method, ...words })).toMatchObject({
      kind: 'refused',
      why: 'conflict',
    });
    expect(userGit(git, 'rev-parse', 'main')).toBe(before);
  });

  it('merges nothing that a person has closed', async () => {
    const { forge, repository, git, closePullRequest } = stand();
    const [method = 'squash'] = (await forge.repository(repository)).mergeMethods;
    const { number, head } = await opened(cases);
    await closePullRequest(number);
    const before = userGit(git, 'rev-parse', 'main');
    expect((await forge.pullRequest({ repository, number })).state).toBe('closed');
    expect((await forge.merge({ repository, number }, { commit: head.commit, method, ...words })).kind).toBe('refused');
    expect(userGit(git, 'rev-parse', 'main')).toBe(before);
  });
}

async function mergesBy(cases: ForgeCases, method: MergeMethod): Promise<void> {
  const { forge, repository, git, commitOnBranch } = cases.stand();
  const { number, head } = await opened(cases, { message: `feat: one\n\nMiyabi-Task: one-by-${method}` });
  const commit = await commitOnBranch(head.branch, { [`two-by-${method}.txt`]: 'two\n' }, `feat: two\n\nMiyabi-Task: two-by-${method}`);
  const base = await commitOnBranch('main', { [`moved-for-${method}.txt`]: '' }, 'The base moves');
  const merged = await forge.merge({ repository, number }, { commit, method, ...words });
  expect(merged).toMatchObject({ kind: 'merged', commit: userGit(git, 'rev-parse', 'main') });
  expect(await forge.pullRequest({ repository, number })).toMatchObject({
    state: 'merged',
    mergeCommit: userGit(git, 'rev-parse', 'main'),
  });
  expect(userGit(git, 'show', `main:two-by-${method}.txt`)).toBe('two');
  const tasks = userGit(git, 'log', '--format=%(trailers:key=Miyabi-Task,valueonly)', `${base}..main`)
    .split('\n')
    .filter((line) => line !== '');
  const subjects = userGit(git, 'log', '--first-parent', '--format=%s', `${base}..main`).split('\n');
  const parents = userGit(git, 'log', '-1', '--format=%P', 'main').split(' ');
  const own = [`one-by-${method}`, `two-by-${method}`];
  expect(tasks.toSorted()).toEqual({ squash: ['task_1'], merge: [...own, 'task_1'].toSorted(), rebase: own }[method]);
  expect(subjects).toEqual({ squash: [words.title], merge: [words.title], rebase: ['feat: two', 'feat: one'] }[method]);
  expect(parents).toEqual(method === 'merge' ? [base, commit] : [method === 'squash' ? base : expect.any(String)]);
}
