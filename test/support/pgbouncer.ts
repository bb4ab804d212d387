import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A pooler in front of a PostgreSQL. */
export interface PgBouncer extends AsyncDisposable {
  /** The same database through it. */
  readonly url: string;
}

/** Why no pooler can be had here, in one line; undefined when one can. */
export function noPgBouncer(): string | undefined {
  if (spawnSync('pgbouncer', ['--version']).status !== 0) return 'pgbouncer is not installed';
  if (process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status !== 0)
    return 'pgbouncer cannot be run by root, and there is no setpriv';
  return undefined;
}

/** @param mode `transaction` hands a connection to another client after each transaction. */
export async function startPgBouncer(url: string, mode: 'transaction' | 'session'): Promise<PgBouncer> {
  const { hostname, port, pathname, username, password } = new URL(url);
  const listenPort = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'));
  chmodSync(folder, 0o755);
  const file = join(folder, 'pgbouncer.ini');
  const database = pathname.slice(1);
  const secret = decodeURIComponent(password).replaceAll("'", "''");
  writeFileSync(
    file,
    [
      '[databases]',
      `${database} = host=${hostname} port=${port === '' ? '5432' : port} dbname=${database} user=${decodeURIComponent(username)} password='${secret}'`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${listenPort}`,
      'unix_socket_dir =',
      'auth_type = any',
      `pool_mode = ${mode}`,
      'ignore_startup_parameters = extra_float_digits',
    ].join('\n'),
  );
  const asNobody = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', 'pgbouncer', file];
  const [program, args] = process.getuid?.() === 0 ? ['setpriv', asNobody] : ['pgbouncer', [file]];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const gone = once(child, 'exit');
  await begun(child.stderr);
  return {
    url: `postgres://${username}@127.0.0.1:${listenPort}${pathname}`,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function begun(log: NodeJS.ReadableStream): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = '';
  log.on('data', (chunk) => {
    said = (said + String(chunk)).slice(-10_000);
    if (said.includes('process up')) resolve();
  });
  log.on('end', () => reject(new Error(`pgbouncer has ended: ${said}`)));
  return promise;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
