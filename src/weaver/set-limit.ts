import type { ConcurrencyLimit } from '../domain/limits.ts';
import { limitShape } from '../domain/specs.ts';
import { inChange } from './change.ts';
import { checkGiven } from './check-given.ts';
import type { EngineParts } from './parts.ts';

const refusal = { what: 'The limit was not set.', fix: 'Say of what it is, type or key, its name, and how many may run.' };

/**
 * Sets how many tasks of a type, or under a key, may run at a time over all processes; undefined takes the limit away.
 *
 * @throws Failure (usage) when it names no type and no key, or when `most` is not a whole number of at least 0.
 */
export async function setLimit(parts: EngineParts, given: ConcurrencyLimit, givenMost: number | undefined): Promise<void> {
  const { limit, most } = checkGiven(limitShape, { limit: given, most: givenMost }, refusal);
  return inChange(parts, async (change) => {
    await (await change.records()).setLimit(limit, most);
    change.limits.changed();
    await change.limits.liftUnder(limit);
  });
}
