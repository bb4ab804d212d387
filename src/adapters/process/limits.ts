import type { ProcessLimits, ProcessRequest } from '../../ports/process.ts';
import { findProgram } from './find-program.ts';

type Command = ProcessRequest['command'];

/**
 * Sets the limits of itself, hard and soft, and then becomes the program. `ulimit` rather than `prlimit`: it is everywhere,
 * and a limit that cannot be set (above the hard one) is left out instead of refusing to start. Files count in 512-byte blocks.
 * Of processor time the soft limit comes a second before the hard one: its signal tells what happened, and SIGKILL does not.
 */
const script = `
[ -z "$1" ] || { ulimit -S -t "$1" && ulimit -H -t "$(($1 + 1))"; } 2>/dev/null || :
[ -z "$2" ] || ulimit -f "$2" 2>/dev/null || :
[ -z "$3" ] || ulimit -n "$3" 2>/dev/null || :
shift 3
exec "$@"
`;

/** @returns the command that starts `command` under `limits`, or the reason why it cannot be started. */
export function underLimits(
  request: Pick<ProcessRequest, 'command' | 'cwd' | 'env'>,
  limits: ProcessLimits,
): { readonly command: Command } | { readonly reason: string } {
  const [program, ...args] = request.command;
  const found = findProgram(program, request.cwd, request.env['PATH'] ?? '');
  if (found === undefined) return { reason: `There is no program ${program} on the PATH.` };
  const blocks = limits.fileBytes === undefined ? undefined : Math.ceil(limits.fileBytes / 512);
  const values = [limits.cpuSeconds, blocks, limits.openFiles].map((value) => (value === undefined ? '' : String(Math.ceil(value))));
  return { command: ['/bin/sh', '-c', script, 'sh', ...values, found, ...args] };
}
