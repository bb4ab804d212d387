import type { ConcurrencyLimit } from '../domain/limits.ts';
import { inChange } from './change.ts';
import type { EngineParts } from './parts.ts';

/**
 * Sets how many tasks of a type, or under a key, may run at a time over all processes; undefined takes the limit away.
 *
 * @throws RangeError when `most` is not a whole number of at least 0.
 */
export async function setLimit(parts: EngineParts, limit: ConcurrencyLimit, most: number | undefined): Promise<void> {
  if (most !== undefined && (!Number.isSafeInteger(most) || most < 0)) {
    throw new RangeError(`A limit is a whole number of at least 0, not ${most}.`);
  }
  return inChange(parts, async (change) => {
    await (await change.records()).setLimit(limit, most);
    change.limits.changed();
    await change.limits.liftUnder(limit);
  });
}
