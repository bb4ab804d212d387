/** The quarter of a year, 1 to 4, in which a month (1 to 12) lies. */
export function quarterOf(month) {
  if (!Number.isInteger(month) || month < 1 || month > 12) throw new RangeError(`${month} is no month`);
  return Math.floor(month / 3) + 1;
}

/** Entries by quarter, such as `2026 Q1`, in the order of time. */
export function byQuarter(entries) {
  const groups = new Map();
  for (const entry of entries) {
    const name = `${entry.year} Q${quarterOf(entry.month)}`;
    const group = groups.get(name) ?? [];
    group.push(entry);
    groups.set(name, group);
  }
  return [...groups].sort(([left], [right]) => (left < right ? -1 : 1));
}
