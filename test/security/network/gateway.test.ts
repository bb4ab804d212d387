import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { configuredProviders } from '../../../src/adapters/models/configured-providers.ts';
import type { ConfiguredProviders } from '../../../src/adapters/models/configured-providers.ts';
import { createModels } from '../../../src/adapters/models/models.ts';
import { createUpstream } from '../../../src/adapters/models/upstream.ts';
import { configSchema } from '../../../src/domain/config.ts';
import type { GatewayRequest } from '../../../src/ports/gateway.ts';
import { exchangeStand } from '../../support/models/exchange-stand.ts';
import type { ExchangeStand } from '../../support/models/exchange-stand.ts';
import { inside, reasonNotInside } from './inside.ts';
import { provider, said as hello } from './provider.ts';
import type { Provider } from './provider.ts';
import { wayOut } from './stand.ts';
import type { WayOut } from './stand.ts';

const key = `sk-canary-${createHash('sha256').update(String(process.pid)).digest('hex')}`;
let upstream: Provider;
let providers: ConfiguredProviders;
let stand: ExchangeStand;
let out: WayOut;
/** What the gateway handed on, in order; its signal aborts when the program has its answer, or has gone. */
const sent: Array<Parameters<GatewayRequest['send']>[0]> = [];

beforeAll(async () => {
  upstream = await provider();
  const at = `http://127.0.0.1:${upstream.port}`;
  const settings = { private: true, keyVariable: 'CANARY' };
  const { models: config } = configSchema.parse({
    models: {
      providers: {
        anthropic: { ...settings, protocol: 'anthropic', url: at },
        openai: { ...settings, protocol: 'openai', url: `http://localhost:${upstream.port}/v1/` },
        google: { ...settings, protocol: 'google', url: at },
        local: { ...settings, protocol: 'openai-chat', url: `${at}/v1` },
        rebound: { ...settings, protocol: 'anthropic', url: `http://rebound.test:${upstream.port}`, private: false },
        gone: { ...settings, protocol: 'anthropic', url: 'http://127.0.0.2:1' },
      },
      requestsPerMinute: 1_000_000,
      tokensPerMinute: 1_000_000_000,
    },
  });
  const environment = { CANARY: key };
  providers = configuredProviders(config, environment, async () => [{ address: '127.0.0.1', family: 4 }]);
  stand = await exchangeStand({ providers });
  const models = createModels({ config, environment, exchange: stand.exchange });
  const { routes, send } = models.gateway(['anthropic', 'openai', 'google', 'local', 'rebound', 'gone'], stand.caller());
  out = await wayOut([], {
    models: {
      routes,
      send: (handedOn) => {
        sent.push(handedOn);
        return send(handedOn);
      },
    },
  });
});
beforeEach(() => {
  sent.length = 0;
  stand.events.length = 0;
});
afterAll(async () => {
  await out[Symbol.asyncDispose]();
  await stand[Symbol.asyncDispose]();
  providers.close();
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

/** A call of a model; what it is called decides what is answered. */
const callOf = (model: string, more = ''): string => `{"model":"${model}","max_tokens":100,"messages":[]${more}}`;
const askModel = (model: string, route = 'anthropic'): Promise<Answer> =>
  ask(`${pathOf(route)}/v1/messages`, { method: 'POST', body: callOf(model) });

/** Begins a stream of events. */
async function stream(): Promise<{ readonly asked: ClientRequest; readonly response: IncomingMessage }> {
  const asked = request({ socketPath: `${out.egress.folder}/s`, path: `${pathOf('anthropic')}/v1/messages`, method: 'POST' });
  asked.end(callOf('stream', ',"stream":true'));
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  return { asked, response };
}

/** Until what was handed on for the n-th time has come to its end. */
async function ended(n = 1): Promise<void> {
  const signal = sent[n - 1]?.signal;
  if (signal?.aborted === false) await once(signal, 'abort');
}

describe('a model is used without its key', () => {
  test('the credential is put in, and what the program sent in its place does not arrive', async () => {
    const headers = {
      'x-api-key': 'mine',
      authorization: 'Bearer mine',
      cookie: 'mine=1',
      'x-goog-api-key': 'mine',
      'anthropic-version': '2023-06-01',
      'content-type': 'application/json',
    };
    const body = callOf('m');
    const answer = await ask(`${pathOf('anthropic')}/v1/messages?beta=true&key=mine&%6bey=mine`, { method: 'POST', headers, body });
    expect(answer).toMatchObject({ status: 200, body: hello });
    const arrived = upstream.seen.at(-1);
    expect(arrived).toMatchObject({ method: 'POST', url: '/v1/messages?beta=true', body });
    expect(arrived?.headers).toMatchObject({ 'x-api-key': key, 'anthropic-version': '2023-06-01', host: `127.0.0.1:${upstream.port}` });
    expect(JSON.stringify([arrived, sent])).not.toContain('mine');
    expect(stand.events).toMatchObject([{ type: 'answered', model: 'm', usage: { inputTokens: 5, outputTokens: 2 }, cached: false }]);
  });

  test('neither the key nor a cookie of the provider comes back, nor a way around us', async () => {
    const answer = await askModel('m');
    expect([answer.headers['set-cookie'], answer.headers['alt-svc']]).toEqual([undefined, undefined]);
    const told = sent.map(({ headers, path, provider: name }) => [headers, path, name]);
    expect(JSON.stringify([answer, out.egress.environment, out.decisions, told, stand.events])).not.toContain(key);
  });

  test('connections to the provider are kept for the next request', async () => {
    const before = upstream.connections();
    for (const model of ['m', 'm', 'm']) await askModel(model);
    expect(upstream.connections() - before).toBeLessThanOrEqual(1);
  });

  test('an address of the provider with a path keeps it, whether or not the program writes the version', async () => {
    for (const path of ['/responses', '/v1/responses']) {
      expect((await ask(`${pathOf('openai')}${path}`, { method: 'POST', body: callOf('m') })).status).toBe(200);
      expect(upstream.seen.at(-1)).toMatchObject({ url: '/v1/responses', headers: { authorization: `Bearer ${key}` } });
    }
  });

  test('what is only looked up comes by too, and costs nothing', async () => {
    expect((await ask(`${pathOf('openai')}/v1/models`)).status).toBe(200);
    expect(upstream.seen.at(-1)).toMatchObject({ method: 'GET', url: '/v1/models' });
    expect(stand.events).toEqual([]);
  });

  test('programs are told where to find it, and a key that opens nothing', () => {
    const { environment } = out.egress;
    expect(environment['ANTHROPIC_BASE_URL']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/anthropic$/);
    expect(environment['OPENAI_BASE_URL']).toBe(`${environment['MIYABI_GATEWAY_OPENAI']}/v1`);
    expect(environment['GOOGLE_GEMINI_BASE_URL']).toBe(environment['MIYABI_GATEWAY_GOOGLE']);
    const keys = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY'].map((name) => environment[name]);
    expect(keys).toEqual(['held-by-miyabi', 'held-by-miyabi', 'held-by-miyabi']);
  });
});

describe('what the provider says comes back as it is said', () => {
  test('events arrive one by one, each before the next is sent', async () => {
    const { response } = await stream();
    expect(response.headers['content-type']).toBe('text/event-stream');
    const whole = once(response, 'end');
    for (const each of ['1', '2', '3']) {
      expect(String((await once(response, 'data'))[0])).toBe(`data: ${each}\n\n`);
      if (each !== '3') upstream.next();
    }
    await whole;
  });

  test('a program that goes away ends the request at the provider', async () => {
    const { asked, response } = await stream();
    await once(response, 'data');
    asked.destroy();
    await upstream.left;
    await ended();
  });

  test('a program that does not read is waited for, and ends the answer when it leaves', async () => {
    let [pieces, isLeft] = [0, false];
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          pieces += 1;
          yield new Uint8Array(65_536);
        }
      } finally {
        isLeft = true;
      }
    }
    const routes = [{ name: 'a', protocol: 'anthropic', paths: ['/'] }] as const;
    await using other = await wayOut([], { models: { routes, send: async () => ({ status: 200, headers: [], body: endless() }) } });
    const { pathname: path } = new URL(other.egress.environment['MIYABI_GATEWAY_A'] ?? '');
    const asked = request({ socketPath: `${other.egress.folder}/s`, path }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.on('error', () => {});
    for (let seen = -1; seen !== pieces;) {
      seen = pieces;
      for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    }
    expect(pieces).toBeLessThan(100);
    asked.destroy();
    await expect.poll(() => isLeft).toBe(true);
  });

  test('a large request arrives whole', async () => {
    const body = callOf('m', `,"pad":"${'x'.repeat(3_000_000)}"`);
    expect(await ask(`${pathOf('anthropic')}/v1/messages`, { method: 'POST', body })).toMatchObject({ status: 200, body: hello });
    expect(upstream.seen.at(-1)?.body).toBe(body);
  });

  test('errors with their headers, redirects without being followed, early answers', async () => {
    expect(await askModel('limited')).toMatchObject({
      status: 429,
      headers: { 'retry-after': '90', 'x-should-retry': 'false' },
      body: '{"type":"error"}',
    });
    expect((await askModel('moved')).status).toBe(302);
    const pad = `,"pad":"${'x'.repeat(2_000_000)}"`;
    expect(await ask(`${pathOf('anthropic')}/v1/messages`, { method: 'POST', body: callOf('early', pad) })).toMatchObject({
      status: 413,
      body: 'too large',
    });
    expect(stand.events.map((event) => event.type === 'failed' && event.failure.kind)).toEqual(['used-up', 'unreadable', 'refused']);
  });

  test('an answer that breaks off breaks off, and is told as broken', async () => {
    await expect(askModel('broken')).rejects.toThrow(/aborted|ECONNRESET/);
    expect(stand.events).toMatchObject([{ type: 'failed', failure: { kind: 'network' } }, { type: 'answered' }]);
  });

  test('a provider that cannot be reached is said without what is behind it', async () => {
    const answer = await askModel('m', 'gone');
    expect(answer).toMatchObject({ status: 502, headers: { 'x-should-retry': 'false' } });
    expect(JSON.parse(answer.body)).toEqual({
      type: 'error',
      error: { type: 'miyabi_network', message: 'gone could not be asked (ECONNREFUSED).' },
    });
  });

  test('a body of more than 32 MiB is refused before anybody is asked', async () => {
    const seen = upstream.seen.length;
    const asked = request({ socketPath: `${out.egress.folder}/s`, path: `${pathOf('anthropic')}/v1/messages`, method: 'POST' });
    asked.on('error', () => {});
    asked.end(Buffer.alloc(33 * 1024 ** 2, ' '));
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    expect([response.statusCode, await text(response)]).toEqual([413, 'Miyabi: A request to a model may have 32 MiB.\n']);
    expect([upstream.seen.length, sent]).toEqual([seen, []]);
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
    ['a path that only begins like one that it serves', () => `${pathOf('openai')}/responsesx`],
    ['a path beside one that it serves', () => `${pathOf('openai')}/responses/../files`],
    ['the same, encoded', () => `${pathOf('openai')}/responses/%2e%2E/files`],
    ['an encoded slash', () => `${pathOf('openai')}/responses/..%2ffiles`],
    ['an encoded backslash', () => `${pathOf('openai')}/responses/..%5Cfiles`],
    ['something encoded twice', () => `${pathOf('openai')}/responses/%252e%252e/files`],
    ['a doubled slash', () => `${pathOf('openai')}//evil.test/responses`],
    ['a backslash', () => `${pathOf('openai')}/responses\\..\\files`],
    ['an answer that is kept at the provider', () => `${pathOf('openai')}/responses/resp_1`],
    ['calls in a batch, which nobody would count', () => `${pathOf('anthropic')}/v1/messages/batches`],
    ['a provider whose name leads into a private network', () => `${pathOf('rebound')}/v1/messages`],
  ];
  test.each(refusedPaths)('%s', async (_what, path) => {
    const before = upstream.connections();
    const seen = upstream.seen.length;
    const { status, body } = await ask(path(), { method: 'POST', body: callOf('m') });
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
  ])('a provider whose address is or has %s is refused before a world begins', (_what, url, isPrivate) => {
    expect(() => createUpstream({ name: 'a', url, isPrivate, credentials: () => ({}) }, async () => [])).toThrow(/model provider a /);
  });
});

test('more requests at a time than a world may have are refused, and others are served again when they have ended', async () => {
  const streams = await Promise.all(Array.from({ length: 64 }, stream));
  expect(await askModel('m')).toMatchObject({ status: 503, body: 'Miyabi: There are 64 requests to models under way already.\n' });
  for (const { asked } of streams) asked.destroy();
  for (let n = 1; n <= 64; n += 1) await ended(n);
  expect((await askModel('m')).status).toBe(200);
});

test('bodies that are held take up no more than a world may have, and are let go of with their requests', async () => {
  const held: AbortSignal[] = [];
  const send: GatewayRequest['send'] = async ({ signal }) => {
    held.push(signal);
    await once(signal, 'abort');
    throw signal.reason;
  };
  await using other = await wayOut([], { models: { routes: [{ name: 'a', protocol: 'anthropic', paths: ['/'] }], send } });
  const { pathname: path } = new URL(other.egress.environment['MIYABI_GATEWAY_A'] ?? '');
  const large = Buffer.alloc(32 * 1024 ** 2);
  const post = (): ClientRequest => {
    const asked = request({ socketPath: `${other.egress.folder}/s`, path, method: 'POST' });
    return asked.on('error', () => {}).end(large);
  };
  const first = [post(), post(), post(), post()];
  await expect.poll(() => held.length, { timeout: 10_000 }).toBe(4);
  const [refused] = (await once(post(), 'response')) as [IncomingMessage];
  expect([refused.statusCode, await text(refused)]).toEqual([
    503,
    'Miyabi: The requests to models that are under way take up all room there is for them.\n',
  ]);
  for (const asked of first) asked.destroy();
  await expect.poll(() => held.every(({ aborted }) => aborted)).toBe(true);
  const last = post();
  await expect.poll(() => held.length, { timeout: 10_000 }).toBe(5);
  last.destroy();
});

const reason = reasonNotInside();
describe.skipIf(reason !== '')(`from inside of a world${reason === '' ? '' : ` (${reason})`}`, () => {
  test('a program uses the model by the variables it was told, and the key is nowhere inside', async () => {
    const script = `
      const everything = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name))
        .map((name) => fs.readFileSync('/proc/' + name + '/environ', 'latin1') + fs.readFileSync('/proc/' + name + '/cmdline', 'latin1')).join();
      fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY }, body: ${JSON.stringify(callOf('m'))} })
        .then((r) => r.text()).then((body) => console.log(body + everything));`;
    const said = await inside(out.egress, [process.execPath, '-e', script]);
    expect(said).toMatchObject({ code: 0, stderr: '' });
    expect(said.stdout).toContain('Hello.');
    expect(said.stdout).not.toContain(key);
    expect(upstream.seen.at(-1)?.headers['x-api-key']).toBe(key);
  });
});
