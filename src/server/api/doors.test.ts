import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiStand } from '../../../test/support/api-stand.ts';
import { apiStand } from '../../../test/support/api-stand.ts';
import type { TestLedger } from '../../../test/support/ledger.ts';
import { openTestLedger } from '../../../test/support/ledger.ts';
import { makeSignInLink } from '../../operations/access/sign-in-links.ts';
import type { OperationTools } from '../../operations/tools.ts';

let opened: TestLedger;
let api: ApiStand;
/** The doors need no more than these; what lies behind them is not asked for. */
let tools: OperationTools;

beforeAll(async () => {
  opened = await openTestLedger();
  tools = {
    ledger: opened.ledger,
    clock: { now: () => opened.clock.now(), monotonic: () => performance.now() },
    engine: { status: async () => undefined, jobs: async () => [], findJobs: async () => [] },
  } as unknown as OperationTools;
  api = await apiStand(tools, { names: ['miyabi.example.org'] });
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await opened[Symbol.asyncDispose]();
});

const post = { method: 'POST', body: { answer: 'approve' } } as const;
const somewhere = `/escalations/${'0'.repeat(36)}.${'0'.repeat(16)}/answer`;

/** With a host of the test's own, which `fetch` would not send. @returns the status. */
async function askedAs(host: string, path = '/api/v1/session'): Promise<number | undefined> {
  const sent = request(`${api.url}${path}`, { headers: { host, authorization: `Bearer ${api.tokens.read}` } });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  answer.resume();
  return answer.statusCode;
}

async function signedIn(): Promise<string> {
  const { status, headers } = await api.ask((await api.link()).slice(api.url.length).replace(/^/, '/'), { token: '' });
  expect(status).toBe(200);
  const cookie = headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^miyabi_session=\S+; Max-Age=604800; Path=\/; HttpOnly; SameSite=Strict$/);
  return cookie.split(';', 1)[0]!;
}

