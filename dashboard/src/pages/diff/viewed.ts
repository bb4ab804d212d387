import { useCallback } from 'react';
import { useKept } from './kept.ts';

/** A file of a diff, as far as marks are concerned. */
interface Marked {
  readonly path: string;
  /** The same for as long as its change is the same. */
  readonly contents: string;
}

/** Which files of a diff were looked at; one that has changed since has not been. */
export interface ViewedMarks {
  readonly isViewed: (file: Marked) => boolean;
  readonly toggle: (file: Marked) => void;
}

/** @param diff names the run and both sides. */
export function useViewed(diff: string): ViewedMarks {
  const [marks, change] = useKept(`miyabi.viewed.${diff}`, readMarks);
  const isViewed = useCallback(({ path, contents }: Marked) => marks.some(([of, seen]) => of === path && seen === contents), [marks]);
  const toggle = useCallback((file: Marked) => change((now) => toggled(now, file)), [change]);
  return { isViewed, toggle };
}

type Marks = ReadonlyArray<readonly [path: string, contents: string]>;

export function readMarks(stored: unknown): Marks {
  if (!Array.isArray(stored)) return [];
  return stored.filter(
    (each): each is Marks[number] => Array.isArray(each) && each.length === 2 && each.every((part) => typeof part === 'string'),
  );
}

/** A file has one mark at most: that of an earlier change goes with a new one. */
export function toggled(marks: Marks, { path, contents }: Marked): Marks {
  const others = marks.filter(([of]) => of !== path);
  return marks.some(([of, seen]) => of === path && seen === contents) ? others : [...others, [path, contents]];
}
