import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { localForgeName, localForgeStand } from '../../../test/support/local-forge-stand.ts';
import type { LocalForgeStand } from '../../../test/support/local-forge-stand.ts';
import { makeRepository, userEnvironment, userGit } from '../../../test/support/repository.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { commentMarker } from '../../domain/forge.ts';
import type { ForgePullRequest } from '../../domain/forge.ts';
import { ForgeUnavailable } from '../../ports/forge.ts';
import { systemClock } from '../clock.ts';
import { createProcessRunner } from '../process/process-runner.ts';
import { localForgeFolders } from './create-local-forge.ts';
import { openLocalForge } from './open-local-forge.ts';

async function opened(
  { forge, repository, commitOnBranch }: LocalForgeStand,
  files: Readonly<Record<string, string>>,
): Promise<ForgePullRequest> {
  await commitOnBranch('work', files, 'feat: work');
  return await forge.openPullRequest({ repository, head: 'work', base: 'main', title: 'feat: work', body: '', isDraft: false });
}

const words = { method: 'squash', title: 'feat: work', message: 'Words.' } as const;

it('runs nothing that the repository holds or names, whatever is merged', async () => {
  await using stand = await localForgeStand();
  const { forge, repository, git, commitOnBranch } = stand;
  await commitOnBranch('main', { 'a.txt': 'a\nb\nc\nd\ne\n', '.gitattributes': '* merge=evil filter=evil\n' });
  const { number, head } = await opened(stand, { 'a.txt': 'A\nb\nc\nd\ne\n' });
  await commitOnBranch('main', { 'a.txt': 'a\nb\nc\nd\nE\n' });
  const ran = join(stand.folder, 'ran');
  mkdirSync(join(git, 'hooks'), { recursive: true });
  for (const hook of ['post-receive', 'update', 'post-update', 'pre-receive', 'reference-transaction', 'pre-merge-commit']) {
    writeFileSync(join(git, 'hooks', hook), `#!/bin/sh\ntouch ${ran}\n`);
    chmodSync(join(git, 'hooks', hook), 0o755);
  }
  userGit(git, 'config', 'core.hooksPath', join(git, 'hooks'));
  userGit(git, 'config', 'merge.evil.driver', `touch ${ran}`);
  userGit(git, 'config', 'merge.renormalize', 'true');
  userGit(git, 'config', 'merge.default', 'evil');
  for (const key of ['clean', 'smudge', 'process']) userGit(git, 'config', `filter.evil.${key}`, `touch ${ran}`);
  mkdirSync(join(git, 'info'), { recursive: true });
  writeFileSync(join(git, 'info', 'attributes'), '* merge=evil filter=evil\n');
  expect((await forge.pullRequest({ repository, number })).isMergeable).toBe(false);
  expect(await forge.merge({ repository, number }, { commit: head.commit, ...words })).toMatchObject({ kind: 'refused', why: 'conflict' });
  rmSync(join(git, 'info', 'attributes'));
  for (const method of ['rebase', 'squash'] as const) await forge.merge({ repository, number }, { commit: head.commit, ...words, method });
  await forge.deleteBranch(repository, 'work');
  expect((await forge.pullRequest({ repository, number })).state).toBe('merged');
  expect(existsSync(ran)).toBe(false);
});

it('sees by what it wrote down first that a merge was done, whose process died before the end', async () => {
  await using stand = await localForgeStand();
  const { forge, repository, git, read, write } = stand;
  const { number, head } = await opened(stand, { 'a.txt': 'a\n' });
  const merged = await forge.merge({ repository, number }, { commit: head.commit, ...words });
  const name = `pulls/${number}.md`;
  const died = read(name).replace('state: merged', 'state: open');
  expect(died).not.toBe(read(name));
  write(name, died);
  expect(await forge.pullRequest({ repository, number })).toMatchObject({
    state: 'merged',
    mergeCommit: merged.kind === 'merged' && merged.commit,
  });
  expect(await forge.merge({ repository, number }, { commit: head.commit, ...words })).toEqual(merged);
  expect(userGit(git, 'rev-list', '--count', 'main')).toBe('2');
  expect(read(name)).toContain('state: merged');
});

it('does a merge that was written down and not done', async () => {
  await using stand = await localForgeStand();
  const { forge, repository, git, read, write } = stand;
  const { number, head } = await opened(stand, { 'a.txt': 'a\n' });
  const base = userGit(git, 'rev-parse', 'main');
  const merged = await forge.merge({ repository, number }, { commit: head.commit, ...words });
  userGit(git, 'update-ref', 'refs/heads/main', base);
  write(`pulls/${number}.md`, read(`pulls/${number}.md`).replace('state: merged', 'state: open'));
  expect((await forge.pullRequest({ repository, number })).state).toBe('open');
  expect((await forge.merge({ repository, number }, { commit: head.commit, ...words })).kind).toBe('merged');
  expect(merged.kind).toBe('merged');
  expect(userGit(git, 'rev-list', '--count', 'main')).toBe('2');
});

