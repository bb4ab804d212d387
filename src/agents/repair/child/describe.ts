import type { ChangedPlace } from '../protocol.ts';

/** The lines in which two texts differ, from the first to the last, as one place. */
export function describeChange(path: string, before: string, after: string): ChangedPlace {
  const old = before.split('\n');
  const changed = after.split('\n');
  let head = 0;
  while (head < old.length && head < changed.length && old[head] === changed[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < changed.length - head && old[old.length - 1 - tail] === changed[changed.length - 1 - tail])
    tail += 1;
  const shown = (lines: readonly string[]) =>
    lines
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .join(' ')
      .slice(0, 200);
  return {
    path,
    line: head + 1,
    before: shown(old.slice(head, old.length - tail)),
    after: shown(changed.slice(head, changed.length - tail)),
  };
}
