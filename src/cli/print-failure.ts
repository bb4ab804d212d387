import { Failure, exitCode } from '../domain/failure.ts';
import type { Shell } from './shell.ts';

/** Says what went wrong, why, and what to do; the only place where errors meet the user. @returns the exit code. */
export function printFailure(shell: Shell, error: unknown, json: boolean): number {
  if (error instanceof Failure) {
    const { what, why, fix } = error.text;
    if (json)
      shell.out(`${JSON.stringify({ type: 'error', schemaVersion: 1, reason: error.reason, what, why, fix, facts: error.facts })}\n`);
    const { bold, red, dim } = shell.colours;
    shell.err(`${red(bold('✖'))} ${bold(what)}\n  ${why}\n  ${dim('→')} ${fix}\n`);
    return exitCode[error.reason];
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (json) shell.out(`${JSON.stringify({ type: 'error', schemaVersion: 1, reason: 'failed', what: String(error) })}\n`);
  shell.err(`✖ Miyabi itself went wrong. Nothing of yours was changed by this; please report it with these lines:\n${stack}\n`);
  return exitCode.failed;
}