it('asks to be asked again later where another git holds a branch, and has done nothing', async () => {
  await using stand = await localForgeStand();
  const { forge, repository, git } = stand;
  const { number, head } = await opened(stand, { 'a.txt': 'a\n' });
  const base = userGit(git, 'rev-parse', 'main');
  writeFileSync(join(git, 'refs', 'heads', 'main.lock'), '');
  const refused = await forge.merge({ repository, number }, { commit: head.commit, ...words }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ForgeUnavailable);
  expect(refused).toMatchObject({ retryAfterMs: 10_000 });
  expect(userGit(git, 'rev-parse', 'main')).toBe(base);
  expect((await forge.pullRequest({ repository, number })).state).toBe('open');
  rmSync(join(git, 'refs', 'heads', 'main.lock'));
  expect(await forge.merge({ repository, number }, { commit: head.commit, ...words })).toMatchObject({ kind: 'merged' });
});

it('notices that a person has merged with plain git', async () => {
  await using stand = await localForgeStand();
  const { forge, repository, git } = stand;
  const { number, head } = await opened(stand, { 'a.txt': 'a\n' });
  await forge.missed(repository, Date.now(), [number]);
  const since = Date.now() - 1;
  userGit(git, 'update-ref', 'refs/heads/main', head.commit);
  userGit(git, 'update-ref', '-d', 'refs/heads/work');
  expect(await forge.pullRequest({ repository, number })).toMatchObject({ state: 'merged', head: { commit: head.commit } });
  const events = await forge.missed(repository, since, [number]);
  expect(events).toMatchObject([
    { kind: 'pull-request', action: 'merged', number, sender: { login: 'ada' } },
    { kind: 'push', branch: 'main', to: head.commit },
  ]);
  expect(await forge.missed(repository, since, [number])).toEqual(events);
  const [merged, pushed] = events;
  expect(await forge.missed(repository, since, [number], (identity) => identity === merged?.identity)).toEqual([pushed]);
  expect(await forge.merge({ repository, number }, { commit: head.commit, ...words })).toMatchObject({ kind: 'merged' });
});

it('tells of what people did and not of what we did, each time the label comes as something new, whoever looks', async () => {
  await using stand = await localForgeStand();
  const { forge, repository, write, read } = stand;
  await forge.missed(repository, 0, []);
  const number = await stand.writeIssue({ title: 'Wanted', labels: ['miyabi'] });
  const place = { repository, number };
  await forge.changeLabels(place, { add: ['state:pending'], remove: [] });
  await forge.tell(place, commentMarker('run_1', 'plan'), 'The plan.');
  const without = read(`issues/${number}.md`).replace('  - miyabi\n', '');
  expect(without).not.toBe(read(`issues/${number}.md`));
  write(`issues/${number}.md`, without);
  const told = async (by = forge): Promise<readonly unknown[]> =>
    (await by.missed(repository, 0, [])).map((event) => event.kind === 'issue' && `${event.action} ${event.label ?? ''}`.trim());
  expect(await told()).toEqual(['opened', 'labeled miyabi', 'unlabeled miyabi']);
  await stand.putLabel(number, 'miyabi');
  await forge.closeIssue(place);
  const other = await stand.again();
  expect(await told(other)).toEqual(['opened', 'labeled miyabi', 'unlabeled miyabi', 'labeled miyabi']);
  const [mine, theirs] = await Promise.all([forge.missed(repository, 0, []), other.missed(repository, 0, [])]);
  expect(mine).toEqual(theirs);
  expect(new Set(mine.map(({ identity }) => identity)).size).toBe(4);
  expect(mine[0]).toMatchObject({ forge: localForgeName, sender: { id: '1', login: 'ada' } });
  rmSync(join(stand.path, `issues/${number}.md`));
  expect((await forge.missed(repository, 0, [])).at(-1)).toMatchObject({
    kind: 'issue',
    action: 'deleted',
    issue: { number, title: 'Wanted' },
  });
});

it('begins anew where what it had seen is lost', async () => {
  await using stand = await localForgeStand();
  const { forge, repository, write, notices } = stand;
  await stand.writeIssue({ title: 'One' });
  const [before] = await forge.missed(repository, 0, []);
  write('.miyabi/journal.json', '{"version": 1, "items": ');
  const [after] = await forge.missed(repository, 0, []);
  expect(after).toMatchObject({ kind: 'issue', action: 'opened' });
  expect(after?.identity).not.toBe(before?.identity);
  expect(notices.join()).toContain('journal.json');
});

