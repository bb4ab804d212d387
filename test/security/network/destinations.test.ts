import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { specialMeaning } from '../../../src/adapters/network/special-addresses.ts';
import { localServer, wayOut } from './stand.ts';

describe('what an allowed name may lead to', () => {
  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '104.16.3.34',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '192.167.255.255',
    '223.255.255.255',
    '2606:4700::6810:322',
    '2a00:1450:4001:82a::200e',
    '2001:4860:4860::8888',
  ])('%s is on the public internet', (address) => {
    expect(specialMeaning(address)).toBeUndefined();
  });

  test.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.1.2.3',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '239.255.255.250',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::7f00:1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%lo',
    'fec0::1',
    'ff02::1',
    '127.1',
    '0x7f000001',
    'localhost',
    '',
  ])('%s is not', (address) => {
    expect(specialMeaning(address)).toEqual(expect.any(String));
  });

  test('the addresses of this machine are not, whatever they look like', () => {
    const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
    expect(own.map(({ address }) => specialMeaning(address)).every((meaning) => meaning !== undefined)).toBe(true);
  });
});

describe('a name is resolved once for each connection, and every answer is looked at', () => {
  const connectTo = (authority: string): string => `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;

  test.each([
    ['this machine', ['127.0.0.1']],
    ['a private network', ['10.0.0.1']],
    ['the metadata of a cloud', ['169.254.169.254']],
    ['one bad address among good ones', ['93.184.215.14', '10.0.0.1']],
    ['one bad IPv6 address among good ones', ['93.184.215.14', '::ffff:127.0.0.1']],
  ])('a name that leads to %s is refused', async (_what, addresses) => {
    await using target = await localServer((_request, response) => response.end());
    await using out = await wayOut([`rebound.test:${target.port}`], {
      resolve: () => Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))),
    });
    const answer = await out.say(connectTo(`rebound.test:${target.port}`));
    expect(answer).toMatch(
      /^HTTP\/1\.1 403 .*rebound\.test:\d+ is refused: rebound\.test leads to \S+, which is .*add that very IP address and port/s,
    );
    expect(out.decisions).toEqual([expect.objectContaining({ allowed: false, host: 'rebound.test', port: target.port })]);
    expect(target.connections()).toBe(0);
    expect(out.egress.contacted()).toEqual([]);
  });

  test('a resolver that changes its mind between looking and connecting changes nothing', async () => {
    await using target = await localServer((_request, response) => response.end('reached'));
    let asked = 0;
    await using out = await wayOut([`rebound.test:${target.port}`, `127.0.0.1:${target.port}`], {
      resolve: () => {
        asked += 1;
        // Good the first time; afterwards an address at which nobody may be asked.
        return Promise.resolve([{ address: asked === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }]);
      },
    });
    const request = 'GET / HTTP/1.1\r\nHost: rebound.test\r\nConnection: close\r\n\r\n';
    expect(await out.say(connectTo(`rebound.test:${target.port}`) + request)).toMatch(/200 .*reached/s);
    expect(asked).toBe(1);
    expect(await out.say(connectTo(`rebound.test:${target.port}`) + request)).toMatch(/^HTTP\/1\.1 403 /);
    expect(asked).toBe(2);
    expect(target.connections()).toBe(1);
  });

  test('an IP address that is listed counts for its own port only', async () => {
    await using target = await localServer((_request, response) => response.end());
    await using out = await wayOut([`inner.test:${target.port}`, '127.0.0.1:2000'], {
      resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    });
    expect(await out.say(connectTo(`inner.test:${target.port}`))).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('localhost is this machine, whatever a resolver says, and only where it is listed', async () => {
    await using target = await localServer((_request, response) => response.end('reached'));
    await using out = await wayOut([`localhost:${target.port}`], { resolve: () => Promise.reject(new Error('must not be asked')) });
    const request = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
    expect(await out.say(connectTo(`localhost:${target.port}`) + request)).toMatch(/200 .*reached/s);
    expect(await out.say(connectTo(`127.0.0.1:${target.port}`))).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('a name that leads nowhere, a port at which nobody listens, and a resolver that never answers are said', async () => {
    await using out = await wayOut(['nowhere.test:443', '127.0.0.2:1', 'silent.test:443'], {
      resolve: (name) => (name === 'nowhere.test' ? Promise.resolve([]) : new Promise(() => {})),
      limits: { connectMs: 200 },
    });
    expect(await out.say(connectTo('nowhere.test:443'))).toMatch(/^HTTP\/1\.1 502 .*is allowed, and could not be reached \(no address/s);
    expect(await out.say(connectTo('127.0.0.2:1'))).toMatch(/^HTTP\/1\.1 502 .*ECONNREFUSED/s);
    expect(await out.say(connectTo('silent.test:443'))).toMatch(/^HTTP\/1\.1 502 .*no answer within 200 ms/s);
    expect(out.decisions.map(({ allowed }) => allowed)).toEqual([true, true, true]);
    expect(out.egress.contacted()).toEqual([]);
  });

  test('a port of this machine that cannot be had inside is refused before a world begins', async () => {
    await expect(wayOut(['localhost:80'])).rejects.toThrow(/`sandbox\.allow` has localhost:80, which cannot be brought into a world/);
  });
});
