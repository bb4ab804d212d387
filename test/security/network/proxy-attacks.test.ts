import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { localServer, readAll, wayOut } from './stand.ts';
import type { LocalServer, WayOut } from './stand.ts';

let target: LocalServer;
let out: WayOut;
const asked: string[] = [];
const bodies: string[] = [];

beforeAll(async () => {
  target = await localServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.host}`);
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.end('from the target');
    });
  });
  // Every name resolves to the target, which is let in by its IP address: what is refused here is refused for how it was asked.
  out = await wayOut(['allowed.test:PORT', 'xn--bcher-kva.test:PORT', '127.0.0.1:PORT'].map(withPort), {
    resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    limits: { connections: 8, headerBytes: 4_096 },
  });
});
afterAll(async () => {
  await out[Symbol.asyncDispose]();
  await target[Symbol.asyncDispose]();
});

function withPort(text: string): string {
  return text.replaceAll('PORT', String(target.port));
}
const connectTo = (authority: string): string => `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;
const get = (url: string, host: string, more = ''): string => `GET ${url} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`;

describe('what is on the list is reached', () => {
  test.each([
    ['a tunnel', 'allowed.test:PORT'],
    ['letters in upper case', 'ALLOWED.Test:PORT'],
    ['one dot at the end', 'allowed.test.:PORT'],
    ['punycode', 'XN--bcher-kva.test:PORT'],
    ['an IP address that is listed itself', '127.0.0.1:PORT'],
  ])('%s', async (_what, authority) => {
    const answer = await out.say(connectTo(withPort(authority)) + get('/tunnel', 'allowed.test'));
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*from the target/s);
    expect(out.egress.contacted()).toContain(withPort(authority).toLowerCase().replace('test.:', 'test:'));
  });

  test('a plain http request, with the Host header that belongs to it and without what is meant for the proxy', async () => {
    const url = withPort('http://allowed.test:PORT/path?query');
    const answer = await out.say(
      get(url, withPort('allowed.test:PORT'), 'Proxy-Authorization: Basic abc\r\nProxy-Connection: keep-alive\r\n'),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*from the target/s);
    expect(asked.at(-1)).toBe(withPort('GET /path?query allowed.test:PORT'));
  });

  test('a body is handed on as it is', async () => {
    const url = withPort('http://allowed.test:PORT/post');
    const host = withPort('allowed.test:PORT');
    await out.say(`POST ${url} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello`);
    expect(bodies.at(-1)).toBe('hello');
    await out.say(
      `POST ${url} HTTP/1.1\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nagain\r\n0\r\n\r\n`,
    );
    expect(bodies.at(-1)).toBe('again');
  });
});

/** Each is one request that must not reach anything, with CONNECT. */
const authorities: ReadonlyArray<readonly [what: string, authority: string]> = [
  ['another host', 'evil.test:PORT'],
  ['another port', 'allowed.test:1'],
  ['a subdomain', 'sub.allowed.test:PORT'],
  ['the parent domain', 'test:PORT'],
  ['a host that ends like an allowed one', 'notallowed.test:PORT'],
  ['a host that begins like an allowed one', 'allowed.test.evil.test:PORT'],
  ['no port', 'allowed.test'],
  ['an empty port', 'allowed.test:'],
  ['port 0', 'allowed.test:0'],
  ['a port with a zero before it', 'allowed.test:0PORT'],
  ['a port with a sign', 'allowed.test:+PORT'],
  ['a port with a space', 'allowed.test: PORT'],
  ['a port in hexadecimal', 'allowed.test:0x50'],
  ['a port that is the right one modulo 65,536', 'allowed.test:165536'],
  ['two ports', 'allowed.test:PORT:PORT'],
  ['a user name', 'allowed.test:PORT@evil.test:PORT'],
  ['a user name before an allowed host', 'evil@allowed.test:PORT'],
  ['NUL', 'evil.test\0.allowed.test:PORT'],
  ['NUL after the host', 'allowed.test\0:PORT'],
  ['percent encoding', 'allowed%2etest:PORT'],
  ['an encoded NUL', 'evil.test%00allowed.test:PORT'],
  ['two dots at the end', 'allowed.test..:PORT'],
  ['a dot before', '.allowed.test:PORT'],
  ['a wildcard', '*.test:PORT'],
  ['a slash', 'allowed.test/:PORT'],
  ['a backslash', 'evil.test\\allowed.test:PORT'],
  ['a fragment', 'evil.test#allowed.test:PORT'],
  ['a query', 'evil.test?allowed.test:PORT'],
  ['a scheme', 'http://allowed.test:PORT'],
  ['a tab', 'allowed.test\t:PORT'],
  ['letters that only look alike', 'аllowed.test:PORT'],
  ['full-width letters', 'ａllowed.test:PORT'],
  ['an ideographic full stop', 'allowed。test:PORT'],
  ['IDN that was not converted', 'bücher.test:PORT'],
  ['a soft hyphen', 'allo\u00adwed.test:PORT'],
  ['an IP address that is not listed', '127.0.0.2:PORT'],
  ['a decimal IP address', '2130706433:PORT'],
  ['a hexadecimal IP address', '0x7f000001:PORT'],
  ['an octal IP address', '0177.0.0.1:PORT'],
  ['a short IP address', '127.1:PORT'],
  ['the unspecified IP address', '0.0.0.0:PORT'],
  ['zero', '0:PORT'],
  ['IPv6 loopback', '[::1]:PORT'],
  ['an IPv4 address in IPv6', '[::ffff:127.0.0.1]:PORT'],
  ['an IPv4 address in IPv6, in hexadecimal', '[::ffff:7f00:1]:PORT'],
  ['an IPv6 address with a zone', '[fe80::1%25lo]:PORT'],
  ['an IPv6 address without brackets', '::1:PORT'],
  ['localhost', 'localhost:PORT'],
  ['the metadata of clouds', '169.254.169.254:80'],
  ['the metadata of clouds over IPv6', '[fd00:ec2::254]:80'],
  ['a name that leads to an IP address', '127.0.0.1.nip.io:PORT'],
  ['nothing', ':PORT'],
  ['a name that is too long', `${'a'.repeat(1_000)}.test:PORT`],
];

