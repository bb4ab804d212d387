/** A line that a change added, with its number in the file as the change leaves it. */
export interface AddedLine {
  readonly line: number;
  readonly text: string;
}

/** The lines that a unified diff adds, by file; files of which nothing is added are not among them. */
export function addedLines(patch: string): ReadonlyMap<string, readonly AddedLine[]> {
  const found = new Map<string, AddedLine[]>();
  let lines: AddedLine[] = [];
  let next = 0;
  let left = { old: 0, fresh: 0 };
  for (const line of patch.split('\n')) {
    const isInside = left.old > 0 || left.fresh > 0;
    if (!isInside) {
      const path = /^\+\+\+ (?:b\/([^\t\r]*)|"b\/(.*)")/.exec(line);
      if (path !== null) {
        lines = [];
        found.set(path[1] ?? path[2] ?? '', lines);
      }
      const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
      if (hunk === null) continue;
      left = { old: Number(hunk[1] ?? 1), fresh: Number(hunk[3] ?? 1) };
      next = Number(hunk[2]);
    } else if (line.startsWith('+')) {
      lines.push({ line: next, text: line.slice(1) });
      next += 1;
      left = { ...left, fresh: left.fresh - 1 };
    } else if (line.startsWith('-')) left = { ...left, old: left.old - 1 };
    else if (!line.startsWith('\\')) {
      next += 1;
      left = { old: left.old - 1, fresh: left.fresh - 1 };
    }
  }
  return new Map([...found].filter(([, added]) => added.length > 0));
}
