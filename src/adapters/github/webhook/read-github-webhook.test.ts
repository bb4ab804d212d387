import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { commentMarker } from '../../../domain/forge.ts';
import type { Delivery } from '../../../ports/forge.ts';
import { readGithubWebhook } from './read-github-webhook.ts';

const secret = 'known to both';
const reader = readGithubWebhook({ secret, repositories: [] });
const id = '72d3162e-cc78-11e3-81ab-4c9367dc0958';

const mona = { id: 7, login: 'mona', type: 'User' };
const repository = { id: 42, full_name: 'octo/hello' };
const issue = {
  number: 12,
  title: 'It does not greet',
  body: 'Nobody is greeted.',
  user: mona,
  labels: [{ name: 'miyabi' }],
  state: 'open',
  html_url: 'https://github.com/octo/hello/issues/12',
  created_at: '2026-01-02T03:04:05Z',
  updated_at: '2026-01-02T03:04:06Z',
};
const labeled = { action: 'labeled', issue, label: { name: 'miyabi' }, repository, sender: mona };
const comment = { id: 99, body: '/miyabi run', user: mona, html_url: `${issue.html_url}#issuecomment-99`, created_at: issue.created_at };
const commented = { action: 'created', issue, comment, repository, sender: mona };

function hmac(body: Buffer | string, algorithm = 'sha256', key = secret): string {
  return createHmac(algorithm, key).update(body).digest('hex');
}

function delivery(event: string, payload: unknown): Delivery {
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  return { headers: { 'x-github-event': [event], 'x-github-delivery': [id], 'x-hub-signature-256': [`sha256=${hmac(body)}`] }, body };
}

function withSignature(...values: readonly string[]): Delivery {
  const { headers, body } = delivery('issues', labeled);
  return { headers: { ...headers, 'x-hub-signature-256': values }, body };
}

function read(event: string, payload: unknown) {
  return reader.read(delivery(event, payload));
}

describe('a signature', () => {
  test('is the one of the example in the documentation of GitHub', async () => {
    const theirs = readGithubWebhook({ secret: "It's a Secret to Everybody", repositories: [] });
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    expect(await theirs.isSigned({ headers: { 'x-hub-signature-256': [signature] }, body: Buffer.from('Hello, World!') })).toBe(true);
    expect(await theirs.isSigned({ headers: { 'x-hub-signature-256': [signature] }, body: Buffer.from('Hello, World?') })).toBe(false);
  });

  test.each([
    ['none', []],
    ['an empty one', ['']],
    ['SHA-1 under the name of the better one', [`sha1=${hmac(JSON.stringify(labeled), 'sha1')}`]],
    ['one that is too short', [`sha256=${hmac(JSON.stringify(labeled)).slice(2)}`]],
    ['one that is too long', [`sha256=${hmac(JSON.stringify(labeled))}00`]],
    ['no hexadecimal digits', [`sha256=${'g'.repeat(64)}`]],
    ['capital letters', [`sha256=${hmac(JSON.stringify(labeled)).toUpperCase()}`]],
    ['another secret', [`sha256=${hmac(JSON.stringify(labeled), 'sha256', 'guessed')}`]],
    ['two headers, of which one is right', [`sha256=${hmac(JSON.stringify(labeled))}`, `sha256=${'0'.repeat(64)}`]],
  ])('with %s is none, and nothing is thrown', async (_, values) => {
    expect(await reader.isSigned(withSignature(...values))).toBe(false);
  });

  test('SHA-1 alone in the header of old is none', async () => {
    const { headers, body } = delivery('issues', labeled);
    const { 'x-hub-signature-256': _, ...others } = headers;
    expect(await reader.isSigned({ headers: { ...others, 'x-hub-signature': [`sha1=${hmac(body, 'sha1')}`] }, body })).toBe(false);
  });

  test('is of the bytes that came, not of what they mean', async () => {
    const spaced = Buffer.from(JSON.stringify(labeled, undefined, 2));
    const { headers } = delivery('issues', labeled);
    expect(await reader.isSigned({ headers, body: spaced })).toBe(false);
    expect(await reader.isSigned({ headers: { 'x-hub-signature-256': [`sha256=${hmac(spaced)}`] }, body: spaced })).toBe(true);
  });

  test('of bytes that are no text is none: they could stand for others', async () => {
    const broken = Buffer.from([0x7b, 0xff, 0x7d]);
    const mended = Buffer.from(broken.toString('utf8'));
    for (const signed of [broken, mended]) {
      expect(await reader.isSigned({ headers: { 'x-hub-signature-256': [`sha256=${hmac(signed)}`] }, body: broken })).toBe(false);
    }
  });
});

