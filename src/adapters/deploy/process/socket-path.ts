import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** In the folder of an environment. */
export const socketName = 'keeper.sock';

/** What every system takes as the path of a socket, in bytes; more than 103 macOS takes not. */
const mostBytes = 100;

/** Calls `use` with a path of the socket that is short enough, however deep the folder lies: by a link that is there meanwhile. */
export async function withSocketPath<Result>(folder: string, use: (path: string) => Promise<Result>): Promise<Result> {
  const path = join(folder, socketName);
  if (Buffer.byteLength(path) <= mostBytes) return await use(path);
  const short = await mkdtemp('/tmp/miyabi-keeper-');
  try {
    await symlink(folder, join(short, 'k'));
    return await use(join(short, 'k', socketName));
  } finally {
    await rm(short, { recursive: true, force: true });
  }
}
