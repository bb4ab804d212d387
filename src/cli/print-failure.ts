import { Failure, exitCode } from '../domain/failure.ts';
import { oneLine } from './one-line.ts';
import type { Shell } from './shell.ts';

/** How a failure is told: as JSON too, and with what the commands that mend it begin with. */
export interface FailureStyle {
  readonly json: boolean;
  readonly program: string;
  /** Whether what lies behind it is told too. */
  readonly verbose?: boolean;
}

/**
 * Says what went wrong, why, and what to do; the only place where errors meet the user. Its words may hold names from a
 * repository, so nothing in them reaches the terminal that it would act on. @returns the exit code.
 */
export function printFailure(shell: Shell, error: unknown, { json, program, verbose = false }: FailureStyle): number {
  if (error instanceof Failure) {
    const { what, why, fix } = error.text;
    if (json)
      shell.out(`${JSON.stringify({ type: 'error', schemaVersion: 1, reason: error.reason, what, why, fix, facts: error.facts })}\n`);
    const { bold, red, dim } = shell.colours;
    const mend = oneLine(fix.replaceAll('`miyabi ', `\`${program} `));
    shell.err(`${red(bold('✖'))} ${bold(oneLine(what))}\n  ${oneLine(why)}\n  ${dim('→')} ${mend}\n`);
    if (verbose) for (const cause of causesOf(error)) shell.err(`  ${dim(`because: ${cause}`)}\n`);
    return exitCode[error.reason];
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (json) shell.out(`${JSON.stringify({ type: 'error', schemaVersion: 1, reason: 'failed', what: String(error) })}\n`);
  const lines = stack.split('\n').map((line) => `  ${oneLine(line)}`);
  shell.err(`✖ Miyabi itself went wrong. Nothing of yours was changed by this; please report it with these lines:\n${lines.join('\n')}\n`);
  return exitCode.failed;
}

/** What led to it, the nearest first. */
function causesOf(error: Error): readonly string[] {
  const causes: string[] = [];
  for (let { cause } = error; cause !== undefined && causes.length < 10; cause = cause instanceof Error ? cause.cause : undefined)
    causes.push(oneLine(cause instanceof Error ? cause.message : (JSON.stringify(cause) ?? '')));
  return causes;
}
