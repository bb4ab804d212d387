import fc from 'fast-check';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { readFirstWords } from './client-hello.ts';

/** What Node's own TLS says first. */
async function greeting(servername: string | undefined): Promise<Buffer> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ port, host: '127.0.0.1', ...(servername === undefined ? {} : { servername }), ALPNProtocols: ['http/1.1'] });
  client.on('error', () => client.destroy());
  const [socket] = (await once(server, 'connection')) as [import('node:net').Socket];
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  client.destroy();
  await once(server.close(), 'close');
  return bytes;
}

/** The same message in records of `size` bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(records);
}

describe('the greeting of a TLS client', () => {
  test('names the server, however it is cut into records', async () => {
    const hello = await greeting('allowed.test');
    expect(readFirstWords(hello)).toEqual({ kind: 'tls', serverName: 'allowed.test' });
    expect(readFirstWords(inRecords(hello, 200))).toEqual({ kind: 'tls', serverName: 'allowed.test' });
    expect(readFirstWords(Buffer.concat([hello, Buffer.from('what follows')]))).toEqual({ kind: 'tls', serverName: 'allowed.test' });
  });

  test('names none where none was given', async () => {
    expect(readFirstWords(await greeting(undefined))).toEqual({ kind: 'tls', serverName: undefined });
  });

  test('is unfinished until its last byte', async () => {
    const hello = await greeting('allowed.test');
    for (const length of [0, 1, 2, 4, 5, 6, 9, 100, hello.length - 1]) {
      expect(readFirstWords(hello.subarray(0, length))).toEqual({ kind: 'unfinished' });
    }
  });

  test('is malformed when lengths, records or names are not as they should be', async () => {
    const hello = await greeting('allowed.test');
    const at = hello.indexOf('allowed.test');
    const changed = (index: number, value: number): Buffer => Buffer.from(hello).fill(value, index, index + 1);
    const malformed = [changed(5, 2), changed(3, 255), changed(6, 1), changed(at - 1, 200), changed(at - 4, 200), inRecords(hello, 8)];
    expect(malformed.map((bytes) => readFirstWords(bytes).kind)).toEqual(malformed.map(() => 'malformed'));
  });

  test('two names in it are refused', async () => {
    const hello = await greeting('a.test');
    const at = hello.indexOf('a.test');
    // The one name of six bytes becomes two, an empty one and one of three bytes.
    const doubled = Buffer.from(hello);
    doubled.set([0, 0, 0, 0, 0, 3], at - 3);
    expect(readFirstWords(doubled).kind).toBe('malformed');
  });

  test('other protocols are told apart by their first bytes', () => {
    expect(
      ['SSH-2.0-x\r\n', 'GET / HTTP/1.1\r\n', '\x16\x01', '\0'].map((text) => readFirstWords(Buffer.from(text, 'latin1')).kind),
    ).toEqual(Array.from({ length: 4 }, () => 'other'));
  });

  test('whatever comes, it is one of the four, and never a throw', async () => {
    const hello = await greeting('allowed.test');
    const kinds = ['unfinished', 'other', 'tls', 'malformed'];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(hello.length - 1), fc.nat(255)), { maxLength: 8 }), fc.nat(hello.length), (changes, length) => {
        const bytes = Buffer.from(hello);
        for (const [index, value] of changes) bytes[index] = value;
        expect(kinds).toContain(readFirstWords(bytes.subarray(0, length)).kind);
      }),
    );
  });
});
