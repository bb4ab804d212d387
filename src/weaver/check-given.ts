import { Failure } from '../domain/failure.ts';
import { readSpec } from '../domain/specs.ts';
import type { SpecShape } from '../domain/specs.ts';

/** What a failure says when something that was handed in is not accepted. */
export interface Refusal {
  readonly what: string;
  readonly fix: string;
}

/** Holds what was handed in against its shape. @returns a copy of it. @throws Failure (usage) naming the path of the fault. */
export function checkGiven<Value>(shape: SpecShape<Value>, given: unknown, refusal: Refusal): Value {
  const read = readSpec(shape, given);
  if (read.kind === 'fault') throw refused(refusal, read.path, read.problem);
  return read.value;
}

/** Nothing of what was asked for is stored. */
export function refused({ what, fix }: Refusal, path: string, problem: string): Failure {
  const why = path === '' ? `It ${problem}.` : `${path}: ${problem}.`;
  return new Failure('usage', { what, why, fix }, { facts: { path, problem } });
}
