import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GatewayRoute, GatewayUse } from '../../../src/ports/gateway.ts';
import { inside, reasonNotInside } from './inside.ts';
import { provider } from './provider.ts';
import type { Provider } from './provider.ts';
import { wayOut } from './stand.ts';
import type { WayOut } from './stand.ts';

const key = `sk-canary-${createHash('sha256').update(String(process.pid)).digest('hex')}`;
let upstream: Provider;
let out: WayOut;
const uses: GatewayUse[] = [];
let used: (() => void) | undefined;

beforeAll(async () => {
  upstream = await provider();
  const base: GatewayRoute = {
    name: 'anthropic',
    upstream: `http://127.0.0.1:${upstream.port}`,
    headers: () => ({ 'X-Api-Key': key }),
    isPrivate: true,
  };
  const onUse = (told: GatewayUse): void => {
    uses.push(told);
    used?.();
  };
  const routes: GatewayRoute[] = [
    base,
    {
      ...base,
      name: 'openai',
      upstream: `http://localhost:${upstream.port}/v1/`,
      headers: () => ({ authorization: `Bearer ${key}` }),
      paths: ['/messages', '/stream/'],
    },
    { ...base, name: 'rebound', upstream: `http://rebound.test:${upstream.port}`, isPrivate: false },
    { ...base, name: 'gone', upstream: 'http://127.0.0.2:1' },
  ];
  out = await wayOut([], { models: { routes, onUse }, resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) });
});
beforeEach(() => {
  uses.length = 0;
});
afterAll(async () => {
  await out[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

const pathOf = (route: string): string => new URL(out.egress.environment[`MIYABI_GATEWAY_${route.toUpperCase()}`] ?? '').pathname;

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

async function ask(
  path: string,
  options: { method?: string; headers?: OutgoingHttpHeaders; body?: string | Buffer } = {},
): Promise<Answer> {
  const asked = request({ socketPath: `${out.egress.folder}/s`, path, method: options.method ?? 'GET', headers: options.headers ?? {} });
  asked.end(options.body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}
/** The n-th use of the test; it is told when the answer has ended on our side, which may be after it has on the program's. */
async function use(n = 1): Promise<GatewayUse> {
  const found = uses[n - 1];
  if (found !== undefined) return found;
  await new Promise<void>((resolve) => (used = resolve));
  return use(n);
}

describe('a model is used without its key', () => {
  test('the credential is put in, and what the program sent in its place does not arrive', async () => {
    const headers = {
      'x-api-key': 'mine',
      authorization: 'Bearer mine',
      cookie: 'mine=1',
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
    };
    const answer = await ask(`${pathOf('anthropic')}/v1/messages?beta=true&key=mine&%6bey=mine`, {
      method: 'POST',
      headers,
      body: '{"model":"m"}',
    });
    expect(answer).toMatchObject({ status: 200, body: '{"content":[{"type":"text","text":"Hello."}]}' });
    const arrived = upstream.seen.at(-1);
    expect(arrived).toMatchObject({ method: 'POST', url: '/v1/messages?beta=true', body: '{"model":"m"}' });
    expect(arrived?.headers).toMatchObject({ 'x-api-key': key, 'anthropic-version': '2023-06-01', host: `127.0.0.1:${upstream.port}` });
    expect(JSON.stringify(arrived)).not.toContain('mine');
    expect(await use()).toEqual({
      route: 'anthropic',
      method: 'POST',
      status: 200,
      sentBytes: 13,
      receivedBytes: 45,
      durationMs: expect.any(Number),
      end: 'complete',
    });
  });

  test('neither the key nor a cookie of the provider comes back', async () => {
    const answer = await ask(`${pathOf('anthropic')}/v1/messages`, { method: 'POST', body: '{}' });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(JSON.stringify([answer, out.egress.environment, out.decisions, uses])).not.toContain(key);
  });

  test('connections to the provider are kept for the next request', async () => {
    const before = upstream.connections();
    for (const body of ['{}', '{}', '{}']) await ask(`${pathOf('anthropic')}/v1/messages`, { method: 'POST', body });
    expect(upstream.connections() - before).toBeLessThanOrEqual(1);
  });

  test('an address of the provider with a path keeps it', async () => {
    expect((await ask(`${pathOf('openai')}/messages`)).status).toBe(200);
    expect(upstream.seen.at(-1)).toMatchObject({ url: '/v1/messages', headers: { authorization: `Bearer ${key}` } });
  });

  test('programs are told where to find it, and a key that opens nothing', () => {
    const { environment } = out.egress;
    expect(environment['ANTHROPIC_BASE_URL']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/anthropic$/);
    expect(environment['OPENAI_BASE_URL']).toBe(`${environment['MIYABI_GATEWAY_OPENAI']}/v1`);
    expect([environment['ANTHROPIC_API_KEY'], environment['OPENAI_API_KEY']]).toEqual(['held-by-miyabi', 'held-by-miyabi']);
  });
});

describe('what the provider says comes back as it is said', () => {
  test('events arrive one by one, each before the next is sent', async () => {
    const asked = request({ socketPath: `${out.egress.folder}/s`, path: `${pathOf('anthropic')}/v1/stream` }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect(response.headers['content-type']).toBe('text/event-stream');
    const ended = once(response, 'end');
    for (const each of ['1', '2', '3']) {
      const arrived = once(response, 'data');
      upstream.next();
      expect(String((await arrived)[0])).toBe(`data: ${each}\n\n`);
    }
    await ended;
    expect(await use()).toMatchObject({ status: 200, receivedBytes: 27, end: 'complete' });
  });

  test('a program that goes away ends the request at the provider', async () => {
    const asked = request({ socketPath: `${out.egress.folder}/s`, path: `${pathOf('anthropic')}/v1/stream` }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.on('error', () => {});
    const arrived = once(response, 'data');
    upstream.next();
    await arrived;
    asked.destroy();
    await upstream.left;
    expect(await use()).toMatchObject({ status: 200, end: 'left' });
  });

  test('errors with their headers, redirects without being followed, early answers', async () => {
    expect(await ask(`${pathOf('anthropic')}/v1/limited`)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '7' },
      body: '{"type":"error"}',
    });
    expect((await ask(`${pathOf('anthropic')}/v1/moved`)).status).toBe(302);
    expect(await ask(`${pathOf('anthropic')}/v1/early`, { method: 'POST', body: Buffer.alloc(2_000_000) })).toMatchObject({
      status: 413,
      body: 'too large',
    });
    await use(3);
    expect(uses.map(({ status, end }) => [status, end])).toEqual([
      [429, 'complete'],
      [302, 'complete'],
      [413, 'complete'],
    ]);
  });

  test('an answer that breaks off breaks off, and is told as broken', async () => {
    await expect(ask(`${pathOf('anthropic')}/v1/broken`)).rejects.toThrow(/aborted|ECONNRESET/);
    expect(await use()).toMatchObject({ end: 'broken' });
  });

  test('a provider that cannot be reached is said without what is behind it', async () => {
    expect(await ask(`${pathOf('gone')}/v1/messages`, { method: 'POST', body: 'x' })).toMatchObject({
      status: 502,
      body: 'Miyabi: The provider of gone could not be used (ECONNREFUSED).\n',
    });
    expect(await use()).toMatchObject({ route: 'gone', status: 0, end: 'broken' });
  });
});

describe('what is not meant is refused, and nothing reaches the provider', () => {
  const refusedPaths: ReadonlyArray<readonly [what: string, path: () => string]> = [
    ['no token', () => '/anthropic/v1/messages'],
    ['an empty token', () => '//anthropic/v1/messages'],
    ['a wrong token', () => `/${'x'.repeat(43)}/anthropic/v1/messages`],
    ['a token that is cut short', () => `${pathOf('anthropic').slice(0, 20)}/anthropic/v1/messages`],
    ['a route that is not there', () => pathOf('anthropic').replace('anthropic', 'another')],
    ['a name that every object has', () => pathOf('anthropic').replace('anthropic', 'constructor')],
    ['a path that the route does not serve', () => `${pathOf('openai')}/files`],
    ['a path that only begins like one that it serves', () => `${pathOf('openai')}/messagesx`],
    ['a path beside one that it serves', () => `${pathOf('openai')}/messages/../files`],
    ['the same, encoded', () => `${pathOf('openai')}/messages/%2e%2E/files`],
    ['an encoded slash', () => `${pathOf('openai')}/messages/..%2ffiles`],
    ['an encoded backslash', () => `${pathOf('openai')}/messages/..%5Cfiles`],
    ['something encoded twice', () => `${pathOf('openai')}/messages/%252e%252e/files`],
    ['a doubled slash', () => `${pathOf('openai')}//evil.test/messages`],
    ['a backslash', () => `${pathOf('openai')}/messages\\..\\files`],
    ['a provider whose name leads into a private network', () => `${pathOf('rebound')}/v1/messages`],
  ];
  test.each(refusedPaths)('%s', async (_what, path) => {
    const before = upstream.connections();
    const seen = upstream.seen.length;
    const { status, body } = await ask(path());
    expect([403, 502]).toContain(status);
    expect(body).not.toContain(key);
    expect([upstream.connections(), upstream.seen.length]).toEqual([before, seen]);
  });

  test.each(['TRACE', 'OPTIONS', 'PROPFIND'])('the method %s', async (method) => {
    expect((await ask(`${pathOf('anthropic')}/v1/messages`, { method })).status).toBe(403);
  });

  test('the gateway is no way to another place: a target named whole goes through the list', async () => {
    expect((await ask('http://evil.test/', { headers: { host: 'evil.test' } })).status).toBe(403);
    expect((await ask(`http://127.0.0.1:${upstream.port}/v1/messages`, { headers: { host: `127.0.0.1:${upstream.port}` } })).status).toBe(
      403,
    );
  });

  test.each([
    ['another scheme', 'ftp://api.example.com', false],
    ['no address', 'api.example.com', false],
    ['a password', 'https://me:secret@api.example.com', true],
    ['a query', 'https://api.example.com/?x', true],
    ['a private address without the user saying so', 'http://10.0.0.5:8000', false],
    ['this machine in disguise', 'http://0x7f.1:8000', false],
    ['localhost without the user saying so', 'http://localhost:11434', false],
  ])('a provider whose address is or has %s is refused before a world begins', async (_what, address, isPrivate) => {
    const models = { routes: [{ name: 'a', upstream: address, headers: () => ({}), isPrivate }], onUse: () => {} };
    await expect(wayOut([], { models })).rejects.toThrow(/model provider a /);
  });
});

test('more requests at a time than a world may have are refused, and others are served again when they have ended', async () => {
  const path = `${pathOf('anthropic')}/v1/stream`;
  const streams = await Promise.all(
    Array.from({ length: 64 }, async () => {
      const asked = request({ socketPath: `${out.egress.folder}/s`, path }).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      response.on('error', () => {});
      return asked;
    }),
  );
  expect(await ask(path)).toMatchObject({ status: 503, body: 'Miyabi: There are 64 requests to models under way already.\n' });
  for (const asked of streams) asked.destroy();
  await use(64);
  expect((await ask(`${pathOf('anthropic')}/v1/messages`)).status).toBe(200);
});

const reason = reasonNotInside();
describe.skipIf(reason !== '')(`from inside of a world${reason === '' ? '' : ` (${reason})`}`, () => {
  test('a program uses the model by the variables it was told, and the key is nowhere inside', async () => {
    const script = `
      const everything = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name))
        .map((name) => fs.readFileSync('/proc/' + name + '/environ', 'latin1') + fs.readFileSync('/proc/' + name + '/cmdline', 'latin1')).join();
      fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY }, body: '{}' })
        .then((r) => r.text()).then((body) => console.log(body + everything));`;
    const said = await inside(out.egress, [process.execPath, '-e', script]);
    expect(said).toMatchObject({ code: 0, stderr: '' });
    expect(said.stdout).toContain('Hello.');
    expect(said.stdout).not.toContain(key);
    expect(upstream.seen.at(-1)?.headers['x-api-key']).toBe(key);
  });
});