it('tells the same whoever looks, in turns, and writes nothing down where nothing is new', async () => {
  await using stand = await localForgeStand();
  const [forge, other] = [stand.forge, await stand.again()];
  const { repository } = stand;
  const journal = join(stand.path, '.miyabi/journal.json');
  for (const title of ['One', 'Two', 'Three']) {
    await stand.writeIssue({ title });
    const [first, second] = title === 'Two' ? [other, forge] : [forge, other];
    const told = await first.missed(repository, 0, []);
    expect(told.at(-1)).toMatchObject({ action: 'opened', issue: { title } });
    expect(await second.missed(repository, 0, [])).toEqual(told);
    expect(await first.missed(repository, 0, [])).toEqual(told);
  }
  // Files are settled some seconds after they were written, and then not looked into again.
  await expect
    .poll(async () => {
      const { ino } = statSync(journal);
      await forge.missed(repository, 0, []);
      await forge.missed(repository, 0, []);
      return statSync(journal).ino === ino;
    })
    .toBe(true);
});

it('tells with the first look also what is older than it keeps', async () => {
  const monthMs = 30 * 86_400_000;
  let ahead = 0;
  await using stand = await localForgeStand({ clock: { ...systemClock, now: () => systemClock.now() + ahead } });
  await stand.writeIssue({ title: 'Old', labels: ['wanted'] });
  ahead = monthMs;
  expect(await stand.forge.labelled(stand.repository, 'wanted')).toMatchObject([{ action: 'labeled', issue: { title: 'Old' } }]);
});

it('gives each its own number where many write at once', async () => {
  await using stand = await localForgeStand();
  const { repository, folder, commitOnBranch } = stand;
  await using process = createProcessRunner();
  const folders = localForgeFolders(systemClock, { process, path: userEnvironment.PATH, notice: () => undefined });
  for (const branch of ['one', 'two']) await commitOnBranch(branch, { [branch]: '' });
  const issue = { title: 'One of many', body: '', labels: [], login: 'ada' };
  const [forge, other] = [stand.forge, await stand.again()];
  const draft = { repository, base: 'main', title: 'One of many', body: '', isDraft: false };
  const numbers = await Promise.all([
    ...Array.from({ length: 6 }, async () => (await folders.writeIssue({ folder, repository }, issue)).number),
    forge.openPullRequest({ ...draft, head: 'one' }).then(({ number }) => number),
    other.openPullRequest({ ...draft, head: 'two' }).then(({ number }) => number),
  ]);
  expect(numbers.toSorted((one, two) => one - two)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

it('begins with the branch that is checked out in a repository, under its name', async () => {
  await using folder = await temporaryFolder();
  const project = makeRepository(join(folder.path, 'project'));
  project.git('checkout', '--quiet', '-b', 'trunk');
  await using stand = await localForgeStand({ from: project.root });
  expect(await stand.forge.repository(stand.repository)).toMatchObject({ defaultBranch: 'trunk', gitUrl: `file://${stand.git}` });
  expect(userGit(stand.git, 'rev-parse', 'trunk')).toBe(project.head);
});

it('is made once, only where nothing is, and only under a name that leads nowhere else', async () => {
  await using folder = await temporaryFolder();
  await using process = createProcessRunner();
  const programs = { process, path: userEnvironment.PATH, notice: () => undefined };
  const folders = localForgeFolders(systemClock, programs);
  const request = { folder: join(folder.path, 'forge'), repository: 'ada/shop', from: undefined, login: 'ada' };
  await expect(folders.create({ ...request, from: folder.path })).rejects.toMatchObject({ reason: 'usage' });
  await folders.create(request);
  await expect(folders.create(request)).rejects.toMatchObject({ reason: 'usage' });
  for (const repository of ['../up', 'ada/..', 'ada/.git', 'ada/shop.git', '.a/b', 'a b/c', 'ada', 'a/b/c'])
    await expect(folders.create({ ...request, repository }), repository).rejects.toMatchObject({ reason: 'usage' });
  await expect(openLocalForge('team', join(folder.path, 'nowhere'), systemClock, programs)).rejects.toMatchObject({
    reason: 'configuration',
  });
  mkdirSync(join(folder.path, 'with space'));
  await expect(openLocalForge('team', join(folder.path, 'with space'), systemClock, programs)).rejects.toMatchObject({
    reason: 'configuration',
  });
  const forge = await openLocalForge('team', request.folder, systemClock, programs);
  expect(await forge.repositories()).toEqual(['ada/shop']);
});
