import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryPoint } from '../../../domain/entry-point.ts';
import { openBoundedLog } from './keeper/bounded-log.ts';

/**
 * Begins the keeper again when it is killed or fails, within a fraction of a second, and gives up when it fails five times in a row within
 * ten seconds each. Its own words are the first that are heard, `failed` where it said none.
 */
const watchdog = `
trap '' PIPE
fast=0
while :; do
  began=$(date +%s)
  "$@"
  code=$?
  [ "$code" -eq 0 ] && exit 0
  echo failed 2>/dev/null
  if [ $(($(date +%s) - began)) -lt 10 ]; then fast=$((fast + 1)); else fast=0; fi
  [ "$fast" -ge 5 ] && exit "$code"
  sleep 0.2 || sleep 1
done`;

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
    const child = spawn('/bin/sh', ['-c', watchdog, 'miyabi-keeper', nodePath, program, folder], {
      cwd: '/',
      detached: true,
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
      stdio: ['ignore', 'pipe', log.descriptor],
    });
    const exited = once(child, 'exit');
    const output = child.stdout;
    if (output === null) throw new Error('The keeper has no output.');
    const said = once(output, 'data');
    const word = await Promise.race([said.then(([data]) => String(data).trim()), exited.then(() => 'failed')]);
    output.destroy();
    child.unref();
    if (word === 'failed') throw new Error(`The keeper of ${folder} could not be started: ${log.tail(from, 2_000).trim()}`);
  } finally {
    closeSync(log.descriptor);
  }
}
