/**
 * A whole number as people read it: `12,345`.
 *
 * Not `toLocaleString`: the first call of that takes 5 ms and 6 MiB.
 */
export function grouped(number: number): string {
  return String(number).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}
