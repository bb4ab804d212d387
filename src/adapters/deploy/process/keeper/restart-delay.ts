/** Exits of the last minute decide how long the next start waits, in ms. */
const recentMs = 60_000;
const firstMs = 250;
const longestMs = 30_000;

/**
 * How long to wait before a program that has exited is started again: twice as long with every exit within a minute.
 *
 * @param exits epoch ms.
 * @returns ms
 */
export function restartDelay(exits: readonly number[], now: number): number {
  const recent = exits.filter((at) => at > now - recentMs).length;
  return Math.min(longestMs, firstMs * 2 ** Math.max(0, recent - 1));
}
