import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GithubStand } from '../../../test/support/github-stand/github-stand.ts';
import { openGithubStand } from '../../../test/support/github-stand/github-stand.ts';
import type { ForgeEvent } from '../../domain/forge-event.ts';
import { commentMarker } from '../../domain/forge.ts';
import type { Forge, Sweep } from '../../ports/forge.ts';
import { createGithub } from './create-github.ts';
import { readGithubWebhook } from './webhook/read-github-webhook.ts';

const secret = 'of this test';
const reader = readGithubWebhook({ secret, repositories: [] });
const told: ForgeEvent[] = [];
const refused: string[] = [];

/** Takes webhooks as the product does: verified, then read. */
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const delivery = { headers: request.headersDistinct as Record<string, string[]>, body: Buffer.concat(chunks) };
    void reader.isSigned(delivery).then((isSigned) => {
      const read = reader.read(delivery);
      if (!isSigned || reader.identify(delivery) === undefined || read.kind === 'malformed') refused.push(JSON.stringify(read));
      if (read.kind === 'event') told.push(read.event);
      response.writeHead(isSigned ? 202 : 401).end();
    });
  });
});

let stand: GithubStand;
let github: Forge & Sweep;

beforeAll(async () => {
  stand = await openGithubStand();
  github = createGithub(stand.settings());
  receiver.listen(0, '127.0.0.1');
  await new Promise((resolve) => receiver.once('listening', resolve));
  stand.webhooksTo(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/github`, secret);
});
afterAll(async () => {
  await stand[Symbol.asyncDispose]();
  receiver.closeAllConnections();
  receiver.close();
});

async function toldBy(work: () => Promise<unknown>): Promise<readonly ForgeEvent[]> {
  await stand.deliveries.settled();
  told.splice(0);
  await work();
  await stand.lookAtCode();
  await stand.deliveries.settled();
  expect(refused).toEqual([]);
  stand.assertAsDescribed();
  return [...told];
}

function identities(events: readonly ForgeEvent[], kind: ForgeEvent['kind'], action?: string): readonly string[] {
  return events
    .filter((event) => event.kind === kind && (action === undefined || ('action' in event && event.action === action)))
    .map(({ identity }) => identity);
}

describe('what a webhook told and what looking finds are the same event', () => {
  test.each(['labeled', 'unlabeled', 'closed'] as const)('of an issue that was %s', async (action) => {
    const { repository } = stand;
    const since = Date.now() - 2_000;
    const events = await toldBy(async () => {
      const number = await stand.createIssue({ title: `To be ${action}` });
      await stand.label(number, 'miyabi');
      await stand.unlabel(number, 'miyabi');
      await stand.closeIssue(number);
    });
    const found = await github.missed(repository, since, []);
    expect(identities(events, 'issue', action)).toHaveLength(1);
    expect(identities(found, 'issue', action)).toEqual(expect.arrayContaining([...identities(events, 'issue', action)]));
  });

  test('of an issue that was opened, while it is open', async () => {
    const { repository } = stand;
    const since = Date.now() - 2_000;
    const number = await stand.createIssue({ title: 'Open' });
    const find = async () => identities(await github.missed(repository, since, []), 'issue', 'opened');
    const events = await toldBy(async () => await stand.createIssue({ title: 'Open too' }));
    expect(await find()).toEqual([`github:1:issue:${number}:opened`, ...identities(events, 'issue', 'opened')]);
    await stand.closeIssue(number);
    expect(await find()).toEqual(identities(events, 'issue', 'opened'));
  });

  test('of a label: whoever put it on did so, and who opened an issue with it on where no such event is known', async () => {
    const { repository } = stand;
    const since = Date.now() - 2_000;
    const later = await stand.createIssue({ title: 'Labelled later' });
    await stand.label(later, 'miyabi');
    const atOnce = await stand.createIssue({ title: 'Labelled at once', labels: ['miyabi'] });
    const events = (await github.missed(repository, since, [])).filter((event) => event.kind === 'issue');
    const openedWith = events.flatMap(({ action, issue }) =>
      action === 'opened' ? [[issue.number, issue.labels.includes('miyabi')]] : [],
    );
    const hasEvent = events.some(({ action, issue }) => action === 'labeled' && issue.number === atOnce);
    expect(Object.fromEntries(openedWith)).toMatchObject({ [later]: false, [atOnce]: !hasEvent });
    const all = await github.labelled(repository, 'miyabi');
    const [first, second] = [later, atOnce].map((number) => all.filter((event) => event.kind === 'issue' && event.issue.number === number));
    expect(first).toMatchObject([
      { action: 'labeled', identity: identities(events, 'issue', 'labeled').find((name) => name.includes(`:${later}:`)) },
    ]);
    expect(second).toMatchObject([hasEvent ? { action: 'labeled' } : { action: 'opened', identity: `github:1:issue:${atOnce}:opened` }]);
    await stand.closeIssue(later);
    await stand.closeIssue(atOnce);
    expect((await github.labelled(repository, 'miyabi')).filter((event) => event.kind === 'issue' && event.issue.number === later)).toEqual(
      [],
    );
  });

  test('of a comment, and of none of ours', async () => {
    const { repository } = stand;
    const since = Date.now() - 2_000;
    const number = await stand.createIssue({ title: 'Discussed' });
    const events = await toldBy(async () => {
      await stand.comment(number, await stand.person('read'), '/miyabi run');
      await github.tell({ repository, number }, commentMarker('run_1', 'plan'), 'Ours.');
    });
    expect(identities(events, 'comment')).toHaveLength(1);
    const found = await github.missed(repository, since, []);
    expect(identities(found, 'comment')).toEqual(identities(events, 'comment'));
    expect(identities(await github.missed(repository, since, []), 'comment')).toEqual(identities(found, 'comment'));
  });

  test('of a pull request that is pushed to, reviewed, closed and merged', async () => {
    const { repository } = stand;
    const since = Date.now() - 2_000;
    const open = async (head: string): Promise<number> => {
      stand.code.commitOn(head, { [`${head}.txt`]: 'new\n' }, 'feat: new');
      return (await github.openPullRequest({ repository, head, base: 'main', title: 'feat: new', body: '', isDraft: false })).number;
    };
    const [merged, closed] = [await open('to-be-merged'), await open('to-be-closed')];
    const opened = await toldBy(async () => {
      stand.code.commitOn('to-be-merged', { 'more.txt': 'more\n' }, 'feat: more');
      await stand.lookAtCode();
      await stand.review(merged, await stand.person('write'), 'approved', 'Good.');
    });
    const looked = await github.missed(repository, since, [merged]);
    expect(identities(looked, 'pull-request')).toEqual(identities(opened, 'pull-request', 'changed'));
    expect(identities(looked, 'review')).toEqual(identities(opened, 'review'));
    expect(opened.some((event) => event.kind === 'push' && event.branch === 'to-be-merged')).toBe(true);
    const ended = await toldBy(async () => {
      await stand.mergePullRequest(merged);
      await stand.closePullRequest(closed);
    });
    const afterwards = await github.missed(repository, since, [merged, closed]);
    for (const action of ['merged', 'closed']) {
      expect(identities(ended, 'pull-request', action)).toHaveLength(1);
      expect(identities(afterwards, 'pull-request', action)).toEqual(identities(ended, 'pull-request', action));
    }
  });
});

test('checks that changed are told, and found once for each way they stand', async () => {
  const { repository } = stand;
  const commit = stand.code.commitOn('checked', { 'checked.txt': 'new\n' }, 'feat: new');
  const { number } = await github.openPullRequest({
    repository,
    head: 'checked',
    base: 'main',
    title: 'feat: new',
    body: '',
    isDraft: false,
  });
  const find = async () => identities(await github.missed(repository, Date.now(), [number]), 'checks');
  const events = await toldBy(async () => {
    await stand.setCheck(commit, 'build', 'pending');
    await stand.setStatus(commit, 'ci/old', 'success');
  });
  expect(events.filter((event) => event.kind === 'checks').map((event) => event.commit)).toContain(commit);
  const before = await find();
  expect(before).toHaveLength(1);
  expect(await find()).toEqual(before);
  await stand.setCheck(commit, 'build', 'passed');
  expect(await find()).not.toEqual(before);
});

test('an Enterprise server is spoken with at its own addresses', async () => {
  const { repository } = stand;
  const enterprise = createGithub(stand.settings({ api: `${stand.url}/api/v3` }));
  stand.code.commitOn('drafted', { 'drafted.txt': 'new\n' }, 'feat: new');
  const draft = { repository, head: 'drafted', base: 'main', title: 'feat: new', body: '', isDraft: true };
  const { number } = await enterprise.openPullRequest(draft);
  await enterprise.updatePullRequest({ repository, number }, { isDraft: false });
  expect(await enterprise.pullRequest({ repository, number })).toMatchObject({ isDraft: false });
});
