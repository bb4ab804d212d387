import { useState } from 'react';
import type { DiffList } from './use-patches.ts';

export interface Frozen {
  /** What was there when one began to look. */
  readonly list: DiffList;
  /** It is not what is there now. */
  readonly isOld: boolean;
  readonly refresh: () => void;
}

/** Keeps what somebody reads as it is while worlds go on changing it; another choice of sides is followed at once. */
export function useFrozen(newest: DiffList): Frozen {
  const [list, setList] = useState(newest);
  if (sidesOf(list) !== sidesOf(newest)) setList(newest);
  return { list, isOld: isOther(list, newest), refresh: () => setList(newest) };
}

function sidesOf({ run, task, a, b }: DiffList): string {
  return JSON.stringify([run, task, a.world, b.world]);
}

type Listed = { readonly files: ReadonlyArray<Pick<DiffList['files'][number], 'path' | 'contents'>> };

/** Whether files have come, gone or changed. */
export function isOther(shown: Listed, newest: Listed): boolean {
  return contentsOf(shown) !== contentsOf(newest);
}

function contentsOf({ files }: Listed): string {
  return files.map(({ path, contents }) => `${path}\0${contents}`).join('\0');
}
