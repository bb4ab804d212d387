/**
 * Keeps one environment: `keeper-program.ts <folder>`. Says `ready` when it can be asked, or `taken` where another one keeps it already;
 * runs until it is asked to leave.
 */
import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { createServer } from '../../../node-http.ts';
import { sqliteLocks } from '../../../lock/sqlite-locks.ts';
import { socketName } from '../socket-path.ts';
import { openKeeper } from './keeper.ts';
import { keeperRoutes } from './routes.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('The folder of the environment is missing.');
// Of the programs that are started from here, whoever has started us; what is ours names its own permissions.
process.umask(0o022);
for (const name of ['', 'logs', 'environments']) mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
chmodSync(folder, 0o700);
// Whoever has started us hears the first word, and may be gone before it is said.
process.stdout.on('error', () => undefined);

/** Of the folder that has this name now. */
const inode = (): number | undefined => statSync(folder, { throwIfNoEntry: false })?.ino;
const own = inode();
const held = await takeTurn();
if (held === undefined) {
  process.stdout.write('taken\n', () => process.exit());
} else {
  const note = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  const verbs = await openKeeper({ folder, isIntact: () => inode() === own, note, onLeft: () => endServer() });
  const server = createServer(getRequestListener(keeperRoutes(verbs).fetch));
  /** Whoever has asked it to leave is answered; who waits for a hook asks the next one. */
  const endServer = (): void => {
    server.close(() => process.exit());
    setTimeout(() => server.closeAllConnections(), 500);
  };
  // Relative, as the path of a socket may have little more than a hundred bytes.
  process.chdir(folder);
  rmSync(socketName, { force: true });
  await once(server.listen(socketName), 'listening');
  process.once('SIGTERM', () => void verbs.leave({}));
  process.once('SIGINT', () => void verbs.leave({}));
  process.stdout.write('ready\n');
}

/** The one before may be about to leave. */
async function takeTurn(): Promise<unknown> {
  const locks = sqliteLocks(folder as string);
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const lock = await locks.tryAcquire('keeper');
    if (lock !== undefined) return lock;
    await delay(50);
  }
  return undefined;
}