/** Each is a whole request, byte for byte. */
const requests: ReadonlyArray<readonly [what: string, request: string]> = [
  ['another host in a URL', get('http://evil.test:PORT/', 'evil.test:PORT')],
  ['an allowed URL for another Host header', get('http://allowed.test:PORT/', 'evil.test:PORT')],
  ['another URL for an allowed Host header', get('http://evil.test:PORT/', 'allowed.test:PORT')],
  ['an allowed URL for a Host header with another port', get('http://allowed.test:PORT/', 'allowed.test:1')],
  ['a user name in a URL', get('http://allowed.test:PORT@evil.test:PORT/', 'evil.test:PORT')],
  ['a user name before an allowed host in a URL', get('http://me:secret@allowed.test:PORT/', 'allowed.test:PORT')],
  ['an allowed host without its port', get('http://allowed.test/', 'allowed.test')],
  ['https without a tunnel', get('https://allowed.test:PORT/', 'allowed.test:PORT')],
  ['ftp', get('ftp://allowed.test:PORT/', 'allowed.test:PORT')],
  ['a file', get('file:///etc/passwd', 'allowed.test:PORT')],
  ['a path of our own', get('/', 'allowed.test:PORT')],
  ['a path that begins like a host', get('//allowed.test:PORT/', 'allowed.test:PORT')],
  ['a backslash in a URL', get('http://evil.test:PORT\\@allowed.test:PORT/', 'allowed.test:PORT')],
  ['a fragment in a URL', get('http://evil.test:PORT#@allowed.test:PORT/', 'allowed.test:PORT')],
  ['a space in a URL', get('http://allowed.test:PORT/ HTTP/1.1\r\nHost: evil.test', 'allowed.test:PORT').replace('HTTP/1.1\r\n', '')],
  ['two Host headers', get('http://allowed.test:PORT/', 'allowed.test:PORT', 'Host: evil.test:PORT\r\n')],
  ['two Host headers that agree', get('http://allowed.test:PORT/', 'allowed.test:PORT', 'host: allowed.test:PORT\r\n')],
  ['two Host headers for a tunnel', 'CONNECT allowed.test:PORT HTTP/1.1\r\nHost: allowed.test:PORT\r\nHost: evil.test:PORT\r\n\r\n'],
  ['no Host header', 'GET http://allowed.test:PORT/ HTTP/1.1\r\n\r\n'],
  ['a Host header that is folded', get('http://allowed.test:PORT/', 'allowed.test:PORT\r\n evil.test')],
  ['a space before the colon of a header', get('http://allowed.test:PORT/', 'allowed.test:PORT', 'Host : evil.test:PORT\r\n')],
  [
    'both lengths',
    'POST http://allowed.test:PORT/ HTTP/1.1\r\nHost: allowed.test:PORT\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET',
  ],
  [
    'two lengths',
    'POST http://allowed.test:PORT/ HTTP/1.1\r\nHost: allowed.test:PORT\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nhello',
  ],
  ['a length with a sign', 'POST http://allowed.test:PORT/ HTTP/1.1\r\nHost: allowed.test:PORT\r\nContent-Length: +4\r\n\r\nhello'],
  [
    'an unknown transfer encoding',
    'POST http://allowed.test:PORT/ HTTP/1.1\r\nHost: allowed.test:PORT\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n',
  ],
  ['a line feed alone between headers', 'GET http://allowed.test:PORT/ HTTP/1.1\nHost: allowed.test:PORT\n\n'],
  ['a carriage return alone in a header', get('http://allowed.test:PORT/', 'allowed.test:PORT', 'X: a\rHost: evil.test\r\n')],
  ['NUL in a header', get('http://allowed.test:PORT/', 'allowed.test:PORT', 'X: a\0b\r\n')],
  ['headers that are too long', get('http://allowed.test:PORT/', 'allowed.test:PORT', `X: ${'a'.repeat(5_000)}\r\n`)],
  ['a URL that is too long', get(`http://allowed.test:PORT/${'a'.repeat(5_000)}`, 'allowed.test:PORT')],
  ['an unknown version', 'GET http://allowed.test:PORT/ HTTP/3.7\r\nHost: allowed.test:PORT\r\n\r\n'],
  ['SOCKS 5', '\x05\x01\x00'],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
];

