import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { startPostgresServer } from '../../test/support/postgres-server.ts';

/** The PostgreSQL that is measured. */
export interface Server extends AsyncDisposable {
  /** Runs `work` on a database of its own, which is empty before and gone afterwards. */
  withDatabase<T>(work: (url: string) => Promise<T>): Promise<T>;
  /** Processor time of all its processes so far, in ms; undefined where it is on another machine. */
  cpuMs(): number | undefined;
}

/** Clock ticks of the kernel in a second, as all of Linux has them. */
const ticksPerSecond = 100;

/** That of `DATABASE_URL`, else one that is started here, with what the server itself takes for durable. */
export async function openServer(): Promise<Server> {
  const given = process.env['DATABASE_URL'];
  const own = given === undefined ? await startPostgresServer({ fsync: 'on', full_page_writes: 'on' }) : undefined;
  const address = given ?? own?.url() ?? '';
  const main = own === undefined ? undefined : await mainProcess(address);
  return {
    withDatabase: (work) => withDatabase(address, work),
    cpuMs: () => (main === undefined ? undefined : cpuOf(main)),
    [Symbol.asyncDispose]: async () => await own?.[Symbol.asyncDispose](),
  };
}

async function withDatabase<T>(address: string, work: (url: string) => Promise<T>): Promise<T> {
  const name = `miyabi_bench_${randomBytes(6).toString('hex')}`;
  const url = new URL(address);
  url.pathname = `/${name}`;
  await query(address, `CREATE DATABASE ${name} TEMPLATE template0`);
  try {
    return await work(url.href);
  } finally {
    await query(address, `DROP DATABASE ${name} WITH (FORCE)`);
  }
}

/** Runs SQL on a connection of its own. @returns its rows. */
export async function query(url: string, text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function mainProcess(url: string): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const [row] = await query(url, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid");
  return Number(row?.['pid']);
}

/** Of a process, its living children and those that have ended. */
function cpuOf(main: number): number {
  let ticks = 0;
  for (const name of readdirSync('/proc')) {
    const times = /^\d+$/.test(name) ? timesOf(name) : undefined;
    if (times === undefined) continue;
    if (Number(name) === main) ticks += times.own + times.ofEndedChildren;
    else if (times.parent === main) ticks += times.own;
  }
  return (ticks * 1000) / ticksPerSecond;
}

function timesOf(pid: string): { readonly parent: number; readonly own: number; readonly ofEndedChildren: number } | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // It ended meanwhile.
    return undefined;
  }
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const at = (index: number): number => fields[index] ?? 0;
  return { parent: at(1), own: at(11) + at(12), ofEndedChildren: at(13) + at(14) };
}
