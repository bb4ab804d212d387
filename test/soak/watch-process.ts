import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** How a service was at one moment. */
export interface Sample {
  /** Seconds since it was begun. */
  readonly seconds: number;
  /** Resident memory. */
  readonly rssMiB: number;
  readonly descriptors: number;
  /** Of the database's write-ahead log. */
  readonly walMiB: number;
  /** The 99th percentile of how late its event loop was, of the time since the last sample, in ms. */
  readonly lagMs: number;
  readonly threads: number;
}

/** Looks at the service with this id. @throws where it has ended, or is not on Linux. */
export async function sample(pid: number, state: string, url: string, seconds: number): Promise<Sample> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  const [descriptors, wal, lag] = await Promise.all([readdir(`/proc/${pid}/fd`), sizeOf(join(state, 'miyabi.db-wal')), lagAt(url)]);
  return {
    seconds,
    rssMiB: field('VmRSS') / 1024,
    descriptors: descriptors.length,
    walMiB: wal / 1024 ** 2,
    lagMs: lag,
    threads: field('Threads'),
  };
}

/** What lies in a folder, in MiB, without what other file systems mount there. */
export async function folderMiB(folder: string): Promise<number> {
  // What is removed while it is looked at is complained of, and no fault.
  const { stdout } = await execa('du', ['--summarize', '--one-file-system', '--block-size=1', folder], { reject: false });
  return Number.parseInt(stdout, 10) / 1024 ** 2;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

async function lagAt(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return 1_000 * Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1]);
}
