import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryPoint } from '../../../domain/entry-point.ts';
import { openBoundedLog } from './keeper/bounded-log.ts';

/**
 * Starts the keeper of an environment, unless it runs already; it outlives us. Not by a `ProcessRunner`, which ends with itself all that it
 * has started.
 *
 * @throws Error when it could not be started, with the end of what it said.
 */
export async function startKeeper(folder: string, nodePath: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const log = openBoundedLog(join(folder, 'keeper.log'), 1024 * 1024);
  log.bound();
  const from = log.size();
  const program = fileURLToPath(entryPoint(import.meta.url, './keeper/keeper-program'));
  try {
    const child = spawn(nodePath, [program, folder], {
      cwd: '/',
      detached: true,
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
      stdio: ['ignore', 'pipe', log.descriptor],
    });
    const exited = once(child, 'exit');
    const output = child.stdout;
    if (output === null) throw new Error('The keeper has no output.');
    const said = once(output, 'data');
    const isUp = await Promise.race([said.then(() => true), exited.then(() => false)]);
    output.destroy();
    child.unref();
    if (!isUp) throw new Error(`The keeper of ${folder} could not be started: ${log.tail(from, 2_000).trim()}`);
  } finally {
    closeSync(log.descriptor);
  }
}
