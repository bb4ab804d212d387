import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localForgeStand } from '../../../test/support/local-forge-stand.ts';
import type { LocalForgeStand } from '../../../test/support/local-forge-stand.ts';

let stand: LocalForgeStand;
const number = 700;
const name = `issues/${number}.md`;

beforeAll(async () => {
  stand = await localForgeStand();
});
afterAll(async () => await stand[Symbol.asyncDispose]());

/** The line is counted from the first of the file, the one with `---`. */
const broken: Readonly<Record<string, readonly [text: string, line: number | undefined]>> = {
  'values without an end': ['---\ntitle: a\n\nText\n', 1],
  'a value that is none': ['---\ntitle: a\nstate: sleeping\n---\n', 3],
  'a key twice': ['---\ntitle: a\ntitle: b\n---\n', 3],
  'a list that is not closed': ['---\ntitle: a\nlabels: [a, b\nstate: open\n---\n', undefined],
  'a list in place of a title': ['---\nlabels: [a]\ntitle: [a, b]\n---\n', 3],
  'a time that is none': ['---\ncreated: yesterday\n---\n', 2],
  'an author that is a path': ['---\nauthor: ../../etc\n---\n', 2],
  'a text in place of values': ['---\njust words\n---\n', 2],
  'too many labels': [`---\nlabels: [${Array.from({ length: 101 }, (_, index) => `l${index}`).join(', ')}]\n---\n`, 2],
  'a label that is too long': [`---\nlabels: [${'a'.repeat(101)}]\n---\n`, 2],
  'values that are too long': [`---\n${'# much\n'.repeat(6_000)}---\n`, 1],
  'a nest without end': [`---\ntitle: ${'['.repeat(10_000)}\n---\n`, 2],
  'values that multiply': [
    `---\na: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c]\n---\n`,
    2,
  ],
  'a file that is too large': ['x'.repeat(600_000), undefined],
};

describe('an issue that somebody wrote', () => {
  it.each(Object.entries(broken))('with %s is refused with its file and line, and hides no other', async (_, [text, line]) => {
    const { forge, repository, path, notices, write } = stand;
    const sound = await stand.writeIssue({ title: 'Sound' });
    write(name, text);
    const failure = {
      name: 'Failure',
      reason: 'configuration',
      // The parser counts lines of its own.
      text: { why: expect.not.stringMatching(/ at line \d/) },
      facts: { path: join(path, name), ...(line === undefined ? {} : { line }) },
    };
    await expect(forge.issue({ repository, number })).rejects.toMatchObject(failure);
    const before = notices.length;
    expect((await forge.openIssues(repository)).map((issue) => issue.number)).toContain(sound);
    const events = await forge.missed(repository, 0, []);
    expect(events.map((event) => event.kind === 'issue' && event.issue.number)).toContain(sound);
    expect(events.map((event) => event.kind === 'issue' && event.issue.number)).not.toContain(number);
    expect(notices.slice(before).join('\n')).toContain(join(path, name));
    rmSync(join(path, name));
  });

  it.each(['a link', 'a pipe', 'a folder'])('is refused when it is %s', async (what) => {
    const { forge, repository, path } = stand;
    const at = join(path, name);
    if (what === 'a link') symlinkSync('/etc/passwd', at);
    if (what === 'a pipe') execFileSync('mkfifo', [at]);
    if (what === 'a folder') mkdirSync(at);
    await expect(forge.issue({ repository, number })).rejects.toMatchObject({ name: 'Failure', facts: { path: at } });
    expect((await forge.openIssues(repository)).map((issue) => issue.number)).not.toContain(number);
    rmSync(at, { recursive: true });
  });

  it('is found as soon as it is mended', async () => {
    const { forge, repository, write } = stand;
    write(name, '---\nstate: sleeping\n---\n# Mended\n');
    await forge.missed(repository, 0, []);
    write(name, '---\nstate: open\nlabels: miyabi, bug\n---\n# Mended\n\nText\n');
    const events = (await forge.missed(repository, 0, [])).filter((event) => event.kind === 'issue' && event.issue.number === number);
    expect(events.map((event) => event.kind === 'issue' && [event.action, event.label, event.issue.title])).toEqual([
      ['opened', undefined, 'Mended'],
      ['labeled', 'miyabi', 'Mended'],
      ['labeled', 'bug', 'Mended'],
    ]);
  });

  it('may be any Markdown, from any editor', async () => {
    const { forge, repository, write } = stand;
    write('issues/801.md', 'Some words.\n\n# The title\n\nMore.\n');
    write('issues/802.md', '\ufeff---\r\ntitle: yes\r\nlabels: bug\r\nx-own: 1\r\n---\r\nText\r\n');
    write('issues/803.md', '---\ntitle: 007\nconstructor: x\n__proto__: { state: closed }\n---\n');
    expect(await forge.issue({ repository, number: 801 })).toMatchObject({
      title: 'The title',
      body: 'Some words.\n\n\nMore.',
      labels: [],
    });
    expect(await forge.issue({ repository, number: 802 })).toMatchObject({
      title: 'yes',
      body: 'Text',
      labels: ['bug'],
      author: { login: 'ada' },
    });
    expect(await forge.issue({ repository, number: 803 })).toMatchObject({ title: '007', state: 'open' });
  });

  it('keeps what people wrote into it when we change it', async () => {
    const { forge, repository, write, read } = stand;
    write('issues/810.md', '---\n# mine\ntitle: Kept # too\nx-own: [1, 2]\n---\n\nText\n');
    await forge.changeLabels({ repository, number: 810 }, { add: ['a: b'], remove: [] });
    await forge.closeIssue({ repository, number: 810 });
    expect(read('issues/810.md')).toMatch(
      /^---\n# mine\ntitle: Kept # too\nx-own: \[ 1, 2 \]\nlabels:\n {2}- "a: b"\nupdated: .*\nstate: closed\n---\n\nText\n$/,
    );
  });
});

