import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freshPostgres, noPostgres } from '../../../../test/support/postgres.ts';
import { Connections } from './connections.ts';

const reason = noPostgres();

describe.skipIf(reason !== undefined)(`connections of a server that dies${reason === undefined ? '' : ` (left out: ${reason})`}`, () => {
  it('are lost to whoever uses them and to nobody else, also when it dies as soon as they are made', async () => {
    await using fresh = await freshPostgres();
    await using dying = await dyingOnceReady(fresh.url);
    const connections = new Connections({ url: dying.url, connectLimitMs: 5_000, answerLimitMs: 5_000 }, 1);
    try {
      // Nobody has it yet when it is lost: an error that nobody hears would end the program.
      await expect(connections.query({ text: 'select 1' })).rejects.toThrow(/connection|not queryable/i);
      expect(dying.deaths()).toBe(1);
      expect((await connections.query({ text: 'select 1 as one' })).rows).toEqual([{ one: 1 }]);
    } finally {
      await connections.close();
    }
  });
});

/** What a server says that was ready a moment ago (ReadyForQuery), and what one says whose parent is killed (ErrorResponse). */
const ready = Buffer.from('Z\0\0\0\u0005I', 'latin1');
const lastWords = errorResponse({ S: 'FATAL', V: 'FATAL', C: '57P01', M: 'terminating connection due to unexpected postmaster exit' });

/** https://www.postgresql.org/docs/current/protocol-message-formats.html */
function errorResponse(fields: Readonly<Record<string, string>>): Buffer {
  const body = Buffer.from(
    `${Object.entries(fields)
      .flatMap((field) => `${field.join('')}\0`)
      .join('')}\0`,
  );
  const head = Buffer.alloc(5);
  head.write('E');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** A way to a server on which the first connection dies in the very piece of bytes that says that it is ready. */
async function dyingOnceReady(url: string) {
  const { hostname, port } = new URL(url);
  let deaths = 0;
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    server.on('data', (bytes: Buffer) => {
      const dies = deaths === 0 && bytes.subarray(-ready.length).equals(ready);
      if (!dies) return void client.write(bytes);
      deaths += 1;
      client.end(Buffer.concat([bytes, lastWords]));
      server.destroy();
    });
    client.on('data', (bytes: Buffer) => void server.write(bytes));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const)
      one.on('error', () => undefined).on('close', () => (one === client ? other.destroy() : other.destroySoon()));
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const through = new URL(url);
  through.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    url: through.href,
    deaths: () => deaths,
    [Symbol.asyncDispose]: async () => {
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
