/** When the security of a line of Node is mended no more: https://github.com/nodejs/Release, as of October 2026. */
const ends: Readonly<Record<number, string>> = { 20: '2026-04-30', 22: '2027-04-30', 24: '2028-04-30', 26: '2029-04-30' };

/** @returns epoch ms; undefined for a line that had no end when this was written. @param version such as `24.21.0`. */
export function nodeEnds(version: string): number | undefined {
  const end = ends[Number(version.split('.')[0])];
  return end === undefined ? undefined : Date.parse(end);
}
