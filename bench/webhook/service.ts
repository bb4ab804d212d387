import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

/** `miyabi serve` in a process of its own, as a user starts it. */
export interface Service extends AsyncDisposable {
  /** Where its webhooks are received. */
  readonly url: string;
  /** Jobs of its records: runs, and deliveries that were stored. */
  jobs(): { readonly runs: number; readonly deliveries: number; readonly open: number };
  /** Processor time that it has used so far, in ms; of its children nothing. Undefined where the system does not tell. */
  cpuMs(): number | undefined;
  /** How long its first thread was ready to run and had no processor, in ms: what others on the machine cost it. */
  waitedMs(): number | undefined;
}

export interface ServiceRequest {
  /** An empty folder. */
  readonly folder: string;
  /** The API of the forge, and where its code lies. */
  readonly api: string;
  readonly git: string;
  readonly token: string;
  readonly secret: string;
  /** What works in its worlds: a shell command. */
  readonly command: string;
}

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Starts one; resolves when it answers. @throws when it ends before, with what it said. */
export async function startService(request: ServiceRequest): Promise<Service> {
  const [state, configuration] = [join(request.folder, 'state'), join(request.folder, 'config', 'miyabi')];
  mkdirSync(configuration, { recursive: true });
  const settings = {
    forge: { github: { api: request.api, git: request.git }, sweepSeconds: 3_600 },
    agent: { name: 'command', command: request.command },
    worlds: { count: 2 },
    isolation: 'none',
  };
  writeFileSync(join(configuration, 'config.json'), JSON.stringify(settings));
  const child = spawn(process.execPath, [main, '--state', state, 'serve', '--listen', '127.0.0.1:0', '--drain', '0'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: request.folder,
      XDG_CONFIG_HOME: join(request.folder, 'config'),
      GITHUB_TOKEN: request.token,
      MIYABI_WEBHOOK_SECRET: request.secret,
      MIYABI_LOG_FORMAT: 'pretty',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let said = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  createInterface({ input: child.stderr }).on('line', (line) => {
    said = `${said}${line}\n`.slice(-4_000);
    const answers = /^Answers at (\S+): .*\/webhooks\/github/.exec(line);
    if (answers?.[1] !== undefined) resolve(`${answers[1]}/webhooks/github`);
  });
  void ended.then(() => reject(new Error(`the service ended: ${said}`)));
  const url = await promise;
  return {
    url,
    jobs: () => {
      using database = new DatabaseSync(join(state, 'miyabi.db'), { readOnly: true });
      const count = (where: string): number => Number(database.prepare(`SELECT count(*) AS n FROM weaver_job WHERE ${where}`).get()?.['n']);
      const isDelivery = "group_key = 'deliveries'";
      return { runs: count(`NOT ${isDelivery}`), deliveries: count(isDelivery), open: count(`${isDelivery} AND ended_at IS NULL`) };
    },
    cpuMs: () => cpuOf(child.pid),
    waitedMs: () => waitOf(child.pid),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function cpuOf(pid: number | undefined): number | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  const [, fields = ''] = readProcess(pid, 'stat').split(') ');
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number);
  // Ticks of 10 ms.
  return (user + system) * 10;
}

function waitOf(pid: number | undefined): number | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  return Number(readProcess(pid, 'schedstat').split(' ')[1]) / 1_000_000;
}

function readProcess(pid: number, what: string): string {
  return readFileSync(`/proc/${pid}/${what}`, 'utf8');
}
