import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ask, defaultPatience } from './ask.ts';
import type { Begun } from './ask.ts';
import { createUpstream } from './upstream.ts';

interface Stand extends AsyncDisposable {
  ask(this: void, signal?: AbortSignal): Promise<Begun>;
}

async function standWith(listener: RequestListener): Promise<Stand> {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { request, close } = createUpstream({ name: 'local', url, isPrivate: true, credentials: () => ({}) }, async () => []);
  const limits = { requests: 1, tokens: 1, windowMs: 1 };
  const provider = { name: 'local', protocol: 'openai', limits, rateKey: 'local', request } as const;
  const asked = { provider, method: 'POST', path: '/', headers: [], body: Buffer.from('{}'), patience: defaultPatience };
  return {
    ask: (signal = new AbortController().signal) => ask({ ...asked, signal }),
    async [Symbol.asyncDispose]() {
      close();
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

const textOf = async ({ body }: Begun): Promise<string> => Buffer.concat(await Array.fromAsync(body)).toString();
const said = 'Hello, '.repeat(1_000);

test.each([
  ['gzip', gzipSync(said)],
  ['deflate', deflateSync(said)],
  ['br', brotliCompressSync(said)],
  ['identity', Buffer.from(said)],
])('an answer in %s, although we asked for none, is read and handed on plain', async (coding, bytes) => {
  await using stand = await standWith((_request, response) => {
    response.writeHead(200, { 'content-encoding': coding, 'content-length': bytes.length, 'x-request-id': 'r' }).end(bytes);
  });
  const begun = await stand.ask();
  const names = begun.headers.map(([name]) => name.toLowerCase());
  expect(names).toContain('x-request-id');
  expect(names.filter((name) => name === 'content-encoding' || name === 'content-length')).toEqual([]);
  expect(await textOf(begun)).toBe(said);
});

test('an answer that is not what it says it is, or only half of it, breaks off', async () => {
  const whole = gzipSync(said);
  for (const bytes of [Buffer.from(said), whole.subarray(0, 20)]) {
    await using stand = await standWith((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes);
    });
    await expect(textOf(await stand.ask())).rejects.toMatchObject({ name: 'BrokenOff', mayCost: true, failure: { kind: 'network' } });
  }
});

test('an answer that is left early ends at the provider, one that was read keeps its connection', async () => {
  const ends: Array<Promise<boolean>> = [];
  let connections = 0;
  await using stand = await standWith((request, response) => {
    if (request.socket.listenerCount('miyabi') === 0) connections += 1;
    request.socket.on('miyabi', () => {});
    ends.push(once(response, 'close').then(() => response.writableFinished));
    response.write('one');
    if (ends.length < 3) response.end('two');
  });
  expect([await textOf(await stand.ask()), await textOf(await stand.ask())]).toEqual(['onetwo', 'onetwo']);
  const { body } = await stand.ask();
  await body.next();
  await body.return();
  expect(await Promise.all(ends)).toEqual([true, true, false]);
  expect(connections).toBe(1);
});

test('the reason of a signal comes out as it is, before and amid an answer', async () => {
  const gone = new Error('gone');
  await using stand = await standWith((_request, response) => void response.write('one'));
  const before = new AbortController();
  const asking = stand.ask(before.signal);
  before.abort(gone);
  await expect(asking).rejects.toBe(gone);
  const amid = new AbortController();
  const { body } = await stand.ask(amid.signal);
  await body.next();
  const next = body.next();
  amid.abort(gone);
  await expect(next).rejects.toBe(gone);
});
