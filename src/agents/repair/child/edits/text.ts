/** A slice of a text and what stands there afterwards. Offsets count UTF-16 units; an insertion has `start === end`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies edits that do not overlap. Insertions at one place keep the order in which they are given. */
export function applyEdits(source: string, edits: readonly TextEdit[]): string {
  const ordered = edits.toSorted((one, other) => one.start - other.start || one.end - other.end);
  let text = '';
  let position = 0;
  for (const edit of ordered) {
    text += source.slice(position, edit.start) + edit.text;
    position = edit.end;
  }
  return text + source.slice(position);
}

/** Whether two sets of edits touch the same characters, so that one would undo or garble the other. */
export function editsOverlap(some: readonly TextEdit[], others: readonly TextEdit[]): boolean {
  return some.some((one) => others.some((other) => one.start < other.end && other.start < one.end));
}

/** The white space at the beginning of the line that holds `offset`. */
export function indentationAt(source: string, offset: number): string {
  const lineStart = source.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(source.slice(lineStart, offset))?.[0] ?? '';
}
