/**
 * How much of its watch a release has behind it, in ms: time in which nobody looked (whoever watched had died) proves nothing, and does not count.
 *
 * @param lookedAt epoch ms, in any order, as the others.
 * @param mostMs that may lie between two looks without anybody having been away.
 */
export function watchedMs(
  lookedAt: readonly number[],
  { servedAt, at, mostMs }: { readonly servedAt: number; readonly at: number; readonly mostMs: number },
): number {
  const between = lookedAt.filter((moment) => moment > servedAt && moment < at).toSorted((one, other) => one - other);
  let last = servedAt;
  let watched = 0;
  for (const moment of [...between, at]) {
    watched += Math.min(Math.max(0, moment - last), mostMs);
    last = moment;
  }
  return watched;
}
