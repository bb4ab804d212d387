import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { expect, it } from 'vitest';
import type { HealthRequest } from '../../ports/measurements.ts';
import { systemClock } from '../clock.ts';
import { createHealthProbe } from './health-probe.ts';

const never = new AbortController().signal;
const commit = '0123456789abcdef0123456789abcdef01234567';

/** A service on this machine that answers its checks as it is told. */
async function service(answer: (response: ServerResponse) => void) {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    answer(response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/healthz`,
    paths,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const probe = createHealthProbe({ clock: systemClock });
const check = async (url: string, request: Partial<HealthRequest> = {}, signal = never) =>
  await probe.check({ url, commit, commitField: 'commit', timeoutMs: 5_000, isPrivate: true, ...request }, signal);

const checked = async (answer: (response: ServerResponse) => void, request: Partial<HealthRequest> = {}) => {
  await using asked = await service(answer);
  return await check(asked.url, request);
};
const says = (body: unknown) => (response: ServerResponse) => void response.end(JSON.stringify(body));

it.each([
  ['the whole commit', { commit }, 'commit'],
  ['the whole commit in capitals', { commit: commit.toUpperCase() }, 'commit'],
  ['twelve digits of it', { commit: commit.slice(0, 12) }, 'commit'],
  ['the commit further inside', { build: { sha: commit } }, 'build.sha'],
])('a 200 with %s is healthy', async (_, body, commitField) => {
  const found = await checked(says(body), { commitField });
  expect(found).toEqual({ at: expect.any(Number) as number, kind: 'healthy', ms: expect.any(Number) as number });
});

it.each([
  ['another commit', 'f'.repeat(40), 'f'.repeat(40)],
  ['eleven digits of it', commit.slice(0, 11), commit.slice(0, 11)],
  ['the commit and more', `${commit}0`, `${commit}0`],
  ['words with what nobody sees', 'the old\u202e\n one', 'the old one'],
  ['nothing', '', ''],
])('a 200 with %s is another version', async (_, found, shown) => {
  expect(await checked(says({ commit: found }))).toMatchObject({ kind: 'wrong-version', found: shown });
});

it.each([
  ['a 500 however right it is', (response: ServerResponse) => void response.writeHead(500).end(JSON.stringify({ commit })), 'answered 500'],
  ['a 204', (response: ServerResponse) => void response.writeHead(204).end(), 'answered 204'],
  [
    'a redirection',
    (response: ServerResponse) => void response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    'answered 302, which leads elsewhere; that is not followed',
  ],
  [
    'no JSON',
    (response: ServerResponse) => void response.end('<h1>fine</h1>'),
    'answered 200 without JSON that has its commit in `commit`',
  ],
  ['JSON without it', says({ ok: true }), 'answered 200 without JSON that has its commit in `commit`'],
  ['a number for it', says({ commit: 12 }), 'answered 200 without JSON that has its commit in `commit`'],
  ['JSON that is nothing', says(null), 'answered 200 without JSON that has its commit in `commit`'],
  [
    'JSON that is too deep',
    (response: ServerResponse) => void response.end('['.repeat(60_000)),
    'answered 200 without JSON that has its commit in `commit`',
  ],
  ['too long an answer', (response: ServerResponse) => void response.end(' '.repeat(65_537)), 'answered with more than 65536 bytes'],
])('%s is unhealthy', async (_, answer, why) => {
  expect(await checked(answer)).toMatchObject({ kind: 'unhealthy', why });
});

it('a field that every object has is not one of the answer', async () => {
  expect(await checked(says({}), { commitField: 'constructor.name' })).toMatchObject({ kind: 'unhealthy' });
});

it('an endless answer is read no further than it may be', async () => {
  const endless = (response: ServerResponse): void => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(10_000))) continue;
    };
    response.on('drain', more);
    more();
  };
  expect(await checked(endless)).toMatchObject({ kind: 'unhealthy', why: 'answered with more than 65536 bytes' });
});

it.each([
  ['that never comes', () => undefined],
  ['that never ends', (response: ServerResponse) => void response.write('{')],
])('an answer %s is unhealthy when its time is over', async (_, answer) => {
  expect(await checked(answer, { timeoutMs: 60 })).toMatchObject({ kind: 'unhealthy', why: 'no answer within 60 ms' });
});

it('nobody who listens, and somebody who speaks no HTTP, is unhealthy', async () => {
  const server = createTcpServer((socket) => socket.resume().end('hello\n'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  expect(await check(url)).toMatchObject({ kind: 'unhealthy' });
  server.close();
  await once(server, 'close');
  expect(await check(url)).toMatchObject({ kind: 'unhealthy', why: expect.stringContaining('ECONNREFUSED') as string });
});

it('a name that leads nowhere, an address that is none and a check that is cancelled say nothing about the release', async () => {
  const lost = createHealthProbe({
    clock: systemClock,
    resolve: async () => await Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND shop.example'), { code: 'ENOTFOUND' })),
  });
  const request = { url: 'http://shop.example/', commit, commitField: 'commit', timeoutMs: 5_000, isPrivate: false };
  expect(await lost.check(request, never)).toMatchObject({ kind: 'measuring', why: 'getaddrinfo ENOTFOUND shop.example' });
  const slow = createHealthProbe({ clock: systemClock, resolve: async () => await new Promise(() => undefined) });
  expect(await slow.check({ ...request, timeoutMs: 60 }, never)).toMatchObject({
    kind: 'measuring',
    why: 'its name was not found within 60 ms',
  });
  expect(await check('shop')).toMatchObject({ kind: 'measuring', why: 'shop is no address' });
  await using silent = await service(() => undefined);
  expect(await check(silent.url, {}, AbortSignal.abort())).toMatchObject({ kind: 'measuring', why: 'it was cancelled' });
});

it('asks no address of this machine or of a private network that nobody has said is private', async () => {
  await using open = await service(says({ commit }));
  const { port } = new URL(open.url);
  const inside = createHealthProbe({
    clock: systemClock,
    resolve: async () => await Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
  });
  for (const host of ['127.0.0.1', 'localhost', '2130706433', '[::1]', '10.0.0.1', '169.254.169.254', 'shop.example']) {
    const request = { url: `http://${host}:${port}/`, commit, commitField: 'commit', timeoutMs: 5_000, isPrivate: false };
    expect(await inside.check(request, never), host).toMatchObject({ kind: 'measuring' });
  }
  expect(open.paths).toEqual([]);
});
