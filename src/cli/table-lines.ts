/** Rows of cells as lines: the first column to the left, those of figures to the right; what is last and in words to the left again. */
export function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<readonly number[]>((most, row) => row.map((cell, index) => Math.max(most[index] ?? 0, cell.length)), []);
  const isFigure = widths.map(
    (_, index) => index > 0 && rows.slice(1).every((row) => /^(?:-|(?:at most )?[\d.,]+(?: %)?)$/.test(row[index] ?? '')),
  );
  return rows.map((row) =>
    row
      .map((cell, index) => (isFigure[index] === true ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
