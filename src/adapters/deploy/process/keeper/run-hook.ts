import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import type { RequestOf } from '../messages.ts';
import { openBoundedLog } from './bounded-log.ts';
import { endProgram } from './end-program.ts';
import { isAlive, knownProcess } from './process-identity.ts';
import type { KeeperState, KnownProcess } from './state-file.ts';
import { removeFile } from './state-file.ts';
import { startProgram } from './start-program.ts';
import type { ProgramPlace } from './start-program.ts';

export type KnownHook = KeeperState['hooks'][string];

export interface HookPlace extends ProgramPlace {
  /** For what hooks print and how they end. */
  readonly folder: string;
  /** What is known of this key: kept before anything else is done. */
  readonly onChange: (hook: KnownHook) => Promise<void>;
}

/** Of what a hook prints so much is answered, in bytes. */
const tailBytes = 8 * 1024;
/** How often a hook is looked at, in ms: one that was started by a keeper before us is no child of ours. */
const lookMs = 50;
/** As shells say it of a program whose time is over: `timeout(1)`. */
const timeoutCode = 124;

/**
 * Runs the command, hands its exit code to a file that only this shell may write, and so can tell it also to a keeper that comes later.
 * The command itself does not see that file: its third descriptor is closed.
 */
const script = `/bin/sh -c "$1" 3>&-
echo $? >&3`;

/**
 * Runs a hook once. Asked for again under its key it waits for the one that runs, also if an earlier keeper has started it, or answers
 * as before. One that was killed together with the machine is run again: nobody knows how far it came.
 */
export async function runHook(
  place: HookPlace,
  request: Omit<RequestOf<'hook'>, 'fence'>,
  known: KnownHook | undefined,
): Promise<{ code: number; tail: string }> {
  if (known?.kind === 'ended') return { code: known.code, tail: known.tail };
  const name = createHash('sha256').update(request.key).digest('hex').slice(0, 16);
  const resultFile = join(place.folder, `hook-${name}.code`);
  const log = openBoundedLog(join(place.folder, `hook-${name}.log`));
  const mark = known?.mark ?? `hook-${name}-${Date.now().toString(36)}`;
  try {
    const running = known?.process === undefined ? undefined : known;
    if (running === undefined || !(isAlive(running.process as KnownProcess) || readCode(resultFile) !== undefined)) {
      await endProgram(undefined, mark, 0);
      await removeFile(resultFile);
      return await ended(await start());
    }
    return await ended({ process: running.process as KnownProcess, until: running.until });
  } finally {
    log.close();
  }

  async function start(): Promise<{ readonly process: KnownProcess; readonly until: number }> {
    const until = Date.now() + request.timeoutMs;
    await place.onChange({ kind: 'running', mark, until });
    const result = openSync(resultFile, 'w', 0o600);
    try {
      const child = await startProgram(place, request, {
        mark,
        stdio: ['ignore', log.descriptor, log.descriptor, result],
        command: ['/bin/sh', '-c', script, 'miyabi-hook', request.command],
      });
      const started = knownProcess(child.pid);
      await place.onChange({ kind: 'running', mark, until, process: started });
      return { process: started, until };
    } finally {
      closeSync(result);
    }
  }

  async function ended(running: { readonly process: KnownProcess; readonly until: number }): Promise<{ code: number; tail: string }> {
    while (isAlive(running.process) && Date.now() < running.until) {
      await delay(lookMs);
      log.bound();
    }
    const code = readCode(resultFile) ?? (isAlive(running.process) ? timeoutCode : 137);
    await endProgram(running.process, mark, 0);
    const result = { code, tail: log.tail(0, tailBytes) };
    await place.onChange({ kind: 'ended', ...result });
    await removeFile(resultFile);
    return result;
  }
}

/** @returns undefined where it has not ended by itself. */
function readCode(file: string): number | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text === '' ? undefined : Number(text);
  } catch {
    return undefined;
  }
}
