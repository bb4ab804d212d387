const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** A size in the largest unit that leaves at least one: `512 B`, `3.4 MB`. Powers of 1,000, as disks are sold. */
export function bytes(size: number): string {
  const step = Math.min(units.length - 1, size < 1 ? 0 : Math.floor(Math.log10(size) / 3));
  return `${(size / 1_000 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step]}`;
}
