import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchangeStand } from '../../support/models/exchange-stand.ts';
import type { ExchangeStand } from '../../support/models/exchange-stand.ts';
import { wayOut } from './stand.ts';
import type { WayOut } from './stand.ts';

let answer = '';
const server = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.once('data', () => socket.end(answer, 'latin1'));
});
let out: WayOut;
let stand: ExchangeStand;
let port = 0;
let key = (): string => 'secret-key';

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ({ port } = server.address() as AddressInfo);
  stand = await exchangeStand({ addresses: { a: { protocol: 'anthropic', url: `http://localhost:${port}` } }, key: () => key() });
  out = await wayOut([`localhost:${port}`], {
    models: {
      routes: [{ name: 'a', protocol: 'anthropic', paths: ['/v1/models'] }],
      send: (request) => stand.exchange.send({ ...request, delivery: 'streamed' }, stand.caller()),
    },
  });
});
afterAll(async () => {
  await out[Symbol.asyncDispose]();
  await stand[Symbol.asyncDispose]();
  await once(server.close(), 'close');
});

const gatewayPath = (): string => new URL(out.egress.environment['MIYABI_GATEWAY_A'] ?? '').pathname;
const plain = (): Promise<string> =>
  out.say(`GET http://localhost:${port}/ HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`);
const model = (): Promise<string> => out.say(`GET ${gatewayPath()}/v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);

describe('an answer from outside that is not as HTTP says ends its request and nothing else', () => {
  test.each([
    ['a status below all', 'HTTP/1.1 001 Low\r\nContent-Length: 0\r\n\r\n'],
    ['a protocol that changes', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
    ['no HTTP', 'hello\r\n\r\n'],
    ['a header with control characters', 'HTTP/1.1 200 OK\r\nX: a\x01b\r\nContent-Length: 0\r\n\r\n'],
    ['both lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['headers that are too long', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`],
    ['nothing', ''],
  ])('%s', async (_what, bytes) => {
    answer = bytes;
    for (const said of [await plain(), await model()]) {
      expect(said).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
      expect(said).not.toContain('secret-key');
    }
    answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
    expect(await plain()).toMatch(/\r\n\r\nok$/);
    // In pieces: its length is not known while it comes.
    expect(await model()).toMatch(/\r\n\r\n2\r\nok\r\n0\r\n\r\n$/);
  });

  test('words after the status that must not be written are left out', async () => {
    answer = 'HTTP/1.1 200 O\x01K\x7f\r\nContent-Length: 0\r\n\r\n';
    for (const said of [await plain(), await model()]) expect(said).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  test('a key that cannot be had, or cannot be a header, is said without the key', async () => {
    answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
    for (const broken of [
      () => 'secret-key\r\nX: y',
      (): string => {
        throw new Error('secret-key is locked');
      },
    ]) {
      key = broken;
      stand.events.length = 0;
      const said = await model();
      expect(said).toMatch(/^HTTP\/1\.1 401 .*The key of a cannot be had, or cannot be sent\./s);
      expect([said, JSON.stringify(stand.events)].join()).not.toContain('secret-key');
      expect(stand.events).toMatchObject([{ type: 'failed', failure: { kind: 'no-key' } }]);
    }
  });
});
