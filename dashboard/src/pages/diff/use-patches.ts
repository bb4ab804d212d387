import type { FileDiffMetadata } from '@pierre/diffs';
import { useQueries } from '@tanstack/react-query';
import { ask } from '../../api/ask.ts';
import type { Answer } from '../../api/operations.ts';
import type { DiffFile } from './read-patch.ts';
import { readPatch, withoutLines } from './read-patch.ts';

export type DiffList = Answer<'listDiffFiles'>;

/** What is known of the lines of a file. */
export type FileLines =
  | { readonly kind: 'closed' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'shown'; readonly diff: FileDiffMetadata }
  /** Nobody would wait for it. `isTooMuch`: it cannot be shown at all. */
  | { readonly kind: 'large'; readonly bytes: number; readonly isTooMuch: boolean }
  /** Its world has gone on since the list was read. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'failed'; readonly error: Error; readonly again: () => void };

/** How the lines of a file are asked for. */
export interface WantedFile {
  readonly file: DiffFile;
  /** However large it is. */
  readonly whole: boolean;
  /** With all lines that did not change. */
  readonly everything: boolean;
}

const allLines = 1_000_000;

/** The lines of the files that are wanted, by path. Each is read once: what they show is named by its contents. */
export function usePatches(list: DiffList, wanted: readonly WantedFile[]): ReadonlyMap<string, FileLines> {
  return useQueries({
    queries: wanted.map((one) => ({
      queryKey: ['lines of a file', list.run, list.task, list.a.commit, list.b.commit, one.file.path, one.whole, one.everything],
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) => await readLines(list, one, signal),
      staleTime: Number.POSITIVE_INFINITY,
      structuralSharing: false,
    })),
    combine: (results) =>
      new Map(
        results.map(({ data, error, refetch }, index): [string, FileLines] => {
          const path = wanted[index]?.file.path ?? '';
          if (data !== undefined) return [path, data];
          return [path, error === null ? { kind: 'reading' } : { kind: 'failed', error, again: () => void refetch() }];
        }),
      ),
  });
}

async function readLines({ run, task, a, b }: DiffList, { file, whole, everything }: WantedFile, signal: AbortSignal): Promise<FileLines> {
  const answer = await ask(
    'readDiffFile',
    {
      params: { run },
      query: {
        task,
        ...(a.world === null ? {} : { a: a.world }),
        b: b.world,
        path: file.path,
        ...(whole ? { whole: 'true' } : {}),
        ...(everything ? { context: allLines } : {}),
      },
    },
    signal,
  );
  if (answer.file.contents !== file.contents) return { kind: 'moved' };
  if (answer.patch === null) return { kind: 'large', bytes: answer.bytes, isTooMuch: whole };
  return { kind: 'shown', diff: readPatch(file, answer.patch) };
}

/** What stands for a file until its lines are there. */
export function diffOf(file: DiffFile, lines: FileLines | undefined): FileDiffMetadata {
  return lines?.kind === 'shown' ? lines.diff : withoutLines(file);
}
