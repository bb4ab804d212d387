import type { ProcessResult, ProcessRunner } from '../../ports/process.ts';
import { DeployRefused } from '../../ports/deployer.ts';
import type { ChangeOfTarget } from '../../ports/deployer.ts';
import { findProgram } from '../process/find-program.ts';

export interface ProgramOfTarget {
  /** Program and arguments; no shell reads them. */
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly timeoutMs: number;
  /** As of the process runner. */
  readonly keepBytes?: number;
  /** Set for what only prints an answer that is read: nobody is told its lines. */
  readonly isQuiet?: boolean;
}

/** How a program ended by itself. */
export interface EndedProgram {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program of a target to its end.
 *
 * @throws DeployRefused where there is no such program; the reason of the signal; any other error when it took too long or was killed, which is
 * worth another try.
 */
export async function runProgram(
  process: ProcessRunner,
  { isQuiet = false, ...program }: ProgramOfTarget,
  { signal, onLine }: Pick<ChangeOfTarget, 'signal'> & Partial<Pick<ChangeOfTarget, 'onLine'>>,
): Promise<EndedProgram> {
  signal.throwIfAborted();
  const [name] = program.command;
  if (findProgram(name, program.cwd, program.env['PATH'] ?? '') === undefined)
    throw new DeployRefused(`There is no program ${name} on the PATH of Miyabi.`);
  const { end, stdout, stderr } = await process.run({
    ...program,
    // What it leaves running in a session of its own (the monitor of a container) is meant to outlive us: without the mark nobody ends it.
    command: ['/usr/bin/env', '-u', 'MIYABI_PROCESS', ...program.command],
    staysInGroup: true,
    signal,
    ...(isQuiet || onLine === undefined ? {} : { onLine: (line) => onLine(line) }),
  });
  switch (end.kind) {
    case 'exited':
      return { code: end.code, stdout, stderr };
    case 'timeout':
      throw new Error(`${name} took longer than ${end.afterMs / 1_000} s.`);
    case 'cancelled':
      signal.throwIfAborted();
      throw new Error(`${name} was ended because Miyabi ends.`);
    case 'signalled':
      throw new Error(`${name} was ended by ${end.signal}.`);
    case 'not-started':
      throw new DeployRefused(`${name} could not be started: ${end.reason}`);
  }
}

/** The last thing a program said, on one line of at most 500 characters, for a sentence. */
export function lastWords({ stdout, stderr }: Pick<ProcessResult, 'stdout' | 'stderr'>): string {
  const lines = (text: string): readonly string[] =>
    text
      .split('\n')
      .map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim())
      .filter((line) => line !== '');
  return (lines(stderr).at(-1) ?? lines(stdout).at(-1) ?? 'nothing').slice(0, 500);
}
