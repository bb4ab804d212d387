import { connect } from 'node:net';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'miyabi-out-';
/** Younger folders without a socket may belong to somebody who is just about to listen. */
const settledMs = 60_000;

export interface EgressFolder {
  /** For its owner alone. */
  readonly folder: string;
  readonly socketPath: string;
}

/** A new folder for the socket of one way out. The path of a socket may have 104 to 108 bytes, so it is short even where the temporary folder is not. */
export async function createEgressFolder(parent = shortTemporary()): Promise<EgressFolder> {
  const folder = await mkdtemp(join(parent, prefix));
  return { folder, socketPath: join(folder, 's') };
}

/**
 * Removes the sockets of processes that are no longer alive: nobody listens there any more.
 * @returns what, a sentence each.
 */
export async function sweepEgress(parent = shortTemporary()): Promise<readonly string[]> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(prefix));
  const removed = await Promise.all(names.map((name) => sweepOne(join(parent, name))));
  return removed.filter((sentence) => sentence !== undefined);
}

async function sweepOne(folder: string): Promise<string | undefined> {
  const found = await lstat(folder).catch(() => undefined);
  if (found === undefined || !found.isDirectory() || found.uid !== process.getuid?.()) return undefined;
  const answer = await askSocket(join(folder, 's'));
  const isAbandoned = answer === 'ECONNREFUSED' || (answer === 'ENOENT' && Date.now() - found.mtimeMs > settledMs);
  if (!isAbandoned) return undefined;
  await rm(folder, { recursive: true, force: true });
  return `The socket of a world whose process is gone was removed (${folder}).`;
}

/** @returns `listening`, or the code of the error. */
async function askSocket(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve('listening');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

function shortTemporary(): string {
  const folder = tmpdir();
  return Buffer.byteLength(folder) <= 60 ? folder : '/tmp';
}
