/** Fuel of the first run, when nothing is known yet: a fraction of a second of tight loops. */
export const firstFuel = 5_000_000;

/** Many times what the tests use at the base where that is little; where it is much, twice as much and this. */
const fuelFactor = 20;
const fuelBeyond = 100_000;

/** Whatever the tests use, each of a candidate's has as much. */
const fuelAtLeast = 20_000;

/** The same where a test loops for ever at the base: most candidates do then too, and the search would do nothing else. */
const fuelAtLeastOfLoops = 2_000;

/**
 * Turns of loops and calls of functions that one test of a candidate may take.
 *
 * @param base what the hungriest test used at the base that came to an end, and whether one did not.
 * @param patience so many times as much at least.
 */
export function fuelFor({ ticks, ranDry }: { readonly ticks: number; readonly ranDry: boolean }, patience = 1): number {
  const known = Math.min(ticks * fuelFactor, ticks * 2 + fuelBeyond);
  return Math.max(known, patience * (ranDry ? fuelAtLeastOfLoops : fuelAtLeast));
}
