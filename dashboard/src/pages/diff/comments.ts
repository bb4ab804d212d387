import { useCallback } from 'react';
import { useKept } from './kept.ts';

/** A line of one side of a diff. */
export interface Place {
  readonly path: string;
  readonly side: 'old' | 'new';
  /** From 1. */
  readonly line: number;
}

/** What somebody says of a line, until they ask for a fix; only this browser knows it. */
export interface LineComment extends Place {
  readonly id: string;
  readonly text: string;
}

export interface LineComments {
  /** In the order in which their lines stand. */
  readonly comments: readonly LineComment[];
  /** Adds one, or changes the one of this id. */
  readonly put: (comment: LineComment) => void;
  readonly remove: (id: string) => void;
  readonly clear: () => void;
}

/** @param change names the run, its task and the world whose change is spoken of. */
export function useComments(change: string): LineComments {
  const [comments, alter] = useKept(`miyabi.comments.${change}`, readComments);
  const put = useCallback((comment: LineComment) => alter((now) => withComment(now, comment)), [alter]);
  const remove = useCallback((id: string) => alter((now) => now.filter((each) => each.id !== id)), [alter]);
  const clear = useCallback(() => alter(() => []), [alter]);
  return { comments, put, remove, clear };
}

/** The id of a comment is its place: a line has one on each side. */
export function idOf({ path, side, line }: Place): string {
  return `${side}:${line}:${path}`;
}

export function withComment(comments: readonly LineComment[], comment: LineComment): readonly LineComment[] {
  return [...comments.filter(({ id }) => id !== comment.id), comment].toSorted(
    (one, other) => one.path.localeCompare(other.path, 'en') || one.line - other.line || one.side.localeCompare(other.side, 'en'),
  );
}

export function readComments(stored: unknown): readonly LineComment[] {
  return Array.isArray(stored) ? stored.filter(isComment) : [];
}

function isComment(stored: unknown): stored is LineComment {
  if (typeof stored !== 'object' || stored === null) return false;
  const { id, path, side, line, text } = stored as Readonly<Record<string, unknown>>;
  return (
    typeof id === 'string' &&
    typeof path === 'string' &&
    (side === 'old' || side === 'new') &&
    Number.isInteger(line) &&
    typeof text === 'string'
  );
}