describe('a delivery', () => {
  test('is known by its id and its event', () => {
    expect(reader.identify(delivery('issues', labeled))).toEqual({ id, event: 'issues' });
  });

  test.each([
    ['no id', { 'x-github-event': ['issues'] }],
    ['an id that is none', { 'x-github-event': ['issues'], 'x-github-delivery': ['../../etc/passwd'] }],
    ['two ids', { 'x-github-event': ['issues'], 'x-github-delivery': [id, id] }],
    ['no event', { 'x-github-delivery': [id] }],
    ['an event that is none', { 'x-github-event': ['__proto__'], 'x-github-delivery': [id] }],
  ])('with %s is not known', (_, headers) => {
    expect(reader.identify({ headers, body: Buffer.alloc(0) })).toBeUndefined();
  });

  test.each([
    ['ping', { zen: 'Keep it logically awesome.' }, 'ping'],
    ['star', { action: 'created', repository, sender: mona }, 'unknown-event'],
    ['constructor', {}, 'unknown-event'],
    ['issues', { ...labeled, action: 'pinned' }, 'unknown-action'],
    ['issues', { ...labeled, sender: { id: 8, login: 'robot[bot]', type: 'Bot' } }, 'bot'],
    ['issue_comment', { ...commented, comment: { ...comment, user: { id: 8, login: 'robot[bot]', type: 'Bot' } } }, 'bot'],
    ['issue_comment', { ...commented, comment: { ...comment, body: `Done.\n\n${commentMarker('run_1', 'plan')}` } }, 'own'],
    ['issue_comment', { ...commented, action: 'edited' }, 'unknown-action'],
    ['issues', { ...labeled, issue: { ...issue, pull_request: {} } }, 'unknown-action'],
    ['push', { ref: 'refs/tags/v1', before: '0'.repeat(40), after: 'a'.repeat(40), repository }, 'tag'],
  ])('of %s %# is not for us', (event, payload, reason) => {
    expect(read(event, payload)).toEqual({ kind: 'ignored', reason });
  });

  test('of a repository that is not ours is not for us', () => {
    const limited = readGithubWebhook({ secret, repositories: ['Octo/Other'] });
    expect(limited.read(delivery('issues', labeled))).toEqual({ kind: 'ignored', reason: 'repository' });
    const renamed = { ...labeled, repository: { ...repository, full_name: 'octo/other' } };
    expect(limited.read(delivery('issues', renamed)).kind).toBe('event');
  });

  test.each([
    ['a number as text', { ...labeled, issue: { ...issue, number: '12' } }],
    ['issue 0', { ...labeled, issue: { ...issue, number: 0 } }],
    ['issue -1', { ...labeled, issue: { ...issue, number: -1 } }],
    ['issue 2^53', { ...labeled, issue: { ...issue, number: 2 ** 53 } }],
    ['half an issue', { ...labeled, issue: { ...issue, number: 1.5 } }],
    ['no repository', { ...labeled, repository: undefined }],
    ['a repository of no such name', { ...labeled, repository: { id: 42, full_name: '../../etc' } }],
    ['a time that is none', { ...labeled, issue: { ...issue, updated_at: 'yesterday' } }],
    ['a title without end', { ...labeled, issue: { ...issue, title: 'x'.repeat(10_000) } }],
    ['null', null],
    ['a list', []],
    ['a word', '"issues"'],
    ['no JSON', '{"action":'],
    ['nothing', ''],
  ])('with %s is malformed', (_, payload) => {
    expect(read('issues', payload).kind).toBe('malformed');
  });

  test('that is 200,000 deep is read without a stack of its own', () => {
    const deep = `{"action":"labeled","x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(read('issues', deep).kind).toBe('malformed');
  });

  test('of an issue without a text has an empty one', () => {
    expect(read('issues', { ...labeled, issue: { ...issue, body: null } })).toMatchObject({
      kind: 'event',
      event: { issue: { body: '' } },
    });
  });

  test('of an account that is gone is of nobody', () => {
    expect(read('issues', { ...labeled, issue: { ...issue, user: null } })).toMatchObject({
      event: { issue: { author: { id: '0', login: 'ghost' } } },
    });
  });

  test('brings no keys along that change other objects', () => {
    const text = JSON.stringify(labeled).replace('{', '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},');
    const inside = text.replace('"issue":{', '"issue":{"__proto__":{"polluted":true},');
    expect(inside).not.toBe(text);
    const told = read('issues', inside);
    expect(told).toEqual(read('issues', labeled));
    expect(Object.keys(told)).toEqual(['kind', 'event']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    if (told.kind !== 'event' || told.event.kind !== 'issue') throw new Error('an event of an issue was expected');
    expect('polluted' in told.event.issue).toBe(false);
  });
});

describe('an event', () => {
  test('of a label says who put it on what', () => {
    expect(read('issues', labeled)).toEqual({
      kind: 'event',
      event: {
        forge: 'github',
        repository: 'octo/hello',
        sender: { id: '7', login: 'mona', isBot: false },
        identity: expect.stringMatching(/^github:42:issue:12:labeled:[\da-f]{16}:1767323046$/) as string,
        kind: 'issue',
        action: 'labeled',
        label: 'miyabi',
        issue: {
          number: 12,
          title: issue.title,
          body: issue.body,
          author: { id: '7', login: 'mona', isBot: false },
          labels: ['miyabi'],
          state: 'open',
          url: issue.html_url,
          createdAt: Date.parse(issue.created_at),
          updatedAt: Date.parse(issue.updated_at),
        },
      },
    });
  });

  test('keeps its identity when the repository gets a new name', () => {
    const renamed = read('issue_comment', { ...commented, repository: { ...repository, full_name: 'octo/hallo' } });
    expect(renamed).toMatchObject({ event: { identity: 'github:42:comment:99', repository: 'octo/hallo' } });
  });

  test('of a bot that ends something counts', () => {
    const bot = { id: 8, login: 'stale[bot]', type: 'Bot' };
    const closed = { ...labeled, action: 'closed', sender: bot, issue: { ...issue, closed_at: issue.updated_at } };
    expect(read('issues', closed)).toMatchObject({ event: { action: 'closed', identity: 'github:42:issue:12:closed:1767323046' } });
  });

  test('of a pull request from a fork names a branch that is none of ours', () => {
    const pull = {
      number: 3,
      updated_at: issue.updated_at,
      head: { ref: 'main', sha: 'a'.repeat(40), label: 'mallory:main', repo: { id: 666 } },
      base: { ref: 'main', sha: 'b'.repeat(40), label: 'octo:main', repo: { id: 42 } },
    };
    expect(read('pull_request', { action: 'synchronize', pull_request: pull, repository, sender: mona })).toMatchObject({
      event: {
        kind: 'pull-request',
        action: 'changed',
        head: { branch: 'mallory:main' },
        identity: `github:42:pull:3:head:${'a'.repeat(40)}`,
      },
    });
  });

  test('of a branch that is gone leads nowhere', () => {
    const gone = { ref: 'refs/heads/work', before: 'a'.repeat(40), after: '0'.repeat(40), deleted: true, repository, sender: mona };
    expect(read('push', gone)).toMatchObject({ event: { kind: 'push', branch: 'work', to: undefined } });
  });

  test('has an identity of at most 200 characters', () => {
    const long = read('issues', { ...labeled, label: { name: 'x'.repeat(200) } });
    if (long.kind !== 'event') throw new Error('an event was expected');
    expect(long.event.identity.length).toBeLessThanOrEqual(200);
  });
});
