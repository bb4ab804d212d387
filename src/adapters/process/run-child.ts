import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { ProcessEnd, ProcessRequest, ProcessResult } from '../../ports/process.ts';
import { startTalk } from './conversation.ts';
import type { Guard } from './guard.ts';
import { keepOutput } from './kept-output.ts';
import { underLimits } from './limits.ts';
import { splitLines } from './line-splitter.ts';
import { openLogFile } from './log-file.ts';
import type { LogFile } from './log-file.ts';
import { endSurvivors, signalGroup } from './survivors.ts';
import type { Unprivileged } from './without-capabilities.ts';

export interface Surroundings {
  /** Ends up in the child's environment as MIYABI_PROCESS; unlike any other child's. */
  readonly mark: string;
  readonly guard: Guard;
  /** Aborted when the runner is disposed. */
  readonly ending: AbortSignal;
  readonly monotonic: () => number;
  readonly unprivileged: Unprivileged;
}

const mebibyte = 1024 * 1024;
/** How long a pipe may be silent after all known processes have ended before it is let go, in ms. */
const silenceMs = 200;

/** One program from start to end, with everything it started. */
export async function runChild(request: ProcessRequest, surroundings: Surroundings): Promise<ProcessResult> {
  const begin = surroundings.monotonic();
  const stop = request.signal === undefined ? surroundings.ending : AbortSignal.any([request.signal, surroundings.ending]);
  const nothing = { stdout: '', stderr: '', droppedBytes: 0, durationMs: 0, leftovers: 0 };
  if (stop.aborted) return { end: { kind: 'cancelled' }, ...nothing };
  const started = start(request, surroundings);
  if ('reason' in started) return { end: { kind: 'not-started', reason: await started.reason }, ...nothing };
  const { child, group } = started;
  surroundings.guard.add(group, request.staysInGroup === true);
  const log = request.logFile === undefined ? undefined : openLogFile(request.logFile, request.logBytes ?? 16 * mebibyte);
  const stdout = readStream(started.stdout, 'stdout', request, log);
  const stderr = readStream(started.stderr, 'stderr', request, log);
  const exit = new Promise<ProcessEnd>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(code === null ? { kind: 'signalled', signal: signal ?? 'unknown' } : { kind: 'exited', code }),
    );
  });
  const { stdin } = child;
  const talk = request.converse === undefined || stdin === null ? undefined : startTalk(request.converse, stdin, started.stdout);
  const end = await endOf(exit, group, request, talk === undefined ? stop : AbortSignal.any([stop, talk.overrun]));
  const mark = request.staysInGroup === true ? undefined : `MIYABI_PROCESS=${surroundings.mark}`;
  const leftovers = await endSurvivors(group, mark);
  surroundings.guard.remove(group);
  await Promise.all([stdout.drained(), stderr.drained()]);
  await log?.close();
  await talk?.settled();
  return {
    end,
    stdout: stdout.kept.text(),
    stderr: stderr.kept.text(),
    droppedBytes: stdout.kept.dropped() + stderr.kept.dropped(),
    durationMs: Math.round(surroundings.monotonic() - begin),
    leftovers,
  };
}

interface Started {
  readonly child: ChildProcess;
  /** Its number is that of its group. */
  readonly group: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

function start(request: ProcessRequest, surroundings: Surroundings): Started | { readonly reason: string | Promise<string> } {
  const limited = request.limits === undefined ? { command: request.command } : underLimits(request, request.limits);
  if ('reason' in limited) return limited;
  const unprivileged = surroundings.unprivileged(request, limited.command);
  if ('reason' in unprivileged) return unprivileged;
  const [program, ...args] = unprivileged.command;
  if ([program, ...args, request.cwd].some((text) => text.includes('\0'))) return { reason: 'An argument holds a NUL character.' };
  const { stdin, converse, cwd } = request;
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      cwd,
      env: { ...request.env, MIYABI_PROCESS: surroundings.mark },
      detached: true,
      stdio: [stdin === undefined && converse === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
  } catch (error) {
    // Some reasons are thrown, such as arguments that are too long; others are told by an event.
    return { reason: whyNotStarted(error, cwd) };
  }
  const failed = new Promise<unknown>((resolve) => {
    child.on('error', resolve);
  });
  const { pid, stdout, stderr } = child;
  if (pid === undefined || stdout === null || stderr === null) return { reason: failed.then((error) => whyNotStarted(error, cwd)) };
  if (converse === undefined) giveInput(child, stdin);
  return { child, group: pid, stdout, stderr };
}

/** The system says of a missing folder that the program is missing. */
function whyNotStarted(error: unknown, cwd: string): string {
  return existsSync(cwd) ? (error as Error).message : `There is no folder ${cwd}.`;
}

function giveInput({ stdin }: ChildProcess, text: string | undefined): void {
  // Who does not read it to its end need not.
  stdin?.on('error', () => undefined);
  stdin?.end(text);
}

/** Waits for the end; asks the whole group to end (SIGTERM, then SIGKILL) when time is up or somebody cancels. */
async function endOf(exit: Promise<ProcessEnd>, group: number, request: ProcessRequest, stop: AbortSignal): Promise<ProcessEnd> {
  const over = new AbortController();
  const timeUp = wait(request.timeoutMs, { kind: 'timeout', afterMs: request.timeoutMs } as const, { signal: over.signal });
  const cancelled = new Promise<ProcessEnd>((resolve) => {
    stop.addEventListener('abort', () => resolve({ kind: 'cancelled' }), { once: true, signal: over.signal });
  });
  // The timer is taken back below, which rejects this promise after the race is over.
  timeUp.catch(() => undefined);
  try {
    const first = await Promise.race([exit, timeUp, cancelled]);
    if (first.kind !== 'timeout' && first.kind !== 'cancelled') return first;
    signalGroup(group, 'SIGTERM');
    const grace = wait(request.graceMs ?? 2_000, undefined, { signal: over.signal });
    grace.catch(() => undefined);
    await Promise.race([exit, grace]);
    signalGroup(group, 'SIGKILL');
    await exit;
    return first;
  } finally {
    over.abort();
  }
}

/** Reads a stream to its end, keeping what the request asks for. */
function readStream(stream: Readable, name: 'stdout' | 'stderr', request: ProcessRequest, log: LogFile | undefined) {
  const kept = keepOutput(request.keepBytes ?? mebibyte);
  const { onLine } = request;
  const lines = onLine === undefined ? undefined : splitLines(request.logBytes ?? 16 * mebibyte, (line) => onLine(line, name));
  let lastData = performance.now();
  const closed = new Promise<void>((resolve) => {
    stream.once('end', resolve);
    stream.once('close', resolve);
    stream.once('error', () => resolve());
  });
  stream.on('data', (chunk: Buffer) => {
    lastData = performance.now();
    request.onOutput?.(chunk.length);
    kept.add(chunk);
    log?.add(chunk);
    lines?.add(chunk);
  });
  return {
    kept,
    /** Resolves at the end of the stream; where a process nobody knows of holds the pipe, once that has been silent for a while. */
    async drained(): Promise<void> {
      const over = new AbortController();
      const silent = async (): Promise<void> => {
        lastData = performance.now();
        while (performance.now() - lastData < silenceMs) await wait(silenceMs / 4, undefined, { signal: over.signal });
      };
      const silence = silent();
      silence.catch(() => undefined);
      await Promise.race([closed, silence]);
      over.abort();
      stream.destroy();
      lines?.end();
    },
  };
}
