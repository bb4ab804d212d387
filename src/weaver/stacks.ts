import { Failure } from '../domain/failure.ts';
import { AttemptAborted } from './abort.ts';

const longestStack = 8_000;
const mostCauses = 5;

/**
 * Where something unexpected was thrown and what caused it, innermost last, for the records of the attempt. That an attempt was
 * asked to stop is expected, and so is a {@link Failure}.
 */
export function stacksOf(thrown: unknown): readonly string[] {
  const stacks: string[] = [];
  for (let each = thrown; each instanceof Error && stacks.length < mostCauses; each = each.cause) {
    if (each instanceof AttemptAborted || each instanceof Failure) return [];
    stacks.push((each.stack ?? String(each)).slice(0, longestStack));
  }
  return stacks;
}
