/** What differs between two short texts, as git prints it with all lines around: one hunk. */
export function lineDiff(path: string, before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const common: number[][] = Array.from({ length: old.length + 1 }, () => Array.from({ length: now.length + 1 }, () => 0));
  const at = (row: number, column: number): number => common[row]?.[column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1)
    for (let column = now.length - 1; column >= 0; column -= 1) {
      const longest = old[row] === now[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1));
      common[row]?.splice(column, 1, longest);
    }
  const lines: string[] = [];
  let [row, column] = [0, 0];
  while (row < old.length || column < now.length) {
    if (row < old.length && old[row] === now[column]) {
      lines.push(` ${old[row] ?? ''}`);
      [row, column] = [row + 1, column + 1];
    } else if (column >= now.length || (row < old.length && at(row + 1, column) >= at(row, column + 1))) lines.push(`-${old[row++] ?? ''}`);
    else lines.push(`+${now[column++] ?? ''}`);
  }
  return [`diff --git a/${path} b/${path}`, `--- a/${path}`, `+++ b/${path}`, `@@ -1,${old.length} +1,${now.length} @@`, ...lines].join(
    '\n',
  );
}