describe('another site', () => {
  it('that leads its name to our address is told that this is somebody else (DNS rebinding)', async () => {
    const port = new URL(api.url).port;
    expect(await askedAs(`evil.example:${port}`)).toBe(421);
    expect(await askedAs(`evil.example:${port}`, '/metrics')).toBe(421);
    expect(await askedAs(`evil.example:${port}`, '/sign-in')).toBe(421);
    expect(await askedAs(`localhost:${port}`)).toBe(200);
    expect(await askedAs('miyabi.example.org')).toBe(200);
  });

  it('cannot write, by whatever way it sends, nor read', async () => {
    const cookie = await signedIn();
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:1' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      const refused = await api.ask(somewhere, { ...post, token: '', headers: { cookie, ...headers } });
      expect(refused, JSON.stringify(headers)).toMatchObject({ status: 403, body: { type: 'urn:miyabi:problem:foreign-origin' } });
      expect((await api.ask('/session', { token: '', headers: { cookie, ...headers } })).status).toBe(403);
      expect((await api.ask('/events', { token: '', headers: { cookie, ...headers } })).status).toBe(403);
      const signIn = { method: 'POST', body: { token: api.tokens.read }, token: '', headers };
      expect((await api.ask('//sign-in', signIn)).headers.get('set-cookie')).toBeNull();
    }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', undefined]) {
      const headers = { cookie, origin: api.url, 'content-type': type };
      expect((await api.ask(somewhere, { method: 'POST', body: '{"answer":"approve"}', token: '', headers })).status).toBe(415);
    }
    expect((await api.ask(somewhere, { ...post, token: '', headers: { cookie } })).status).toBe(403);
    expect((await api.ask(somewhere, { ...post, token: '', headers: { cookie, origin: api.url } })).status).toBe(404);
    const preflight = await api.ask(somewhere, { method: 'OPTIONS', token: '', headers: { origin: 'https://evil.example' } });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  it('can neither frame, sniff nor keep what is answered', async () => {
    for (const path of ['/session', '/nothing', '//metrics', '//sign-in']) {
      const { headers } = await api.ask(path);
      expect(Object.fromEntries(headers), path).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe('a browser', () => {
  it('signs in by a link once, is known by its cookie until it signs out, and by nothing else', async () => {
    const link = (await api.link()).slice(api.url.length);
    expect((await api.ask(`/${link}`, { method: 'HEAD', token: '' })).headers.get('set-cookie')).toBeNull();
    expect((await api.ask(`/${link}`, { token: '', headers: { 'sec-purpose': 'prefetch' } })).status).toBe(204);
    const first = await api.ask(`/${link}`, { token: '', headers: { 'sec-fetch-site': 'cross-site' } });
    expect(first).toMatchObject({ status: 200, body: { text: expect.stringContaining('You are signed in') } });
    expect((await api.ask(`/${link}`, { token: '' })).status).toBe(401);
    const [cookie = ''] = (first.headers.get('set-cookie') ?? '').split(';');
    const who = await api.ask('/session', { token: '', headers: { cookie } });
    expect(who.body).toEqual({ name: 'ada', scope: 'admin', kind: 'browser', expiresAt: expect.any(Number) });
    const out = await api.ask('/session', { method: 'DELETE', token: '', headers: { cookie, origin: api.url } });
    expect([out.status, out.headers.get('set-cookie')]).toEqual([200, 'miyabi_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict']);
    expect((await api.ask('/session', { token: '', headers: { cookie } })).status).toBe(401);
  });

  it('is led on to a page of the service, and by no link to another site', async () => {
    const ledTo = async (to: string): Promise<string | undefined> => {
      const link = await makeSignInLink(tools, api.url, 'ada', to);
      const { body } = await api.ask(`/${link.slice(api.url.length)}`, { token: '' });
      return /http-equiv="refresh" content="0;url=([^"]*)"/.exec(String(body['text']))?.[1];
    };
    expect(await ledTo('/runs/run_7f3k2m9qxa')).toBe('/runs/run_7f3k2m9qxa');
    expect(await ledTo('/?state=running')).toBe('/?state=running');
    for (const to of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '/"><script>',
      '/a\n;b',
      '',
      '/%0a?a;b',
    ])
      expect(await ledTo(to), to).toBe('/');
  });

  it('is let in no longer than a week', async () => {
    const cookie = await signedIn();
    opened.clock.now = () => Date.now() + 7 * 24 * 3_600_000;
    expect((await api.ask('/session', { token: '', headers: { cookie } })).status).toBe(401);
    opened.clock.now = () => Date.now();
  });

  it('signs in with a token, too; behind TLS its cookie goes by TLS alone', async () => {
    const body = { token: api.tokens.operate };
    const plain = await api.ask('//sign-in', { method: 'POST', body, token: '', headers: { origin: api.url } });
    expect(plain).toMatchObject({ status: 200, body: { name: 'the-operate', scope: 'operate' } });
    expect(plain.headers.get('set-cookie')).not.toMatch(/Secure/);
    const proxied = await api.ask('//sign-in', { method: 'POST', body, token: '', headers: { origin: 'https://miyabi.example.org' } });
    expect(proxied.headers.get('set-cookie')).toMatch(/HttpOnly; Secure; SameSite=Strict/);
  });
});

describe('a body', () => {
  it('that is too large, too deep, no JSON or no UTF-8 is refused', async () => {
    const ask = async (body: unknown) => (await api.ask(somewhere, { method: 'POST', body })).status;
    expect(await ask(JSON.stringify({ answer: 'approve', reason: 'x'.repeat(2_000_001) }))).toBe(413);
    expect(await ask(`${'{"a":'.repeat(33)}1${'}'.repeat(33)}`)).toBe(400);
    expect(await ask(`{"a":`)).toBe(400);
    expect(await ask(Buffer.from([0x22, 0xff, 0x22]))).toBe(400);
    expect(await ask('{"answer":"approve","__proto__":{"world":"alpha"}}')).toBe(422);
    const packed = await api.ask(somewhere, { ...post, headers: { 'content-encoding': 'gzip' } });
    expect(packed.status).toBe(415);
  });

  it('of a request that was refused is not taken for the next one', async () => {
    const { port } = new URL(api.url);
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const inner = `GET /api/v1/session HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${api.tokens.admin}\r\n\r\n`;
    socket.write(`POST /api/v1${somewhere} HTTP/1.1\r\nhost: evil.example\r\ncontent-length: ${inner.length}\r\n\r\n${inner}`);
    await once(socket, 'close');
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 421']);
  });
});

describe('what there is not', () => {
  it('is told apart from what cannot be done there', async () => {
    expect(await api.ask('/nothing')).toMatchObject({ status: 404, body: { type: 'urn:miyabi:problem:not-found' } });
    expect(await api.ask('/runs/../escalations')).toMatchObject({ status: 200 });
    expect(await api.ask('/escalations/%2e%2e%2f%2e%2e/answer', post)).toMatchObject({ status: 400 });
    const wrong = await api.ask('/escalations', { method: 'DELETE' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET']);
    expect((await api.ask('/runs/run_nothing1234/plan')).status).toBe(404);
    expect((await api.ask('/escalations?limit=1&limit=2')).status).toBe(400);
    expect((await api.ask('/escalations?else=1')).status).toBe(400);
    expect((await api.ask('/session', { method: 'HEAD' })).status).toBe(200);
  });
});

it('tells monitoring of this machine how much there is to do, and others only with a token', async () => {
  expect(await api.ask('//metrics', { token: '' })).toMatchObject({ status: 200, body: { text: 'miyabi_jobs 1\n' } });
  expect((await api.ask('//metrics', { token: '', headers: { 'x-forwarded-for': '203.0.113.1' } })).status).toBe(401);
  expect((await api.ask('//metrics', { token: api.tokens.read, headers: { 'x-forwarded-for': '203.0.113.1' } })).status).toBe(200);
});

it('looks at no more secrets from where ten were wrong, but for those that were right before', async () => {
  await using slow = await apiStand({ ...tools, ledger: (await fresh()).ledger });
  expect((await slow.ask('/session', { token: slow.tokens.read })).status).toBe(200);
  const guess = `miyabi_${'0'.repeat(16)}_${'x'.repeat(43)}`;
  for (let count = 0; count < 10; count += 1) expect((await slow.ask('/session', { token: guess })).status).toBe(401);
  const limited = await slow.ask('/session', { token: guess });
  expect([limited.status, Number(limited.headers.get('retry-after'))]).toEqual([
    429,
    expect.toSatisfy((wait: number) => wait > 50 && wait <= 60),
  ]);
  expect((await slow.ask('/session', { token: slow.tokens.admin })).status).toBe(429);
  expect((await slow.ask('//sign-in', { method: 'POST', body: { token: slow.tokens.admin }, token: '' })).status).toBe(429);
  expect((await slow.ask((await slow.link()).slice(slow.url.length).replace(/^/, '/'), { token: '' })).status).toBe(429);
  expect((await slow.ask('/session', { token: slow.tokens.read })).status).toBe(200);
});

const ledgers: TestLedger[] = [];

async function fresh(): Promise<TestLedger> {
  const ledger = await openTestLedger();
  ledgers.push(ledger);
  return ledger;
}

afterAll(async () => {
  for (const ledger of ledgers) await ledger[Symbol.asyncDispose]();
});
