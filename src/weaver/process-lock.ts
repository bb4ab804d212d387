import type { ProcessId } from '../domain/ids.ts';

/** The lock that a process holds as long as it lives. */
export function processLock(id: ProcessId): string {
  return `process-${id}`;
}
