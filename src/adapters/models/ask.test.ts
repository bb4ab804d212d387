import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ask, defaultPatience } from './ask.ts';
import type { Begun } from './ask.ts';
import { createUpstream } from './upstream.ts';

const key = 'sk-local-5d0b2f61c3';

interface Stand extends AsyncDisposable {
  ask(this: void, signal?: AbortSignal): Promise<Begun>;
}

async function standWith(listener: RequestListener): Promise<Stand> {
  const server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = (): Record<string, string> => ({ authorization: `Bearer ${key}` });
  const { request, secrets, close } = createUpstream({ name: 'local', url, isPrivate: true, credentials }, async () => []);
  const limits = { requests: 1, tokens: 1, windowMs: 1 };
  const provider = { name: 'local', protocol: 'openai', limits, rateKey: 'local', request, secrets } as const;
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

test('a key that the provider repeats is in no header and no piece of its answer, wherever it is cut', async () => {
  const text = `{"error":"Incorrect API key provided: ${key}","headers":{"authorization":"Bearer ${key}"},"begins":"${key.slice(0, 9)}"}${key.slice(0, 4)}`;
  for (let pieceLength = 1; pieceLength < 60; pieceLength += 7) {
    await using stand = await standWith(async (_request, response) => {
      response.writeHead(401, { 'x-debug': `Bearer ${key}`, location: `https://elsewhere.example/?key=${key}` });
      for (let at = 0; at < text.length; at += pieceLength) {
        response.write(text.slice(at, at + pieceLength));
        await new Promise(setImmediate);
      }
      response.end();
    });
    const begun = await stand.ask();
    expect(JSON.stringify(begun.headers)).not.toContain(key);
    expect(await textOf(begun)).toBe(text.replaceAll(key, '*'.repeat(key.length)));
  }
});

test('an answer is not held back for what only might become a key', async () => {
  await using stand = await standWith((_request, response) => {
    response.writeHead(200).write('data: all of it is here, sk\n\n');
  });
  const { body } = await stand.ask();
  expect(Buffer.from((await body.next()).value ?? []).toString()).toBe('data: all of it is here, sk\n\n');
  await body.return();
});
