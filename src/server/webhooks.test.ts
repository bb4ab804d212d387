import { createHmac, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IntakeStand } from '../../test/support/intake-stand.ts';
import { ann, intakeStand, repository } from '../../test/support/intake-stand.ts';
import { readGithubWebhook } from '../adapters/github/webhook/read-github-webhook.ts';
import { causeIn, spanOf, traceOf } from '../domain/trace.ts';
import { receiveDelivery } from '../operations/intake/receive-delivery.ts';
import type { Listening } from './listen.ts';
import { listen } from './listen.ts';
import { webhookRoutes } from './webhooks.ts';

const secret = 'known to both';
const mostBytes = 100_000;
let stand: IntakeStand;
let service: Listening;
let counted: string[] = [];
let failures: unknown[] = [];
/** What keeps deliveries from being taken in; nothing when absent. */
let trouble: Error | undefined;

beforeAll(async () => {
  stand = await intakeStand();
  const webhooks = webhookRoutes({
    readers: [readGithubWebhook({ secret, repositories: [] })],
    receive: async (reader, delivery) => {
      if (trouble !== undefined) throw trouble;
      return await receiveDelivery(stand.tools, reader, delivery);
    },
    mostBytes,
    bodyMs: 500,
    count: ({ forge, outcome, reason }) => void counted.push([forge, outcome, ...(reason === undefined ? [] : [reason])].join(' ')),
    failed: (error) => failures.push(error),
  });
  service = await listen({ host: '127.0.0.1', port: 0 }, [webhooks]);
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await stand[Symbol.asyncDispose]();
});

beforeEach(() => {
  [counted, failures, trouble] = [[], [], undefined];
});

const people = { id: Number(ann.id), login: ann.login, type: 'User' };
const issue = {
  number: 1,
  title: 'The total is wrong',
  body: 'For no items it is 1.',
  user: people,
  labels: [{ name: 'miyabi' }],
  state: 'open',
  html_url: 'https://github.com/owner/name/issues/1',
  created_at: '2026-01-02T03:04:05Z',
  updated_at: '2099-01-02T03:04:06Z',
};
const labeled = { action: 'labeled', issue, label: { name: 'miyabi' }, repository: { id: 42, full_name: repository }, sender: people };

function sign(body: string | Buffer, algorithm = 'sha256'): string {
  return `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`;
}

interface Sent {
  readonly event?: string;
  readonly id?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signature?: string | undefined;
}

async function send(payload: unknown, { event = 'issues', id = randomUUID(), headers = {}, ...rest }: Sent = {}): Promise<number> {
  const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  const signature = 'signature' in rest ? rest.signature : sign(body);
  const answer = await fetch(`${service.url}/webhooks/github`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': id,
      ...(signature === undefined ? {} : { 'x-hub-signature-256': signature }),
      ...headers,
    },
    body,
  });
  await answer.text();
  return answer.status;
}

