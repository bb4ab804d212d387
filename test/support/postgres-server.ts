import { execFileSync, spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedBinaries, putBinaries } from './postgres-binaries.ts';

/** A PostgreSQL of one's own on this machine, with nothing in it. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** Of its administrator. @param database `postgres` when absent. */
  url(database?: string): string;
  /** Ends it as a power cut would. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Lets transactions end as they are and refuses new ones: as an administrator restarts it. Resolves when it is gone. */
  stop(): Promise<void>;
  /** On the same port, with what was committed before. Resolves when it takes connections. */
  start(): Promise<void>;
}

const administrator = 'postgres';
const password = 'a secret of the tests';
/** How long a server may take to come up, in ms; after a crash it has to read its log. */
const startLimitMs = 60_000;
const isRoot = process.getuid?.() === 0;
/** PostgreSQL refuses to be run by root; nobody owns nothing of ours. */
const asNobody = ['--reuid=nobody', '--regid=nogroup', '--clear-groups'];

/** Why this machine cannot run a PostgreSQL of its own, in one line; undefined when it can. */
export function noPostgresServer(): string | undefined {
  if (installedBinaries() === undefined) return `npm brings no PostgreSQL for ${process.platform} on ${process.arch}`;
  if (isRoot && !hasSetpriv()) return 'PostgreSQL cannot be run by root, and there is no setpriv to become nobody';
  return undefined;
}

let setpriv: boolean | undefined;
function hasSetpriv(): boolean {
  setpriv ??= spawnSync('setpriv', ['--version']).status === 0;
  return setpriv;
}

/** @param settings besides those of a server for tests, such as `{ max_connections: '3' }`. */
export async function startPostgresServer(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const binaries = installedBinaries();
  if (binaries === undefined) throw new Error(noPostgresServer());
  removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  try {
    chmodSync(folder, 0o755);
    putBinaries(binaries, join(folder, 'native'));
    initialise(folder);
    const server = new Server(folder, await freePort(), settings);
    await server.start();
    return server;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

const folderPrefix = 'miyabi-postgres-';
/** From when on a folder of a process that is not there is taken for abandoned, in ms: it may be one of another container. */
const abandonedAfterMs = 3_600_000;

/** What tests have left behind that were killed: their servers have died with them. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(folderPrefix))) {
    const [path, pid] = [join(tmpdir(), name), Number(name.slice(folderPrefix.length).split('-', 1)[0])];
    const madeAt = statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? Infinity;
    if (Date.now() - madeAt > abandonedAfterMs && !isAlive(pid)) rmSync(path, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function initialise(folder: string): void {
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password);
  if (isRoot) execFileSync('chown', ['nobody:nogroup', data, passwordFile]);
  // Not the order of bytes: what relies on it has to say so itself.
  const locale = ['--locale-provider=icu', '--icu-locale=en-US', '--locale=C', '--encoding=UTF8'];
  const access = [`--username=${administrator}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--set=scram_iterations=1'];
  const [program, ...args] = asUser([join(folder, 'native/bin/initdb'), `--pgdata=${data}`, '--no-sync', ...access, ...locale]);
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder });
}

function asUser(command: readonly [string, ...string[]], more: readonly string[] = []): [string, ...string[]] {
  if (isRoot) return ['setpriv', ...asNobody, ...more, ...command];
  return more.length > 0 && hasSetpriv() ? ['setpriv', ...more, ...command] : [...command];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

class Server implements PostgresServer {
  readonly port: number;
  readonly #folder: string;
  readonly #settings: Readonly<Record<string, string>>;
  #running: ChildProcess | undefined;

  constructor(folder: string, port: number, settings: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.port = port;
    this.#settings = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: '',
      max_connections: '200',
      fsync: 'off',
      full_page_writes: 'off',
      ...settings,
    };
  }

  url(database = 'postgres'): string {
    return `postgres://${administrator}:${encodeURIComponent(password)}@127.0.0.1:${this.port}/${database}`;
  }

  async start(): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const said = await this.#begin();
      if (said === undefined) return;
      // What a killed server leaves behind goes away when the last of its processes has noticed.
      if (attempt > 100 || !said.includes('shared memory') || said.includes('No space'))
        throw new Error(`PostgreSQL does not start: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** @returns what it said, if it did not come up. */
  async #begin(): Promise<string | undefined> {
    const settings = Object.entries(this.#settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const command = [join(this.#folder, 'native/bin/postgres'), '-D', join(this.#folder, 'data'), ...settings] as const;
    // Whatever becomes of the tests, it does not outlive them.
    const [program, ...args] = asUser([...command], process.platform === 'linux' ? ['--pdeathsig=INT'] : []);
    const child = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: this.#folder,
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    });
    let said = '';
    const ready = Promise.withResolvers<boolean>();
    child.stderr.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-10_000);
      if (said.includes('ready to accept connections')) ready.resolve(true);
    });
    child.on('exit', () => ready.resolve(false));
    const late = setTimeout(() => child.kill('SIGQUIT'), startLimitMs);
    const isReady = await ready.promise;
    clearTimeout(late);
    if (!isReady) return said;
    child.unref();
    (child.stderr as unknown as { unref(): void }).unref();
    this.#running = child;
    return undefined;
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  stop(): Promise<void> {
    return this.#end('SIGINT');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#running;
    this.#running = undefined;
    if (child === undefined) return;
    child.ref();
    const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill(signal);
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGQUIT');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}
