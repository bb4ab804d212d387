import { expect, it } from 'vitest';
import type { Permission } from '../../../src/domain/forge.ts';
import { permissions } from '../../../src/domain/forge.ts';
import type { ForgeCases } from '../forge-conformance.ts';

const notThere = { name: 'Failure', reason: 'notFoundOrLocked' };

export function issueCases({ stand }: ForgeCases): void {
  it('says as whom it speaks, and what it knows of a repository', async () => {
    const { forge, repository } = stand();
    const self = await forge.self();
    expect(self.id).not.toBe('');
    const known = await forge.repository(repository);
    expect(known).toMatchObject({ name: repository, defaultBranch: 'main' });
    expect(known.mergeMethods.length).toBeGreaterThan(0);
    expect(known.gitUrl).toMatch(/^(?:https?|ssh|file):\/\//);
    expect((await forge.repository(repository)).id).toBe(known.id);
    expect(await forge.repositories()).toContain(repository);
  });

  it('refuses a repository, an issue and a pull request that are not there', async () => {
    const { forge, repository } = stand();
    // Where only some may be worked in, that is said first.
    const reason = expect.stringMatching(/^(?:notFoundOrLocked|configuration)$/);
    await expect(forge.repository('nobody/nothing')).rejects.toMatchObject({ name: 'Failure', reason });
    await expect(forge.issue({ repository, number: 9_999_999 })).rejects.toMatchObject(notThere);
    await expect(forge.pullRequest({ repository, number: 9_999_999 })).rejects.toMatchObject(notThere);
    await expect(forge.comments({ repository, number: 9_999_999 })).rejects.toMatchObject(notThere);
  });

  it.each(['../..', './.', 'a/..', '../etc'])('takes %j for no repository', async (name) => {
    await expect(stand().forge.repository(name)).rejects.toMatchObject({ name: 'Failure' });
  });

  it('gives an issue as it was written', async () => {
    const { forge, repository, writeIssue, person } = stand();
    const author = await person('read');
    const before = Date.now();
    const number = await writeIssue({
      title: 'Total: "wrong" for 0 # items',
      body: 'It says **NaN**.\n\n- one\n- zwei — ü',
      labels: ['bug'],
      author,
    });
    const issue = await forge.issue({ repository, number });
    expect(issue).toMatchObject({ number, title: 'Total: "wrong" for 0 # items', labels: ['bug'], state: 'open' });
    expect(issue.body.trim()).toBe('It says **NaN**.\n\n- one\n- zwei — ü');
    expect(issue.author).toMatchObject({ id: author.id, login: author.login, isBot: false });
    expect(issue.url).toMatch(/^(?:https?|file):\/\//);
    for (const time of [issue.createdAt, issue.updatedAt]) expect(Math.abs(time - before)).toBeLessThan(60_000);
  });

  it('lists open issues, those with a label alone where one is named, in any case', async () => {
    const { forge, repository, writeIssue, closeIssue } = stand();
    const labelled = await writeIssue({ title: 'Labelled', labels: ['Listed'] });
    const plain = await writeIssue({ title: 'Plain' });
    const closed = await writeIssue({ title: 'Closed', labels: ['Listed'] });
    await closeIssue(closed);
    expect((await forge.openIssues(repository, 'Listed')).map(({ number }) => number)).toEqual([labelled]);
    const open = (await forge.openIssues(repository)).map(({ number }) => number);
    expect(open).toEqual(expect.arrayContaining([labelled, plain]));
    expect(open).not.toContain(closed);
    expect(await forge.openIssues(repository, 'nobody uses it')).toEqual([]);
  });

  it('closes an issue and opens it again, each once or twice', async () => {
    const { forge, repository, writeIssue } = stand();
    const number = await writeIssue({ title: 'Done soon' });
    await forge.closeIssue({ repository, number });
    await forge.closeIssue({ repository, number });
    expect(await forge.issue({ repository, number })).toMatchObject({ state: 'closed', title: 'Done soon' });
    await forge.reopenIssue({ repository, number });
    await forge.reopenIssue({ repository, number });
    expect(await forge.issue({ repository, number })).toMatchObject({ state: 'open', title: 'Done soon' });
  });

  it('makes labels that are missing and puts them on and takes them off, each once', async () => {
    const { forge, repository, writeIssue } = stand();
    const number = await writeIssue({ title: 'Labels', labels: ['kept'] });
    const label = { name: 'state:pending', color: 'ededed', description: 'Waits: for "us"' };
    await forge.ensureLabels(repository, [label, { ...label, name: 'state:done' }]);
    await forge.ensureLabels(repository, [label]);
    const place = { repository, number };
    await forge.changeLabels(place, { add: ['state:pending'], remove: [] });
    await forge.changeLabels(place, { add: ['state:pending'], remove: [] });
    expect((await forge.issue(place)).labels.toSorted()).toEqual(['kept', 'state:pending']);
    await forge.changeLabels(place, { add: ['state:done'], remove: ['state:pending', 'never there'] });
    await forge.changeLabels(place, { add: ['state:done'], remove: ['state:pending', 'never there'] });
    expect((await forge.issue(place)).labels.toSorted()).toEqual(['kept', 'state:done']);
  });

  it.each(permissions.filter((each) => each !== 'none'))('tells that somebody may %s', async (permission: Permission) => {
    const { forge, repository, person } = stand();
    expect(await forge.permission(repository, await person(permission))).toBe(permission);
  });

  it('asks for permission by id, whoever has the login today', async () => {
    const { forge, repository, person } = stand();
    const [admin, nobody] = [await person('admin'), await person('none')];
    expect(['none', 'read']).toContain(await forge.permission(repository, nobody));
    expect(await forge.permission(repository, { id: nobody.id, login: admin.login })).not.toBe('admin');
    expect(await forge.permission(repository, { id: '987654321', login: 'no-such-user-here' })).toBe('none');
  });
}
