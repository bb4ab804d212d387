import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { IncomingMessage, RequestListener, RequestOptions, Server } from 'node:http';
import { connect, createServer as createNetServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { createProxy } from './proxy.ts';
import type { Answered } from './traffic.ts';
import { createUpstream } from './upstream.ts';
import type { Upstream } from './upstream.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listening(server: Server | ReturnType<typeof createNetServer>): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A proxy in front of what `release` answers; both can be changed while it runs. */
async function stand(first: RequestListener | Upstream | undefined, patienceMs = 5_000) {
  const counted: (Answered & { readonly release: number })[] = [];
  let serving: Upstream | undefined;
  const upstreamOf = async (listener: RequestListener | Upstream): Promise<Upstream> => {
    if (typeof listener !== 'function') return listener;
    const url = await listening(createServer(listener));
    return createUpstream(counted.length + 1, () => url);
  };
  serving = first === undefined ? undefined : await upstreamOf(first);
  const proxy = createProxy({ serving: () => serving, onAnswered: (release, one) => counted.push({ ...one, release }), patienceMs });
  const url = await listening(proxy);
  return {
    url,
    counted,
    upstream: () => serving,
    serve: (next: Upstream) => void (serving = next),
  };
}

async function ask(url: string, options: RequestOptions = {}, body?: string): Promise<IncomingMessage & { readonly text: string }> {
  const outgoing = request(url, options);
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return Object.assign(answer, { text: await text(answer) });
}

/** A port at which nobody listens. */
async function nowhere(): Promise<string> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

it('hands on a request as it is, and says who has asked', async () => {
  const at = await stand((incoming, response) => {
    response.writeHead(201, 'Made', { 'set-cookie': ['a=1', 'b=2'], 'x-own': 'yes' });
    incoming.pipe(
      response.on('pipe', () => response.write(JSON.stringify({ ...incoming.headers, url: incoming.url, method: incoming.method }))),
    );
  });
  const headers = { host: 'shop.example.org', 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
  const answer = await ask(`${at.url}/a%20b?c=d&c=e`, { method: 'POST', headers }, ' and the body');
  expect(answer).toMatchObject({ statusCode: 201, statusMessage: 'Made' });
  expect(answer.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-own': 'yes' });
  expect(answer.text.endsWith('} and the body')).toBe(true);
  expect(JSON.parse(answer.text.slice(0, answer.text.indexOf('}') + 1))).toMatchObject({
    method: 'POST',
    url: '/a%20b?c=d&c=e',
    host: 'shop.example.org',
    'x-forwarded-for': '203.0.113.7, 127.0.0.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'shop.example.org',
  });
  expect(at.counted).toMatchObject([{ kind: 'answered' }]);
});

it('keeps what means one connection to that connection, in both directions', async () => {
  let seen: IncomingMessage['headers'] = {};
  const at = await stand((incoming, response) => {
    seen = incoming.headers;
    response.writeHead(200, { connection: 'close, x-hop', 'x-hop': '1', 'x-end': '2', 'keep-alive': 'timeout=1' }).end('ok');
  });
  const headers = { connection: 'keep-alive, x-mine', 'x-mine': '1', te: 'trailers', 'proxy-authorization': 'secret', 'x-for-all': '2' };
  const answer = await ask(at.url, { headers, agent: new Agent({ keepAlive: true, maxSockets: 1 }) });
  expect(seen).toMatchObject({ 'x-for-all': '2' });
  for (const name of ['x-mine', 'te', 'proxy-authorization']) expect(seen).not.toHaveProperty(name);
  expect(answer.headers).toMatchObject({ 'x-end': '2', connection: 'keep-alive' });
  expect(answer.headers).not.toHaveProperty('x-hop');
  expect((await ask(at.url, { headers: { connection: 'close' }, agent: false })).headers.connection).toBe('close');
});

it('takes nothing away that frames a request, whatever its connection names', async () => {
  const at = await stand((incoming, response) => {
    response.setHeader('x-host', incoming.headers.host ?? '');
    incoming.pipe(response);
  });
  const headers = { host: 'shop.example.org', connection: 'content-length, host, x-forwarded-for', 'content-length': 8 };
  const answer = await ask(at.url, { method: 'POST', headers }, 'the body');
  expect(answer).toMatchObject({ statusCode: 200, text: 'the body' });
  expect(answer.headers['x-host']).toBe('shop.example.org');
});

it('uses its connections to a release again for what only reads', async () => {
  const ports = new Set<number | undefined>();
  const at = await stand((incoming, response) => {
    ports.add(incoming.socket.remotePort);
    response.end('ok');
  });
  for (let asked = 0; asked < 5; asked += 1) await ask(at.url);
  expect(ports.size).toBe(1);
  await ask(at.url, { method: 'POST' }, 'changes something');
  expect(ports.size).toBe(2);
});

it('hands on an answer piece by piece, without waiting for its end', async () => {
  const { promise: heard, resolve: hear } = Promise.withResolvers<void>();
  const at = await stand((_, response) => {
    response.write('data: one\n\n');
    void heard.then(() => response.end('data: two\n\n'));
  });
  const outgoing = request(at.url);
  outgoing.end();
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  answer.setEncoding('utf8');
  const [piece] = (await once(answer, 'data')) as [string];
  expect(piece).toBe('data: one\n\n');
  hear();
  expect(await text(answer)).toBe('data: two\n\n');
});

it('carries a WebSocket, and cuts it when its release has to go', async () => {
  const server = createServer();
  server.on('upgrade', (incoming, socket) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nx-for: ${String(incoming.headers['x-forwarded-for'])}\r\n\r\n`,
    );
    socket.on('error', () => undefined).pipe(socket);
  });
  const url = await listening(server);
  const upstream = createUpstream(1, () => url);
  const at = await stand(upstream);
  const outgoing = request(`${at.url}/live`, { headers: { connection: 'Upgrade', upgrade: 'websocket' } });
  outgoing.end();
  const [answer, socket] = (await once(outgoing, 'upgrade')) as [IncomingMessage, Socket];
  expect(answer.headers['x-for']).toBe('127.0.0.1');
  socket.write('to and fro');
  expect(String((await once(socket, 'data'))[0])).toBe('to and fro');
  const closed = once(socket, 'close');
  await upstream.drained(20);
  await closed;
  expect(at.counted).toMatchObject([{ kind: 'answered' }]);
});

it('says plainly that nothing is deployed, that the service cannot be reached, and that it is late', async () => {
  const none = await stand(undefined);
  expect(await ask(none.url)).toMatchObject({ statusCode: 503, text: 'Nothing is deployed here at the moment.\n' });
  expect(none.counted).toEqual([]);
  const away = await nowhere();
  const unreachable = await stand(createUpstream(4, () => away));
  expect(await ask(unreachable.url)).toMatchObject({ statusCode: 502, text: 'The service cannot be reached.\n' });
  expect(unreachable.counted).toEqual([{ kind: 'failed', release: 4 }]);
  const late = await stand(() => undefined, 100);
  expect(await ask(late.url)).toMatchObject({ statusCode: 504, text: 'The service did not answer in time.\n' });
  expect(late.counted).toMatchObject([{ kind: 'failed' }]);
});

it('does not count health checks of our own', async () => {
  const at = await stand((_, response) => void response.writeHead(503).end('ill'));
  expect((await ask(at.url, { headers: { 'user-agent': 'miyabi' } })).statusCode).toBe(503);
  expect(at.counted).toEqual([]);
  expect((await ask(at.url, { headers: { 'user-agent': 'curl' } })).statusCode).toBe(503);
  expect(at.counted).toHaveLength(1);
});

it('counts 5xx and what is broken off as failures of the release, and what the user gives up as nobody’s', async () => {
  const broken = await stand((incoming, response) => {
    if (incoming.url === '/500') return void response.writeHead(500).end('no');
    response.writeHead(200, { 'content-length': 100 });
    response.write('half');
    if (incoming.url === '/cut') setImmediate(() => response.destroy());
  });
  expect(await ask(`${broken.url}/500`)).toMatchObject({ statusCode: 500, text: 'no' });
  await expect(ask(`${broken.url}/cut`)).rejects.toThrow('aborted');
  await expect.poll(() => broken.counted).toMatchObject([{ kind: 'failed' }, { kind: 'failed' }]);

  const { promise: asked, resolve: arrive } = Promise.withResolvers<void>();
  const { promise: gone, resolve: leave } = Promise.withResolvers<void>();
  const slow = await stand((incoming) => {
    arrive();
    incoming.socket.once('close', () => leave());
  });
  const given = request(slow.url).on('error', () => undefined);
  given.end();
  await asked;
  given.destroy();
  await gone;
  expect(slow.counted).toEqual([]);
});

it('hands a request that could not be handed over to whoever serves by then, but never one with a body', async () => {
  let asked = 0;
  const url = await listening(
    createServer((incoming, response) => {
      asked += 1;
      response.end(incoming.method);
    }),
  );
  const next = createUpstream(2, () => url);
  const away = await nowhere();
  const at = await stand(undefined);
  /** The switch happens when the old one has been chosen. */
  const leaving = createUpstream(1, () => {
    at.serve(next);
    return away;
  });
  at.serve(leaving);
  expect(await ask(at.url, { method: 'DELETE' })).toMatchObject({ statusCode: 200, text: 'DELETE' });
  expect(at.counted).toMatchObject([{ kind: 'answered', release: 2 }]);
  at.serve(leaving);
  expect(await ask(at.url, { method: 'POST' }, 'body')).toMatchObject({ statusCode: 502 });
  expect(asked).toBe(1);
});

it('asks again where a connection that was kept open turns out to be closed, but only what reads', async () => {
  const seen: string[] = [];
  const server = createNetServer((socket) => {
    let answered = 0;
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      seen.push(String(data).slice(0, 4).trim());
      // Each connection answers once and is reset at the next request, as if that had met its end.
      if (answered > 0) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      answered += 1;
    });
  });
  const url = await listening(server);
  const at = await stand(createUpstream(1, () => url));
  expect((await ask(at.url)).statusCode).toBe(200);
  expect((await ask(at.url)).statusCode).toBe(200);
  expect(seen).toEqual(['GET', 'GET', 'GET']);
  expect((await ask(at.url, { method: 'POST' }, 'x')).statusCode).toBe(200);
  expect(seen.filter((method) => method === 'POST')).toHaveLength(1);
  expect(at.counted.every(({ kind }) => kind === 'answered')).toBe(true);
});

it('lets a request end that has begun, and waits for it no longer than it may', async () => {
  const arrivals: (() => void)[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const at = await stand((incoming, response) => {
    if (incoming.url === '/ends') void released.then(() => response.end('whole'));
    arrivals.shift()?.();
  });
  const arrived = () => new Promise<void>((resolve) => void arrivals.push(resolve));
  const begun = arrived();
  const answer = ask(`${at.url}/ends`);
  await begun;
  const drained = at.upstream()?.drained(10_000);
  release();
  expect((await answer).text).toBe('whole');
  await drained;

  const begunToo = arrived();
  const never = ask(`${at.url}/never`);
  await begunToo;
  const began = performance.now();
  await at.upstream()?.drained(30);
  expect(performance.now() - began).toBeGreaterThanOrEqual(25);
  expect((await never).statusCode).toBe(502);
});

it('refuses what could be read in two ways, and goes on with others', async () => {
  const seen: string[] = [];
  const at = await stand((incoming, response) => {
    seen.push(incoming.url ?? '');
    response.end('ok');
  });
  const socket = connect(Number(new URL(at.url).port), '127.0.0.1');
  socket.end(
    'POST /outer HTTP/1.1\r\nHost: a\r\nContent-Length: 30\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n',
  );
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
  expect((await ask(`${at.url}/other`)).text).toBe('ok');
  expect(seen).not.toContain('/smuggled');
});
