import type { Place } from './comments.ts';

/** A stretch of a hunk: unchanged lines, or lines that others came in place of. */
type Stretch =
  | { readonly type: 'context'; readonly lines: number }
  | { readonly type: 'change'; readonly deletions: number; readonly additions: number };

/** What is needed of a hunk to know its lines. */
export interface HunkLines {
  readonly deletionStart: number;
  readonly additionStart: number;
  readonly hunkContent: readonly Stretch[];
}

type Line = Pick<Place, 'side' | 'line'>;

/** Every line that is shown, in the order in which it is read; unchanged ones as those of the new side. */
export function shownLines(hunks: readonly HunkLines[]): readonly Line[] {
  return hunks.flatMap(linesOf);
}

/** The first changed line of each hunk: where one jumps from hunk to hunk. */
export function firstChanges(hunks: readonly HunkLines[]): readonly Line[] {
  return hunks.flatMap((hunk) => {
    const context = hunk.hunkContent[0]?.type === 'context' ? hunk.hunkContent[0].lines : 0;
    return linesOf(hunk)[context] ?? [];
  });
}

function linesOf({ deletionStart, additionStart, hunkContent }: HunkLines): readonly Line[] {
  const lines: Line[] = [];
  let old = deletionStart;
  let now = additionStart;
  for (const stretch of hunkContent) {
    const removed = stretch.type === 'context' ? 0 : stretch.deletions;
    const added = stretch.type === 'context' ? stretch.lines : stretch.additions;
    for (let index = 0; index < removed; index += 1) lines.push({ side: 'old', line: old + index });
    for (let index = 0; index < added; index += 1) lines.push({ side: 'new', line: now + index });
    old += stretch.type === 'context' ? stretch.lines : removed;
    now += added;
  }
  return lines;
}

/** The place so many steps away from where one is, no further than the ends; without a place the first one, or the last when going back. */
export function stepped<Item>(items: readonly Item[], isAt: (item: Item) => boolean, by: 1 | -1): Item | undefined {
  const at = items.findIndex(isAt);
  if (at === -1) return by === 1 ? items[0] : items.at(-1);
  return items[Math.min(items.length - 1, Math.max(0, at + by))];
}
