import { droppingCapabilities, heldCapabilities } from '../namespace/capabilities.ts';
import type { ProcessRequest } from '../../ports/process.ts';
import { findProgram } from './find-program.ts';

/** Turns a command into one that holds nothing of what this process may do, or says why it cannot be started. */
export type Unprivileged = (
  request: ProcessRequest,
  command: ProcessRequest['command'],
) => { readonly command: ProcessRequest['command'] } | { readonly reason: string };

/**
 * Where Miyabi works in a user namespace of its own, every program it starts could mount and unmount as it can: they give that
 * up before they begin. Where it holds no such power, which is nearly everywhere, commands are started as they are.
 */
export function withoutCapabilities(held = heldCapabilities()): Unprivileged {
  if (!held.inherited) return (_request, command) => ({ command });
  const dropping = droppingCapabilities(held);
  return (request, command) => {
    if (request.keepsCapabilities === true) return { command };
    if (dropping === undefined) return { reason: 'There is no `setpriv` (util-linux), and without it the program would have privileges.' };
    const [program, ...args] = command;
    const found = findProgram(program, request.cwd, request.env['PATH'] ?? '');
    if (found === undefined) return { reason: `There is no program ${program} on the PATH.` };
    const [first = 'setpriv', ...rest] = dropping;
    return { command: [first, ...rest, found, ...args] };
  };
}
