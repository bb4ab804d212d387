import { Failure } from '../../domain/failure.ts';

export const defaultTtlMs = 30 * 24 * 60 * 60 * 1000;

/** @throws Failure (usage) when it is not a number of whole ms that can be added to the time of day. */
export function checkTtl(ttlMs: number, now: number): void {
  if (Number.isSafeInteger(ttlMs) && ttlMs >= 0 && Number.isSafeInteger(now + ttlMs)) return;
  throw new Failure(
    'usage',
    {
      what: `An artifact cannot live for ${ttlMs} ms.`,
      why: `A time to live is a whole number of milliseconds, 0 or more, that ends before the largest safe integer.`,
      fix: 'Give whole milliseconds, or leave it out for the default.',
    },
    { facts: { ttlMs } },
  );
}
