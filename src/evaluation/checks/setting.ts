import type { CheckCommand, ChecksPlan } from '../../domain/checks.ts';
import type { ProcessLimits, ProcessResult, ProcessRunner } from '../../ports/process.ts';

/** Where and how the commands of a plan are run. */
export interface CheckSetting {
  readonly plan: ChecksPlan;
  /** A fresh checkout of the commit. */
  readonly directory: string;
  /** An existing folder outside the checkout, for reports. Left as it was found. */
  readonly reportDirectory: string;
  /** The whole environment of the commands. */
  readonly environment: Readonly<Record<string, string>>;
  readonly process: ProcessRunner;
  readonly limits?: ProcessLimits;
  readonly signal?: AbortSignal;
}

/** The common part of every command of a plan: stdin is closed, so nothing can wait for an answer. */
export function processRequest(setting: CheckSetting, command: CheckCommand) {
  return {
    command: command.command,
    cwd: setting.directory,
    timeoutMs: setting.plan.timeoutMs,
    ...(setting.signal === undefined ? {} : { signal: setting.signal }),
    ...(setting.limits === undefined ? {} : { limits: setting.limits }),
  };
}

const tailCharacters = 8_000;

/** How a command ended, where that is no exit code, and the end of what it printed. */
export function tail(result: ProcessResult): string {
  const printed = [result.stdout, result.stderr].map((text) => text.trim()).filter((text) => text !== '');
  return [...printed.map((text) => text.slice(-tailCharacters)), ...ending(result)].join('\n');
}

function ending(result: ProcessResult): string[] {
  switch (result.end.kind) {
    case 'exited':
      return [];
    case 'signalled':
      return [`Ended by ${result.end.signal}.`];
    case 'timeout':
      return [`Ended by the time limit after ${Math.round(result.end.afterMs / 1_000)} s.`];
    case 'cancelled':
      return ['Cancelled.'];
    case 'not-started':
      return [`Could not be started: ${result.end.reason}`];
  }
}
