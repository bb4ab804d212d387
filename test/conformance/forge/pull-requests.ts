import { expect, it } from 'vitest';
import { commentMarker } from '../../../src/domain/forge.ts';
import type { ForgePullRequest } from '../../../src/domain/forge.ts';
import { userGit } from '../../support/repository.ts';
import type { ForgeCases } from '../forge-conformance.ts';

/** Opens one with a single commit of its own; a file for each, so that none conflicts. */
export async function opened(
  { stand, branch }: Pick<ForgeCases, 'stand' | 'branch'>,
  {
    isDraft = false,
    files,
    message,
  }: { readonly isDraft?: boolean; readonly files?: Readonly<Record<string, string>>; readonly message?: string } = {},
): Promise<ForgePullRequest> {
  const { forge, repository, commitOnBranch } = stand();
  const head = branch();
  await commitOnBranch(head, files ?? { [`${head.replaceAll('/', '-')}.txt`]: `${head}\n` }, message);
  return await forge.openPullRequest({ repository, head, base: 'main', title: `feat: ${head}`, body: 'What it does.', isDraft });
}

export function pullRequestCases(cases: ForgeCases): void {
  const { stand, branch } = cases;

  it('opens a pull request, and opens no second one for the same branches', async () => {
    const { forge, repository, commitOnBranch, git } = stand();
    const head = branch();
    const commit = await commitOnBranch(head, { 'a.txt': 'a\n' });
    expect(await forge.pullRequestOf(repository, head)).toBeUndefined();
    const draft = { repository, head, base: 'main', title: 'feat(a): a: "file" # 1', body: 'Says **a**.\n\nCloses #1', isDraft: true };
    const pull = await forge.openPullRequest(draft);
    expect(pull).toMatchObject({ title: draft.title, state: 'open', isDraft: true, mergeCommit: undefined, labels: [] });
    expect(pull.body.trim()).toBe(draft.body);
    expect(pull.head).toEqual({ branch: head, commit });
    expect(pull.base).toEqual({ branch: 'main', commit: userGit(git, 'rev-parse', 'main') });
    const again = await forge.openPullRequest({ ...draft, title: 'Another title' });
    expect(again).toMatchObject({ number: pull.number, title: draft.title });
    expect((await forge.pullRequestOf(repository, head))?.number).toBe(pull.number);
    expect((await forge.pullRequest({ repository, number: pull.number })).number).toBe(pull.number);
  });

  it('opens one pull request where two open it at once', async () => {
    const { forge, repository, commitOnBranch } = stand();
    const head = branch();
    await commitOnBranch(head, { 'at-once.txt': 'a\n' });
    const draft = { repository, head, base: 'main', title: 'feat: at once', body: '', isDraft: false };
    const [one, other] = await Promise.all([forge.openPullRequest(draft), forge.openPullRequest(draft)]);
    expect(one.number).toBe(other.number);
  });

  it('opens none of a branch that is not there, and none without a commit of its own', async () => {
    const { forge, repository, moveBranch, git } = stand();
    const draft = { repository, base: 'main', title: 'feat: nothing', body: '', isDraft: false };
    await expect(forge.openPullRequest({ ...draft, head: branch() })).rejects.toMatchObject({ name: 'Failure' });
    const head = branch();
    await moveBranch(head, userGit(git, 'rev-parse', 'main'));
    await expect(forge.openPullRequest({ ...draft, head })).rejects.toMatchObject({ name: 'Failure' });
  });

  it('changes what is named of it and nothing else, once or twice', async () => {
    const { forge, repository } = stand();
    const { number } = await opened(cases, { isDraft: true });
    const place = { repository, number };
    await forge.updatePullRequest(place, { title: 'fix: better' });
    await forge.updatePullRequest(place, { title: 'fix: better' });
    expect(await forge.pullRequest(place)).toMatchObject({ title: 'fix: better', isDraft: true });
    await forge.updatePullRequest(place, { body: 'Other words.' });
    await forge.updatePullRequest(place, { isDraft: false });
    await forge.updatePullRequest(place, { isDraft: false });
    const now = await forge.pullRequest(place);
    expect(now).toMatchObject({ title: 'fix: better', isDraft: false, state: 'open' });
    expect(now.body.trim()).toBe('Other words.');
  });

  it('follows the head of a pull request', async () => {
    const { forge, repository, commitOnBranch } = stand();
    const { number, head } = await opened(cases);
    const commit = await commitOnBranch(head.branch, { 'more.txt': 'more\n' });
    expect((await forge.pullRequest({ repository, number })).head).toEqual({ branch: head.branch, commit });
  });

  it('takes labels and comments at a pull request as at an issue', async () => {
    const { forge, repository } = stand();
    const { number } = await opened(cases);
    const place = { repository, number };
    await forge.changeLabels(place, { add: ['ready-to-merge'], remove: [] });
    expect((await forge.pullRequest(place)).labels).toEqual(['ready-to-merge']);
    const marker = commentMarker('run_0000000004', 'checks');
    await forge.tell(place, marker, 'All green.');
    await forge.tell(place, marker, 'All green.');
    expect(await forge.comments(place)).toHaveLength(1);
    const since = await forge.commentsSince(repository, Date.now() - 3_600_000);
    expect(since.filter((comment) => comment.number === number)).toMatchObject([{ isPullRequest: true }]);
  });

  it('closes a pull request and opens a new one of the same branch afterwards', async () => {
    const { forge, repository } = stand();
    const { number, head } = await opened(cases);
    await forge.closePullRequest({ repository, number });
    await forge.closePullRequest({ repository, number });
    expect((await forge.pullRequest({ repository, number })).state).toBe('closed');
    const next = await forge.openPullRequest({ repository, head: head.branch, base: 'main', title: 'Again', body: '', isDraft: false });
    expect(next.number).not.toBe(number);
    expect((await forge.pullRequestOf(repository, head.branch))?.number).toBe(next.number);
  });

  it('deletes a branch, once or twice, and no other', async () => {
    const { forge, repository, commitOnBranch, git } = stand();
    const [gone, kept] = [branch(), branch()];
    await commitOnBranch(gone, { 'gone.txt': '' });
    await commitOnBranch(kept, { 'kept.txt': '' });
    await forge.deleteBranch(repository, gone);
    await forge.deleteBranch(repository, gone);
    await forge.deleteBranch(repository, 'work');
    const branches = userGit(git, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/').split('\n');
    expect(branches).toContain(kept);
    expect(branches).not.toContain(gone);
  });

  it('tells of checks how they stand, one for each name, and what a failed one printed', async () => {
    const { forge, repository, setCheck } = stand();
    const { head } = await opened(cases);
    expect(await forge.checks(repository, head.commit)).toEqual([]);
    await setCheck(head.commit, 'unit tests', 'pending');
    await setCheck(head.commit, 'lint', 'passed');
    await setCheck(head.commit, 'docs', 'skipped');
    const states = async (): Promise<unknown> =>
      Object.fromEntries((await forge.checks(repository, head.commit)).map(({ name, state }) => [name, state]));
    expect(await states()).toEqual({ 'unit tests': 'pending', lint: 'passed', docs: 'skipped' });
    await setCheck(head.commit, 'unit tests', 'failed', 'AssertionError: expected 1 to be 2\n  at total.test.js:3');
    expect(await states()).toEqual({ 'unit tests': 'failed', lint: 'passed', docs: 'skipped' });
    const failed = (await forge.checks(repository, head.commit)).find(({ state }) => state === 'failed');
    if (failed === undefined) throw new Error('No check has failed.');
    expect((await forge.checkLog(repository, failed)).tail).toContain('expected 1 to be 2');
  });

  it('keeps the end of a long log', async () => {
    const { forge, repository, setCheck } = stand();
    const { head } = await opened(cases);
    await setCheck(head.commit, 'long', 'failed', `${'noise\n'.repeat(30_000)}the reason\n`);
    const [check] = await forge.checks(repository, head.commit);
    if (check === undefined) throw new Error('There is no check.');
    const { tail } = await forge.checkLog(repository, check);
    expect(tail.trimEnd().endsWith('the reason')).toBe(true);
    expect(tail.length).toBeLessThanOrEqual(65_536);
  });
}
