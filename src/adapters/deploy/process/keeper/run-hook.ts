import { createHash, randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import type { RequestOf } from '../messages.ts';
import { openBoundedLog } from './bounded-log.ts';
import type { BoundedLog } from './bounded-log.ts';
import { endProgram, isRunning } from './end-program.ts';
import { knownProcess } from './process-identity.ts';
import type { KeeperState } from './state-file.ts';
import { removeFile } from './state-file.ts';
import { startProgram } from './start-program.ts';
import type { ProgramPlace } from './start-program.ts';

export type KnownHook = KeeperState['hooks'][string];

export interface HookPlace extends ProgramPlace {
  /** What is known of this key: kept before anything else is done. */
  readonly onChange: (hook: KnownHook) => Promise<void>;
}

/** Of what a hook prints so much is answered, in bytes. */
const tailBytes = 8 * 1024;
/** How often a hook is looked at, in ms: one that was started by a keeper before us is no child of ours. */
const lookMs = 50;
/** As shells say it of a program whose time is over: `timeout(1)`. */
const timeoutCode = 124;
/** As shells say it of a program that was killed. */
const killedCode = 137;

/**
 * Runs the command, hands its exit code to a file that only this shell may write, and so can tell it also to a keeper that comes later.
 * The command itself does not see that file: its third descriptor is closed.
 */
const script = `/bin/sh -c "$1" 3>&-
echo $? >&3`;

/** A hook that was begun: without its process where a keeper died in the instant after it had started it. */
type Begun = Extract<KnownHook, { readonly kind: 'running' }>;

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
  const files = { result: join(place.folder, `hook-${name}.code`), log: join(place.folder, `hook-${name}.log`) };
  const log = openBoundedLog(files.log);
  try {
    const isBegun = known !== undefined && (isRunning(known.process, known.mark) || readCode(files.result) !== undefined);
    const begun = isBegun
      ? known
      : await begin(place, request, { mark: known?.mark ?? `hook-${randomUUID()}`, log, resultFile: files.result });
    const result = { code: await codeOf(begun, log, files.result), tail: log.tail(0, tailBytes) };
    await place.onChange({ kind: 'ended', ...result });
    await removeFile(files.result);
    await removeFile(files.log);
    return result;
  } finally {
    log.close();
  }
}

interface Beginning {
  readonly mark: string;
  readonly log: BoundedLog;
  readonly resultFile: string;
}

async function begin(place: HookPlace, request: Omit<RequestOf<'hook'>, 'fence'>, beginning: Beginning): Promise<Begun> {
  const { mark, log, resultFile } = beginning;
  await removeFile(resultFile);
  const begun: Begun = { kind: 'running', mark, until: Date.now() + request.timeoutMs };
  await place.onChange(begun);
  const result = openSync(resultFile, 'w', 0o600);
  try {
    const child = await startProgram(place, request, {
      mark,
      stdio: ['ignore', log.descriptor, log.descriptor, result],
      command: ['/bin/sh', '-c', script, 'miyabi-hook', request.command],
    });
    const started: Begun = { ...begun, process: knownProcess(child.pid) };
    await place.onChange(started);
    return started;
  } finally {
    closeSync(result);
  }
}

/** Waits for its end, or makes it when its time is over. */
async function codeOf({ process, mark, until }: Begun, log: BoundedLog, resultFile: string): Promise<number> {
  while (isRunning(process, mark) && readCode(resultFile) === undefined && Date.now() < until) {
    await delay(lookMs);
    log.bound();
  }
  const code = readCode(resultFile) ?? (isRunning(process, mark) ? timeoutCode : killedCode);
  await endProgram(process, mark, 0);
  return code;
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
