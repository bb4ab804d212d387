import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { localServer, readAll, wayOut } from '../../../../test/security/network/stand.ts';

const connectTo = (port: number): string => `CONNECT localhost:${port} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

interface TcpServer extends AsyncDisposable {
  readonly port: number;
}
async function tcpServer(server: Server): Promise<TcpServer> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      if (server.listening) await once(server.close(), 'close');
    },
  };
}

describe('a tunnel', () => {
  test('carries a megabyte each way, what was sent ahead of the answer included, and counts it', async () => {
    await using echo = await tcpServer(createServer((socket) => socket.pipe(socket)));
    await using out = await wayOut([`localhost:${echo.port}`]);
    const client = out.socket();
    const answer = readAll(client);
    const data = Buffer.alloc(1_000_000, 'x');
    client.write(Buffer.concat([Buffer.from(connectTo(echo.port)), data]));
    client.end();
    expect((await answer).toString().split('\r\n\r\n')[1]).toHaveLength(data.length);
    expect(out.egress.traffic()).toEqual({ sentBytes: data.length, receivedBytes: data.length });
    expect(out.egress.contacted()).toEqual([`localhost:${echo.port}`]);
  });

  test('lets one side go on when the other has said everything', async () => {
    // Answers only after the end of the question.
    const late = createServer({ allowHalfOpen: true }, (socket) => {
      socket.resume();
      socket.once('end', () => socket.end('the answer'));
    });
    await using target = await tcpServer(late);
    await using out = await wayOut([`localhost:${target.port}`]);
    const client = out.socket();
    client.end(`${connectTo(target.port)}the question`);
    expect((await readAll(client)).toString()).toMatch(/the answer$/);
  });

  test('ends when the target resets it, when the program goes, and when nobody has said anything for too long', async () => {
    const resetting = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    await using broken = await tcpServer(resetting);
    const silent = createServer((socket) => socket.resume());
    await using target = await tcpServer(silent);
    await using out = await wayOut([`localhost:${broken.port}`, `localhost:${target.port}`], { limits: { idleMs: 100 } });

    const first = out.socket();
    first.write(`${connectTo(broken.port)}go`);
    await readAll(first);

    const gone = once(silent, 'connection').then(([socket]) => once(socket as NodeJS.EventEmitter, 'close'));
    const second = out.socket();
    second.write(connectTo(target.port));
    await once(second, 'data');
    second.destroy();
    await gone;

    const third = out.socket();
    third.write(connectTo(target.port));
    expect((await readAll(third)).toString()).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('goes no faster than its reader', async () => {
    let written = 0;
    const pouring = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      const more = (): void => {
        while (socket.writable && socket.write(Buffer.alloc(65_536))) written += 65_536;
      };
      socket.on('drain', more);
      more();
    });
    await using target = await tcpServer(pouring);
    await using out = await wayOut([`localhost:${target.port}`], { limits: { idleMs: 300 } });
    const poured = new Promise((resolve) => pouring.once('connection', (socket) => socket.once('close', resolve)));
    const client = out.socket();
    client.write(connectTo(target.port));
    // Nothing is read: the idle limit passes without a byte, which could not be if somebody took everything in.
    await poured;
    client.destroy();
    expect(written).toBeLessThan(64_000_000);
  });
});

describe('the end of a way out', () => {
  test('ends every connection, removes the socket, and waits for nobody', async () => {
    const holding = createServer((socket) => socket.resume());
    await using target = await tcpServer(holding);
    const out = await wayOut([`localhost:${target.port}`, 'silent.test:443'], { resolve: () => new Promise(() => {}) });
    const [tunnelled, resolving, idle] = [out.socket(), out.socket(), out.socket()];
    resolving.write('CONNECT silent.test:443 HTTP/1.1\r\nHost: silent.test\r\n\r\n');
    tunnelled.write(connectTo(target.port));
    await Promise.all([once(tunnelled, 'data'), once(resolving, 'connect'), once(idle, 'connect')]);
    expect(statSync(out.egress.folder).mode & 0o777).toBe(0o700);
    expect(Buffer.byteLength(`${out.egress.folder}/s`)).toBeLessThan(104);
    const ended = Promise.all([tunnelled, resolving, idle].map(readAll));
    await out[Symbol.asyncDispose]();
    await ended;
    expect(existsSync(out.egress.folder)).toBe(false);
  });
});

describe('a way out on the loopback of the machine', () => {
  test('serves whoever knows the password, as programs are told it, and nobody else', async () => {
    await using target = await localServer((_request, response) => response.end('reached'));
    await using out = await wayOut([`localhost:${target.port}`], { listen: 'loopback' });
    const proxy = new URL(out.egress.environment['HTTPS_PROXY'] ?? '');
    expect(out.egress.bridged(['true'], { nodePath: process.execPath })).toEqual(['true']);
    expect(await out.say(connectTo(target.port))).toMatch(/^HTTP\/1\.1 407 .*Basic realm/s);
    expect(await out.say(connectTo(target.port).replace('\r\n\r\n', '\r\nProxy-Authorization: Basic d29ybGQ6eA==\r\n\r\n'))).toMatch(
      /^HTTP\/1\.1 407 /,
    );
    expect(target.connections()).toBe(0);

    const credentials = Buffer.from(`${proxy.username}:${proxy.password}`).toString('base64');
    const asked = request({
      host: proxy.hostname,
      port: proxy.port,
      path: `http://localhost:${target.port}/`,
      headers: { host: `localhost:${target.port}`, 'proxy-authorization': `Basic ${credentials}` },
    }).end();
    const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
    expect(response.statusCode).toBe(200);
    response.resume();
    await once(response, 'end');
  });
});
