import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

export interface Redis extends AsyncDisposable {
  readonly url: string;
  /** Where it runs and how durable it is, in words. */
  readonly description: string;
}

/** The server of `REDIS_URL`, else one of our own for a while; or why there is neither. */
export async function openRedis(folder: string): Promise<Redis | { readonly reason: string }> {
  const url = process.env['REDIS_URL'];
  if (url !== undefined && url !== '') return { url, description: 'server of REDIS_URL', [Symbol.asyncDispose]: async () => undefined };
  if (spawnSync('redis-server', ['--version']).status === 0) return startRedis(folder);
  return { reason: 'There is no Redis: REDIS_URL is not set and no redis-server is in PATH.' };
}

async function startRedis(folder: string): Promise<Redis> {
  const port = await freePort();
  const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--daemonize', 'no'];
  const durability = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];
  const child = spawn('redis-server', [...place, ...durability], { stdio: ['ignore', 'pipe', 'ignore'] });
  const end = (): void => void child.kill();
  process.once('exit', end);
  const closed = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise<void>((resolve) => lines.on('line', (line) => line.includes('Ready to accept connections') && resolve()));
  const failed = closed.then(([code]) => Promise.reject(new Error(`redis-server ended with ${String(code)} before it was ready`)));
  await Promise.race([ready, failed]);
  failed.catch(() => undefined);
  return {
    url: `redis://127.0.0.1:${port}`,
    description: 'redis-server of our own, appendfsync everysec: up to a second may be lost',
    [Symbol.asyncDispose]: async () => {
      process.off('exit', end);
      end();
      await closed;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
