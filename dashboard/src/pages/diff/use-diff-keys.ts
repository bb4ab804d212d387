import { useNavigate } from '@tanstack/react-router';
import { useKeys } from '../../ui/use-keys.ts';
import type { ShownFile } from './code.tsx';
import type { Place } from './comments.ts';
import { idOf } from './comments.ts';
import { firstChanges, shownLines, stepped } from './lines.ts';
import type { DiffFile } from './read-patch.ts';
import type { DiffList } from './use-patches.ts';

export interface DiffKeysProps {
  readonly list: DiffList;
  readonly shown: readonly ShownFile[];
  /** Path of the file where one is. */
  readonly current: string | undefined;
  readonly selected: Place | undefined;
  readonly goTo: (path: string) => void;
  readonly select: (place: Place | undefined) => void;
  readonly edit: (place: Place | undefined) => void;
  readonly viewed: (file: DiffFile) => void;
}

/** Everything about a diff without a mouse. */
export function useDiffKeys({ list, shown, current, selected, goTo, select, edit, viewed }: DiffKeysProps): void {
  const navigate = useNavigate({ from: '/runs/$run/diff' });
  const at = selected?.path ?? current;
  const toFile = (by: 1 | -1): void => {
    const next = stepped(shown, ({ file }) => file.path === at, by);
    if (next === undefined) return;
    select(undefined);
    goTo(next.file.path);
  };
  const toLine = (places: readonly Place[], by: 1 | -1): void => {
    const here =
      selected === undefined ? places.findIndex(({ path }) => path === at) : places.findIndex((place) => idOf(place) === idOf(selected));
    const first = by === 1 ? places[Math.max(0, here)] : places.at(here === -1 ? -1 : here);
    const next = selected === undefined ? first : (stepped(places, (place) => idOf(place) === idOf(selected), by) ?? first);
    if (next !== undefined) select(next);
  };
  const toHunk = (by: 1 | -1): void => {
    const hunks = shown.flatMap((file) => placesOf(file, firstChanges));
    if (selected === undefined || hunks.some((place) => idOf(place) === idOf(selected))) return toLine(hunks, by);
    // Between two hunks: the one before or after the chosen line.
    const lines = shown.flatMap((file) => placesOf(file, shownLines)).map(idOf);
    const here = lines.indexOf(idOf(selected));
    const next =
      by === 1 ? hunks.find((place) => lines.indexOf(idOf(place)) > here) : hunks.findLast((place) => lines.indexOf(idOf(place)) < here);
    if (next !== undefined) select(next);
  };
  const toWorld = (by: 1 | -1): void => {
    const worlds =
      list.tasks.find(({ id }) => id === list.task)?.worlds.filter(({ world, commit }) => commit !== null && world !== list.a.world) ?? [];
    const next = stepped(worlds, ({ world }) => world === list.b.world, by);
    if (next !== undefined) void navigate({ search: (before) => ({ ...before, b: next.world, file: undefined }) });
  };
  useKeys({
    j: { does: 'Next file', run: () => toFile(1) },
    k: { does: 'Previous file', run: () => toFile(-1) },
    n: { does: 'Next hunk', run: () => toHunk(1) },
    p: { does: 'Previous hunk', run: () => toHunk(-1) },
    '.': {
      does: 'Next line',
      run: () =>
        toLine(
          shown.flatMap((file) => placesOf(file, shownLines)),
          1,
        ),
    },
    ',': {
      does: 'Previous line',
      run: () =>
        toLine(
          shown.flatMap((file) => placesOf(file, shownLines)),
          -1,
        ),
    },
    c: { does: 'Comment on the chosen line', run: () => edit(selected) },
    v: {
      does: 'Mark the file as viewed, and go on',
      run: () => {
        const here = shown.find(({ file }) => file.path === (at ?? shown[0]?.file.path));
        if (here === undefined) return;
        viewed(here.file);
        toFile(1);
      },
    },
    ']': { does: 'Next world', run: () => toWorld(1) },
    '[': { does: 'Previous world', run: () => toWorld(-1) },
  });
}

function placesOf({ file, lines, isOpen }: ShownFile, of: typeof shownLines): readonly Place[] {
  if (lines.kind !== 'shown' || !isOpen) return [];
  return of(lines.diff.hunks).map((line) => ({ ...line, path: file.path }));
}