/** Sends bytes as they are. @returns the first line of the answer, or what the connection came to without one. */
async function sendRaw(...parts: readonly string[]): Promise<string> {
  const { port } = new URL(service.url);
  const socket = connect(Number(port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  for (const part of parts) socket.write(part);
  await once(socket, 'close');
  return answer.split('\r\n', 1)[0]!;
}

const head = 'POST /webhooks/github HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n';

/** That the service lives and takes in what is all right. */
async function lives(): Promise<boolean> {
  return (await send({ zen: 'Speak.' }, { event: 'ping' })) === 204;
}

describe('a signature (1, 2)', () => {
  it.each([
    ['is missing', undefined],
    ['is one of SHA-1', sign('{}', 'sha1')],
    ['is too short', 'sha256=00'],
    ['is too long', `${sign('{}')}00`],
    ['is in upper case', sign('{}').toUpperCase()],
    ['is none', 'sha256=%00%ff'],
    ['is of other bytes', sign('{ }')],
  ])('that %s is refused, and the service lives', async (_what, signature) => {
    expect(await send('{}', { signature })).toBe(401);
    expect(counted).toEqual(['github unsigned']);
    expect(await lives()).toBe(true);
  });

  it('that stands there twice is refused', async () => {
    const twice = `x-hub-signature-256: ${sign('{}')}\r\n`;
    expect(await sendRaw(`${head}${twice}${twice}content-length: 2\r\nconnection: close\r\n\r\n{}`)).toBe('HTTP/1.1 401 Unauthorized');
  });

  it('counts for the bytes that came, not for what they mean', async () => {
    const spaced = JSON.stringify({ zen: 'a' }, null, 2);
    expect(await send(spaced, { event: 'ping', signature: sign(JSON.stringify({ zen: 'a' })) })).toBe(401);
    expect(await send(spaced, { event: 'ping' })).toBe(204);
  });
});

it('takes one delivery for one, again under its id, and under another id (3)', async () => {
  stand.put(1);
  const id = randomUUID();
  expect(await send(labeled, { id })).toBe(202);
  expect(await send(labeled, { id })).toBe(200);
  expect(await send(labeled)).toBe(200);
  expect(await Promise.all(Array.from({ length: 30 }, async () => await send(labeled)))).toEqual(Array(30).fill(200));
  expect(await stand.handled()).toHaveLength(1);
  expect(await stand.runs()).toHaveLength(1);
  expect((await stand.tools.ledger.deliveries.latest(1_000)).filter(({ outcome }) => outcome === 'accepted')).toMatchObject([
    { forge: 'github', id, event: 'issues' },
  ]);
});

it('a run goes on in the trace of the delivery that starts it, which names the span in which it was sent', async () => {
  stand.put(2);
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  expect(await send({ ...labeled, issue: { ...issue, number: 2 } }, { headers: { traceparent } })).toBe(202);
  expect(await stand.handled()).toContainEqual(expect.stringMatching(/^started /));
  const [delivery] = await stand.engine.jobs({ groupKey: 'deliveries' });
  const [task] = await stand.engine.tasks(delivery!.id);
  expect(task?.payload.value).toMatchObject({ caller: { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' } });
  const [run] = await stand.runs();
  expect(traceOf(run!.id, run!.attributes)).toBe(traceOf(delivery!.id, undefined));
  expect(causeIn(run!.attributes)?.within?.span).toBe(spanOf(task!.id));
});

describe('a body (4, 5)', () => {
  it('that is too large is refused by what is said of it, and by what comes', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(25_000_000) });
    expect(await sendRaw(`${head}content-length: ${large.length}\r\n\r\n`)).toBe('HTTP/1.1 413 Payload Too Large');
    const chunk = `${(50_000).toString(16)}\r\n${'x'.repeat(50_000)}\r\n`;
    expect(await sendRaw(`${head}transfer-encoding: chunked\r\n\r\n`, chunk, chunk, chunk)).toBe('HTTP/1.1 413 Payload Too Large');
    expect(counted).toEqual(['github too-large', 'github too-large']);
    expect(await lives()).toBe(true);
  });

  it('that does not come to its end is waited for so long and no longer', async () => {
    expect(await sendRaw(`${head}content-length: 50\r\n\r\n{"a":`)).toBe('HTTP/1.1 408 Request Timeout');
    expect(await sendRaw(`${head}transfer-encoding: chunked\r\n\r\n1\r\n{\r\n`)).toBe('HTTP/1.1 408 Request Timeout');
    expect(counted).toEqual(['github too-slow', 'github too-slow']);
  });

  it('that is longer than is said of it is no second request', async () => {
    const signature = `x-hub-signature-256: ${sign('{}')}\r\n`;
    expect(await sendRaw(`${head}${signature}content-length: 2\r\n\r\n{}{}{}`)).toBe('HTTP/1.1 400 Bad Request');
    expect(await lives()).toBe(true);
  });

  it('that is a form, packed, or nothing we read is refused unread', async () => {
    const form = `payload=${encodeURIComponent(JSON.stringify(labeled))}`;
    expect(await send(form, { headers: { 'content-type': 'application/x-www-form-urlencoded' } })).toBe(415);
    expect(await send(gzipSync(Buffer.alloc(10_000_000)), { headers: { 'content-encoding': 'gzip' } })).toBe(415);
    expect(await send('{}', { headers: { 'content-type': 'text/plain' } })).toBe(415);
    expect(await send({ zen: 'a' }, { event: 'ping', headers: { 'content-type': 'Application/JSON; charset=utf-8' } })).toBe(204);
  });

  it('that is nested 20,000 times, cut short, or no JSON is refused', async () => {
    const open = '{"a":'.repeat(10_000);
    expect(await send(`${open}${'['.repeat(10_000)}${']'.repeat(10_000)}${'}'.repeat(10_000)}`)).toBe(400);
    expect(counted).toEqual(['github too-deep']);
    for (const text of ['{"action":', 'labeled', '', '[]', 'null', '"text"', '{"a":1}}'])
      expect(await send(text === '' ? ' ' : text), text).toBe(400);
    expect(await send(labeled, { event: 'Issues!' })).toBe(400);
    expect(await send(labeled, { id: '../../etc/passwd' })).toBe(400);
    expect(await lives()).toBe(true);
  });
});

it('is not led astray by names that objects have of themselves (6)', async () => {
  const text = JSON.stringify({ ...labeled, action: 'edited' }).replace(
    '{',
    '{"__proto__":{"isBot":true},"constructor":{"prototype":{"polluted":1}},',
  );
  expect(await send(text)).toBe(204);
  expect({}).not.toHaveProperty('polluted');
  expect({}).not.toHaveProperty('isBot');
});

it('says why nothing comes of what does not concern it (7, 8)', async () => {
  const bot = { ...people, type: 'Bot' };
  const ours = {
    id: 5,
    body: '/miyabi run\n<!-- miyabi:run_1:plan -->',
    user: people,
    html_url: 'https://a.example/1',
    created_at: issue.created_at,
  };
  const told: readonly [unknown, string][] = [
    [{ zen: 'Keep it logically awesome.' }, 'ping'],
    [labeled, 'marketplace_purchase'],
    [{ ...labeled, action: 'pinned' }, 'issues'],
    [{ ...labeled, label: { name: 'bug' } }, 'issues'],
    [{ ...labeled, sender: bot }, 'issues'],
    [{ action: 'created', issue, comment: ours, repository: labeled.repository, sender: people }, 'issue_comment'],
  ];
  for (const [payload, event] of told) expect(await send(payload, { event }), event).toBe(204);
  expect(counted.map((each) => each.replace(/^github ignored /, ''))).toEqual(told.map(() => expect.stringMatching(/^[a-z-]+$/)));
});

it('is not troubled by what comes in the wrong order (9)', async () => {
  const other = { ...issue, number: 77, state: 'closed' };
  stand.put(77, { state: 'closed' });
  expect(await send({ ...labeled, action: 'closed', issue: other, label: undefined })).toBe(202);
  expect(await send({ ...labeled, action: 'opened', issue: { ...other, state: 'open' }, label: undefined })).toBe(202);
  expect((await stand.handled()).slice(-2)).toEqual(['it has no run', 'the issue is closed']);
});

it.each([
  ['a number as text', { ...labeled, issue: { ...issue, number: '12' } }],
  ['the number 0', { ...labeled, issue: { ...issue, number: 0 } }],
  ['the number -1', { ...labeled, issue: { ...issue, number: -1 } }],
  ['the number 2^53', { ...labeled, issue: { ...issue, number: 2 ** 53 } }],
  ['no issue', { ...labeled, issue: null }],
  ['a repository that is a path', { ...labeled, repository: { id: 42, full_name: '../../etc' } }],
])('starts nothing for %s (10)', async (_what, payload) => {
  const before = (await stand.runs()).length;
  expect([204, 400]).toContain(await send(payload));
  await stand.handled();
  expect(await stand.runs()).toHaveLength(before);
});

it('takes an issue without a text for one (10)', async () => {
  expect([202, 200]).toContain(await send({ ...labeled, issue: { ...issue, number: 78, body: null } }));
});

it('answers only where a forge is, and only what is posted', async () => {
  expect((await fetch(`${service.url}/webhooks/gitlab`, { method: 'POST', body: '{}' })).status).toBe(404);
  expect((await fetch(`${service.url}/webhooks/__proto__`, { method: 'POST', body: '{}' })).status).toBe(404);
  const got = await fetch(`${service.url}/webhooks/github`);
  expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  expect(counted).toEqual(['unknown unknown-forge', 'unknown unknown-forge', 'github method']);
});

it('asks to come again while it cannot store anything, and repeats nothing of what was sent', async () => {
  trouble = new Error('no room on the disk');
  const answer = await fetch(`${service.url}/webhooks/github`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': sign('{"a":"<script>"}') },
    body: '{"a":"<script>"}',
  });
  expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([503, '1', '{"outcome":"failed"}']);
  expect(failures).toEqual([trouble]);
});

it('holds so many bodies at a time and refuses what is beyond', async () => {
  const waiting = Array.from({ length: 64 }, async () => await sendRaw(`${head}content-length: 50\r\n\r\n{`));
  await expect.poll(async () => await send({ zen: 'a' }, { event: 'ping' })).toBe(503);
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['HTTP/1.1 408 Request Timeout']));
  expect(await lives()).toBe(true);
});
