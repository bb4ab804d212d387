import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '../../support/temporary.ts';

/** Everything around a world that it must not reach, and the world's own folders. */
export interface Stand extends AsyncDisposable {
  /** Stands in every place that must not be read. Digits, so that it can be an argument of `sleep` too. */
  readonly secret: string;
  readonly root: string;
  readonly state: string;
  readonly home: string;
  /** Of our world. */
  readonly world: string;
  readonly tree: string;
  /** Of its neighbour. */
  readonly other: string;
  /** A folder of the user's with files that must stay as they are. */
  readonly outside: string;
  readonly victim: { readonly pid: number; isAlive(): boolean };
  /** All of them answer with the secret. */
  readonly services: { readonly port: number; readonly port6: number | undefined; readonly socket: string; readonly abstract: string };
  /** Under the secret's name in /dev/shm. */
  readonly sharedMemory: string;
  /** What is outside, as text: names, kinds and contents. */
  picture(): string;
  /** Whether a connection from here gets there. */
  readonly connections: () => number;
}

export async function openStand(): Promise<Stand> {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await temporaryFolder('miyabi-escape-'));
  const secret = `${randomInt(10 ** 9, 10 ** 10)}${randomInt(10 ** 9, 10 ** 10)}`;
  const state = join(folder.path, 'state');
  const [home, outside] = [join(folder.path, 'home'), join(folder.path, 'outside')];
  const task = join(state, 'worlds/run_1/task-1');
  const [world, other] = [join(task, 'alpha'), join(task, 'beta')];
  for (const name of ['tree', 'context', 'home', 'tmp', 'private'])
    for (const one of [world, other]) mkdirSync(join(one, name), { recursive: true });
  for (const path of [join(home, '.ssh'), join(home, '.config'), outside]) mkdirSync(path, { recursive: true });
  const files = [
    join(state, 'miyabi.db'),
    join(world, 'private/secret'),
    join(other, 'tree/secret'),
    join(other, 'home/secret'),
    join(home, '.ssh/id_ed25519'),
    join(home, '.npmrc'),
    join(outside, 'file'),
  ];
  for (const path of files) writeFileSync(path, `secret ${secret}\n`, { mode: 0o600 });
  const sharedMemory = `/dev/shm/miyabi-escape-${randomUUID()}`;
  if (process.platform === 'linux') writeFileSync(sharedMemory, secret);
  opening.defer(() => rmSync(sharedMemory, { force: true }));

  const child = spawn('sleep', ['1000'], { env: { SECRET: secret }, stdio: 'ignore', detached: true });
  opening.defer(() => end(child));
  await once(child, 'spawn');
  let connections = 0;
  const serve = async (target: { host: string; port: 0 } | { path: string }): Promise<Server | undefined> => {
    const server = createServer((socket) => {
      connections += 1;
      socket.on('error', () => undefined);
      socket.end(`secret ${secret}\n`);
    });
    const listening = once(server, 'listening').then(() => server);
    server.listen(target);
    return await listening.catch(() => undefined);
  };
  const socket = join(outside, 'socket');
  const abstract = `miyabi-escape-${randomUUID()}`;
  const servers = [
    await serve({ host: '127.0.0.1', port: 0 }),
    await serve({ host: '::1', port: 0 }),
    await serve({ path: socket }),
    await serve({ path: `\0${abstract}` }),
  ];
  opening.defer(() => {
    for (const server of servers) server?.close();
  });
  const portOf = (server: Server | undefined): number | undefined => {
    const address = server?.address();
    return typeof address === 'object' && address !== null ? address.port : undefined;
  };
  const open = opening.move();
  return {
    secret,
    root: folder.path,
    state,
    home,
    world,
    tree: join(world, 'tree'),
    other,
    outside,
    victim: { pid: child.pid ?? 0, isAlive: () => child.exitCode === null && child.signalCode === null },
    services: { port: portOf(servers[0]) ?? 0, port6: portOf(servers[1]), socket, abstract },
    sharedMemory,
    picture: () => [home, outside, other, join(world, 'private')].map(picture).join('\n') + readFileSync(join(state, 'miyabi.db'), 'utf8'),
    connections: () => connections,
    [Symbol.asyncDispose]: async () => await open.disposeAsync(),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function picture(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { mode, size, nlink } = statSync(path);
      return `${path} ${mode} ${entry.isDirectory() ? '' : `${size} ${nlink}`} ${entry.isFile() ? readFileSync(path, 'utf8') : ''}`;
    })
    .toSorted()
    .join('\n');
}