describe('what is not on the list is not reached, however it is asked for', () => {
  test.each(authorities)('a tunnel: %s', async (_what, authority) => {
    await isRefused(Buffer.from(connectTo(withPort(authority)), 'utf8').toString('latin1'));
  });
  test.each(requests)('a request: %s', async (_what, request) => {
    await isRefused(withPort(request));
  });

  async function isRefused(request: string): Promise<void> {
    const before = { connections: target.connections(), contacted: out.egress.contacted(), decisions: out.decisions.length };
    const client = out.socket();
    // What follows a refused request must not get through either.
    client.end(request + get('/smuggled', 'allowed.test'), 'latin1');
    const answer = (await readAll(client)).toString('latin1');
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d [^\r\n]*\r\n/);
    expect(answer).not.toMatch(/HTTP\/1\.1 [^4]/);
    expect({ connections: target.connections(), contacted: out.egress.contacted() }).toEqual({
      connections: before.connections,
      contacted: before.contacted,
    });
    const told = out.decisions.slice(before.decisions);
    expect(told.filter((decision) => decision.allowed)).toEqual([]);
    for (const { host, why } of told) expect(host + why).toMatch(/^[\x20-\x7e]{1,400}$/);
  }

  test('a refusal says what to do', async () => {
    expect(await out.say(connectTo('evil.test:443'))).toMatch(
      /^HTTP\/1\.1 403 Not in sandbox\.allow\r\n.*This world may not reach evil\.test:443\. To allow it, add "evil\.test:443" to sandbox\.allow/s,
    );
    expect(out.decisions.at(-1)).toEqual({ allowed: false, host: 'evil.test', port: 443, why: 'not on the list' });
  });

  test('a second request on a connection is judged by itself', async () => {
    const url = withPort('http://allowed.test:PORT/first');
    const first = `GET ${url} HTTP/1.1\r\nHost: ${withPort('allowed.test:PORT')}\r\n\r\n`;
    const answer = await out.say(first + get('http://evil.test:80/second', 'evil.test'));
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*HTTP\/1\.1 403 /s);
  });

  test('headers that a request calls hop-by-hop cannot take the length of its body away', async () => {
    const url = withPort('http://allowed.test:PORT/length');
    const before = asked.length;
    await out.say(
      `POST ${url} HTTP/1.1\r\nHost: ${withPort('allowed.test:PORT')}\r\nContent-Length: 40\r\nConnection: close, content-length, host\r\n\r\n${'GET /inner HTTP/1.1\r\nHost: x\r\n\r\n'.padEnd(40)}`,
    );
    expect(asked.slice(before)).toEqual([withPort('POST /length allowed.test:PORT')]);
  });
});

test('more connections than a world may have are not served, and this is told', async () => {
  const held = Array.from({ length: 8 }, () => out.socket());
  await Promise.all(held.map((socket) => once(socket, 'connect')));
  // The server has taken a connection when it has answered over it.
  await Promise.all(
    held.map(async (socket) => {
      socket.write(connectTo(withPort('allowed.test:PORT')));
      await once(socket, 'data');
    }),
  );
  expect(await out.say(connectTo('evil.test:443'))).toBe('');
  expect(out.decisions.at(-1)).toMatchObject({ allowed: false, why: 'more than 8 connections at the same time' });
  for (const socket of held) socket.destroy();
});

test('many requests over one connection do not become more connections to the outside than a world may have', async () => {
  let most = 0;
  let open = 0;
  const holding = createServer((socket) => {
    open += 1;
    most = Math.max(most, open);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => (open -= 1));
    socket.resume();
  });
  await once(holding.listen(0, '127.0.0.1'), 'listening');
  const { port } = holding.address() as AddressInfo;
  await using narrow = await wayOut([`localhost:${port}`], { limits: { connections: 4 } });
  const client = narrow.socket();
  client.write(`GET http://localhost:${port}/ HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`.repeat(100));
  await vi.waitUntil(() => narrow.decisions.length === 100);
  expect(narrow.decisions.filter(({ allowed }) => !allowed).map(({ why }) => why)).toEqual(
    Array.from({ length: 96 }, () => 'more than 4 connections at the same time'),
  );
  expect(most).toBeLessThanOrEqual(4);
  client.destroy();
  await narrow[Symbol.asyncDispose]();
  await once(holding.close(), 'close');
});