describe('other files that somebody broke', () => {
  it('says which and where for people, rules and pull requests', async () => {
    await using own = await localForgeStand();
    const { forge, repository, path, write, read, notices } = own;
    const [people, rules] = [read('people.yaml'), read('repository.yaml')];
    write('people.yaml', '- login: ada\n  id: 1\n  permission: king\n');
    const inPeople = { reason: 'configuration', facts: { path: join(path, 'people.yaml'), line: 3 } };
    await expect(forge.permission(repository, { id: '1', login: 'ada' })).rejects.toMatchObject(inPeople);
    expect(await forge.missed(repository, 0, [])).toEqual([]);
    write('people.yaml', people);
    write('repository.yaml', 'id: x\nmergeMethods: [squash, force]\n');
    await expect(forge.repository(repository)).rejects.toMatchObject({ facts: { path: join(path, 'repository.yaml'), line: 2 } });
    expect(await forge.missed(repository, 0, [])).toEqual([]);
    write('repository.yaml', rules);
    write('pulls/5.md', '---\nbase: main\n---\n');
    await expect(forge.pullRequest({ repository, number: 5 })).rejects.toMatchObject({ facts: { path: join(path, 'pulls/5.md') } });
    expect(await forge.pullRequestOf(repository, 'work')).toBeUndefined();
    expect(notices.join('\n')).toMatch(/people\.yaml:3[\s\S]*repository\.yaml:2[\s\S]*pulls\/5\.md/);
  });

  it('lets nothing pass a check whose file cannot be read', async () => {
    const { forge, repository, write } = stand;
    const commit = 'a'.repeat(40);
    write(`checks/${commit}/test.yaml`, 'state: passed\n');
    write(`checks/${commit}/half.yaml`, 'state: pas');
    write(`checks/${commit}/.hidden`, 'state: failed');
    const checks = await forge.checks(repository, commit);
    expect(checks.map(({ name: check, state }) => [check, state])).toEqual([
      ['half', 'pending'],
      ['test', 'passed'],
    ]);
    expect(checks[0]?.conclusion).toContain('half.yaml:1');
    const at = (id: string): Parameters<typeof forge.checkLog>[1] => ({ id, name: 'x', state: 'failed', conclusion: '', url: undefined });
    for (const id of ['../../people.yaml', `${commit}/../../people.yaml`, `${commit}/none.yaml`, ''])
      await expect(forge.checkLog(repository, at(id))).rejects.toMatchObject({ reason: 'notFoundOrLocked' });
  });

  it('passes over a comment that cannot be read, and finds it when it can', async () => {
    const { forge, repository, write } = stand;
    const issue = await stand.writeIssue({ title: 'Commented' });
    const since = Date.now() - 1_000;
    write(`issues/${issue}/0001-ada.md`, '/miyabi run\n');
    write(`issues/${issue}/0002-ada.md`, '---\nreview: maybe\n---\n');
    write(`issues/${issue}/0003-ada.md`, '');
    write(`issues/${issue}/notes.txt`, 'no comment');
    const bodies = async (): Promise<readonly unknown[]> =>
      (await forge.missed(repository, since, [])).flatMap((event) =>
        event.kind === 'comment' && event.issue === issue ? [event.comment.body] : [],
      );
    expect(await bodies()).toEqual(['/miyabi run']);
    write(`issues/${issue}/0002-ada.md`, 'Mended');
    write(`issues/${issue}/0003-ada.md`, 'Written');
    expect(await bodies()).toEqual(['/miyabi run', 'Mended', 'Written']);
  });
});
