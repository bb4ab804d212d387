import { randomUUID } from 'node:crypto';
import type { ProcessResult, ProcessRunner } from '../../ports/process.ts';
import { createGuard } from './guard.ts';
import { runChild } from './run-child.ts';
import { withoutCapabilities } from './without-capabilities.ts';

/**
 * Runs programs in process groups of their own.
 *
 * What is ended with a child: its group, and on Linux also what left the group (found by a mark in the environment). On
 * macOS, where the environment of others cannot be read, a process that leaves the group by `setsid` or a double fork
 * survives. When this process dies without warning, a guard program ends the same set.
 *
 * Capabilities that this process holds without being root (in a user namespace of its own) are given up by every program but those
 * that ask to keep them. Root's are not: what root starts is root, and only a sandbox takes that away.
 *
 * @returns a runner whose disposal cancels what still runs, waits for it and sends the guard away.
 */
export function createProcessRunner(options: { readonly monotonic?: () => number } = {}): ProcessRunner {
  const id = randomUUID();
  const guard = createGuard(`MIYABI_PROCESS=${id}.`);
  const unprivileged = withoutCapabilities();
  const ending = new AbortController();
  const running = new Set<Promise<ProcessResult>>();
  let count = 0;

  return {
    run(request) {
      if (ending.signal.aborted) return Promise.reject(new Error('The process runner has been disposed.'));
      count += 1;
      guard.begin();
      const child = runChild(request, {
        mark: `${id}.${count}.`,
        guard,
        ending: ending.signal,
        monotonic: options.monotonic ?? (() => performance.now()),
        unprivileged,
      });
      running.add(child);
      return child.finally(() => running.delete(child));
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await Promise.allSettled(running);
      await guard.dismiss();
    },
  };
}
