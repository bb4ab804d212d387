/** What an engine tells of the restarts of something: how many, and when the last was. Epoch ms. */
export interface Restarts {
  /** Exits so far. */
  readonly count: number;
  /** Of the last exit; undefined where that is not told. */
  readonly lastAt: number | undefined;
  /** When it was started for the first time. */
  readonly since: number;
}

/** What was known at an earlier look. */
export interface SeenExits {
  readonly at: number;
  readonly count: number;
  readonly exits: readonly number[];
}

/** As many times as a status tells at most. */
const most = 100;

/**
 * The times of exits of which only the number and the last one are told: those since the look before are spread evenly over the time in between, so
 * that whoever looks every few seconds is wrong by less than that.
 *
 * @param at the time of this look, epoch ms.
 */
export function spreadExits(restarts: Restarts, seen: SeenExits | undefined, at: number): SeenExits {
  const { count, lastAt, since } = restarts;
  // Fewer than before: it is another one under the same name.
  const known = seen !== undefined && seen.count <= count ? seen : { at: since, count: 0, exits: [] };
  const fresh = count - known.count;
  const until = Math.max(known.at, Math.min(lastAt ?? at, at));
  const step = (until - known.at) / Math.max(fresh, 1);
  const shown = Math.min(fresh, most);
  const added = Array.from({ length: shown }, (_, index) => Math.round(until - step * (shown - 1 - index)));
  return { at, count, exits: [...known.exits, ...added].slice(-most) };
}
