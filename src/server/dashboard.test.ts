import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { request } from 'node:http';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import type { TemporaryFolder } from '../../test/support/temporary.ts';
import { dashboardPaths, dashboardRoutes, isDashboardBuilt } from './dashboard.ts';
import type { Listening } from './listen.ts';
import { listen } from './listen.ts';

const script = `console.log('${'spring '.repeat(400)}');\n`;
let folder: TemporaryFolder;
let service: Listening;

beforeAll(async () => {
  folder = await temporaryFolder();
  const built = join(folder.path, 'built');
  await mkdir(join(built, 'assets'), { recursive: true });
  await writeFile(join(built, 'index.html'), '<!doctype html><title>Miyabi</title>');
  await writeFile(join(built, 'assets/index-1a2b.js'), script);
  await writeFile(join(folder.path, 'secret.txt'), 'secret');
  service = await listen({ host: '127.0.0.1', port: 0 }, [
    await dashboardRoutes({ folder: built, own: { host: '127.0.0.1', names: ['miyabi.example.org'] } }),
  ]);
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

/** As it is written: neither does anything tidy the path up, nor unpack what comes. */
async function ask(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answered> {
  const { hostname, port } = new URL(service.url);
  const sent = request({ hostname, port, path, headers, method });
  sent.end();
  const [answer] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(await answer.toArray()) };
}

it('shows the same page at each address of the dashboard, and nothing at others', async () => {
  const pages = [
    '/',
    '/?state=running',
    '/runs/run_7f3k',
    '/runs/last/diff?a=alpha',
    '/runs/last/compare',
    '/inbox',
    '/settings',
    '/reference',
  ];
  for (const path of pages) {
    const answer = await ask(path);
    expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']], path).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
  }
  expect(await ask('/inbox', {}, 'HEAD')).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  for (const path of [
    '/nothing',
    '/runs',
    '/runs/a/b',
    '/runs/a/diff/c',
    '/runs/a/different',
    '/inboxes',
    '/a/settings',
    '/assets',
    '/assets/',
    '/assets/nothing.js',
    '/index.html',
    '/.git',
  ])
    expect((await ask(path)).status, path).toBe(404);
  expect((await ask('/', {}, 'POST')).status).toBe(404);
});

it('knows the addresses that the dashboard itself knows', async () => {
  const router = await readFile(new URL('../../dashboard/src/router.tsx', import.meta.url), 'utf8');
  const known = Array.from(router.matchAll(/\.\.\.at\('([^']+)'\)/g), ([, path = '']) => path).toSorted();
  const ours = dashboardPaths.flatMap((path) => {
    const [, before = '', names = '', choices] = /^(.*?)(?::(\w+)\{\(\?:([\w|]+)\)\})?$/.exec(path) ?? [];
    const all = choices === undefined ? [path] : choices.split('|').map((choice) => `${before}${choice}`);
    return names === undefined ? [] : all.map((each) => each.replace(':run', '$run'));
  });
  expect(ours.toSorted()).toEqual(known);
});

it('gives out what was built and nothing beside it, however the path is written', async () => {
  for (const path of [
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/%252e%252e%252fsecret.txt',
    '/assets//../../secret.txt',
    '/..%2fsecret.txt',
    `/assets/${folder.path}/secret.txt`,
    '/assets/index-1a2b.js%00.html',
    '/assets/index-1a2b.js/',
  ]) {
    const { status, body } = await ask(path);
    expect([status, body.includes('secret')], path).toEqual([404, false]);
  }
  const { port } = new URL(service.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.end('GET /assets/../../secret.txt HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  const raw = Buffer.concat(await socket.toArray()).toString();
  expect(raw).toMatch(/^HTTP\/1\.1 404/);
  expect(raw).not.toContain('secret');
});

it('sends files that never change packed as the browser can read them, to be kept for good', async () => {
  const plain = await ask('/assets/index-1a2b.js');
  expect(plain.headers).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': 'text/javascript; charset=utf-8',
  });
  expect(plain.body.toString()).toBe(script);
  const small = await ask('/assets/index-1a2b.js', { 'accept-encoding': 'gzip, deflate, br' });
  expect([small.headers['content-encoding'], small.headers['vary'], brotliDecompressSync(small.body).toString()]).toEqual([
    'br',
    'accept-encoding',
    script,
  ]);
  const gzip = await ask('/assets/index-1a2b.js', { 'accept-encoding': 'br;q=0, gzip' });
  expect([gzip.headers['content-encoding'], gunzipSync(gzip.body).toString()]).toEqual(['gzip', script]);
});

it('lets its pages load nothing from elsewhere, run nothing that stands in them, and be framed by nobody', async () => {
  for (const path of ['/', '/runs/last', '/assets/index-1a2b.js', '/assets/nothing.js']) {
    const { headers } = await ask(path);
    expect(headers, path).toMatchObject({
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:/);
  }
});

it('is shown to whoever was led here, and under no name but its own', async () => {
  expect((await ask('/', { 'sec-fetch-site': 'cross-site' })).status).toBe(200);
  expect((await ask('/', { host: 'miyabi.example.org' })).status).toBe(200);
  for (const path of ['/', '/assets/index-1a2b.js', '/runs/last'])
    expect((await ask(path, { host: 'evil.example' })).status, path).toBe(421);
});

it('says how it is built where it is not', async () => {
  const empty = join(folder.path, 'nothing');
  await using bare = await listen({ host: '127.0.0.1', port: 0 }, [
    await dashboardRoutes({ folder: empty, own: { host: '127.0.0.1', names: [] } }),
  ]);
  const answer = await fetch(bare.url);
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining('npm run build')]);
  expect(await isDashboardBuilt(empty)).toBe(false);
});
