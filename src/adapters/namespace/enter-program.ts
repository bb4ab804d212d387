import { heldCapabilities } from './capabilities.ts';
import { namespaceVariable } from './namespace-state.ts';
import { probeNamespace } from './probe.ts';

/**
 * Starts Miyabi anew inside of a user and mount namespace of its own, where an ordinary user may mount worlds. It stays the same
 * process, with the same id, terminal, open files and working folder, so whoever started it sees no difference. Loaded by the
 * launcher alone, before anything has touched the standard streams.
 *
 * Returns, having done nothing, where that is not needed, was done already, or is not possible.
 */
export function enterNamespace(environment: Readonly<Record<string, string | undefined>>, launcher: string, args: readonly string[]): void {
  if (process.platform !== 'linux' || process.geteuid?.() === 0 || process.execve === undefined) return;
  if (environment[namespaceVariable] !== undefined || heldCapabilities().mayMount) return;
  const probed = probeNamespace();
  if (probed.kind === 'impossible') return;
  const [program] = probed.command;
  process.execve(program, [...probed.command, process.execPath, ...process.execArgv, launcher, ...args], {
    ...environment,
    [namespaceVariable]: '1',
  });
}
