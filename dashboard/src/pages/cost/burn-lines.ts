import type { Answer } from '../../api/operations.ts';

export type Burn = Answer<'readBurn'>;

/** What is drawn, on one axis of times. */
export interface BurnLines {
  /** Epoch seconds, each later than the one before. */
  readonly at: readonly number[];
  /** USD spent by then; null after now. */
  readonly spent: ReadonlyArray<number | null>;
  /** USD, from now to where it leads; null where nothing is said of then. */
  readonly forecast: ReadonlyArray<number | null>;
  /** USD, all along; null throughout where it lies so high that everything else would be flat. */
  readonly budget: ReadonlyArray<number | null>;
  readonly isBudgetAbove: boolean;
}

/** A budget of more times what is spent is not drawn. */
const farAbove = 3;

/** @param now epoch ms; what was spent last holds until then. */
export function burnLines(burn: Burn, now: number): BurnLines {
  const { points, from, to, budgetUsd, forecast } = burn;
  const end = to === null ? undefined : inSeconds(to);
  const until = Math.min(inSeconds(now), end ?? Infinity);
  const spentAt = new Map<number, number>([[inSeconds(from), 0]]);
  for (const { at, spentUsd } of points) spentAt.set(inSeconds(at), spentUsd);
  const last = points.at(-1)?.spentUsd ?? 0;
  if (!Array.from(spentAt.keys()).some((at) => at >= until)) spentAt.set(until, last);
  const at = Array.from(new Set([...spentAt.keys(), ...(end === undefined ? [] : [end])])).toSorted((one, other) => one - other);
  const lastAt = Math.max(...spentAt.keys());
  const top = Math.max(last, forecast?.endUsd ?? 0);
  const isBudgetAbove = budgetUsd > farAbove * top;
  return {
    at,
    spent: at.map((time) => (time > lastAt ? null : (spentAt.get(time) ?? null))),
    forecast: at.map((time) => (forecast === null || end === undefined || time < lastAt ? null : time === end ? forecast.endUsd : last)),
    budget: at.map(() => (isBudgetAbove ? null : budgetUsd)),
    isBudgetAbove,
  };
}

function inSeconds(ms: number): number {
  return Math.round(ms / 1_000);
}
