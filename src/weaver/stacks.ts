import { Failure } from '../domain/failure.ts';
import { AttemptAborted } from './abort.ts';
import { describeThrown } from './describe-thrown.ts';

const longestStack = 8_000;
const mostCauses = 5;

/**
 * Where something unexpected was thrown and what caused it, innermost last, for the records of the attempt. That an attempt was
 * asked to stop is expected, and so is a {@link Failure}. Never throws.
 */
export function stacksOf(thrown: unknown): readonly string[] {
  const stacks: string[] = [];
  try {
    for (let each = thrown; each instanceof Error && stacks.length < mostCauses; each = each.cause) {
      if (each instanceof AttemptAborted || each instanceof Failure) return [];
      // Programs may put anything there.
      const stack: unknown = each.stack;
      stacks.push((typeof stack === 'string' ? stack : describeThrown(each)).slice(0, longestStack));
    }
  } catch (error) {
    stacks.push(`Its stack cannot be read: ${describeThrown(error)}`.slice(0, longestStack));
  }
  return stacks;
}
