import { Failure } from '../../src/domain/failure.ts';
import { isInjected } from './faults.ts';
import type { Machine } from './machine.ts';

/** Notes an error that the simulation itself has injected, or a refusal meant for people; any other is a defect. */
export function isExpected(machine: Machine, what: string, error: unknown): void {
  const expected = isInjected(error) || (error instanceof Failure && (error.reason === 'usage' || error.reason === 'notFoundOrLocked'));
  machine.note('!', `${what}: ${error instanceof Error ? error.message : String(error)}`);
  if (!expected) machine.violate(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}
