import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keptEnvironment } from '../../../../test/support/kept-environment.ts';
import { commitOf } from '../../../../test/support/service-releases.ts';
import { openKeeper } from './open-keeper.ts';
import { socketName } from './socket-path.ts';

const signal = AbortSignal.timeout(60_000);
const settings = { listen: { host: '127.0.0.1', port: 0 }, nodePath: process.execPath, stopMs: 2_000, hidden: [] };

/** Something that runs by itself, as a container does. */
async function running(handle: RequestListener): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(handle);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it('switches between what runs by itself, which it neither starts nor ends', async () => {
  await using environment = await keptEnvironment();
  const keeper = openKeeper({ folder: environment.folder, ...settings });
  const [one, moved, two] = await Promise.all(['one', 'one, moved', 'two'].map((name) => running((_, response) => response.end(name))));
  if (one === undefined || moved === undefined || two === undefined) throw new Error('Three should run.');
  const asked = async (): Promise<string> => await (await fetch((await keeper.status(signal))?.url ?? '')).text();
  await keeper.attach({ release: 1, commit: commitOf(1), url: one.url }, 1, signal);
  await keeper.serve(1, 1, signal);
  expect(await asked()).toBe('one');
  await keeper.attach({ release: 2, commit: commitOf(2), url: two.url }, 2, signal);
  expect(await asked()).toBe('one');
  await keeper.attach({ release: 1, commit: commitOf(1), url: moved.url }, 2, signal);
  expect(await asked()).toBe('one, moved');
  await keeper.serve(2, 2, signal);
  await keeper.retire([2], 2, signal);
  expect(await asked()).toBe('two');
  expect((await keeper.status(signal))?.upstreams).toEqual([{ release: 2, commit: commitOf(2), url: two.url }]);
  expect(await (await fetch(one.url)).text()).toBe('one');
  expect(await keeper.traffic(1, 0, Date.now() + 1, signal)).toMatchObject({ requests: 3, errors: 0 });
  for (const { server } of [one, moved, two]) server.close().closeAllConnections();
});

it('asks a keeper of another version to leave, and goes on with one of its own', async () => {
  await using environment = await keptEnvironment();
  mkdirSync(environment.folder, { recursive: true });
  const asked: string[] = [];
  const other = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'application/json' }).end(request.url === '/status' ? '{"protocol":1}' : 'null');
    if (request.url === '/leave') other.close();
  });
  await once(other.listen(join(environment.folder, socketName)), 'listening');
  const keeper = openKeeper({ folder: environment.folder, ...settings });
  await keeper.raiseFence(3, signal);
  expect(asked).toEqual(['/status', '/leave']);
  expect((await keeper.status(signal))?.fence).toBe(3);
});
