import type { Survey } from '../edits/survey.ts';
import type { SuspiciousSite } from '../edits/propose.ts';
import type { ObservedCase } from './oracle.ts';

/** A file's statements with the number that was added to their indexes when the file was instrumented. */
export interface NumberedSurvey {
  readonly survey: Survey;
  readonly offset: number;
}

/**
 * Ochiai: failing tests that run a statement, over the root of (all failing tests x all tests that run it).
 * Abreu, Zoeteweij and van Gemund, "An evaluation of similarity coefficients for software fault localization" (2006).
 */
export function ochiai(failingHits: number, failing: number, hits: number): number {
  return failingHits === 0 ? 0 : failingHits / Math.sqrt(failing * hits);
}

/**
 * The statements at which the failing tests point, the most suspicious first, at most `limit`. Statements of a function
 * that ran carry some of the suspicion of their neighbours: what is missing was never run.
 */
export function suspiciousSites(
  surveys: readonly NumberedSurvey[],
  cases: readonly ObservedCase[],
  targets: ReadonlySet<string>,
  limit: number,
): SuspiciousSite[] {
  const failing = cases.filter(({ id }) => targets.has(id));
  const failingHits = countHits(failing);
  const passingHits = countHits(cases.filter(({ passed }) => passed));
  const places = surveys.flatMap(({ survey, offset }) =>
    survey.sites.map((site) => {
      const hits = failingHits.get(offset + site.index) ?? 0;
      return { survey, site, suspicion: ochiai(hits, failing.length, hits + (passingHits.get(offset + site.index) ?? 0)) };
    }),
  );
  const ranked = withUnreached(places).filter(({ suspicion }) => suspicion > 0);
  return ranked.toSorted((one, other) => other.suspicion - one.suspicion).slice(0, limit);
}

function countHits(cases: readonly ObservedCase[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { hits } of cases) for (const hit of hits ?? []) counts.set(hit, (counts.get(hit) ?? 0) + 1);
  return counts;
}

/** A branch that no failing test reached may be the one it should have reached: it gets a share of its function's suspicion. */
function withUnreached(places: readonly SuspiciousSite[]): SuspiciousSite[] {
  const highest = new Map<unknown, number>();
  for (const { site, suspicion } of places) {
    const key = site.enclosing?.node;
    if (key !== undefined) highest.set(key, Math.max(highest.get(key) ?? 0, suspicion));
  }
  return places.map((place) => {
    const shared = (highest.get(place.site.enclosing?.node) ?? 0) * 0.4;
    return place.suspicion >= shared ? place : { ...place, suspicion: shared };
  });
}
