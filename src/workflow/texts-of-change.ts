import type { Change } from '../domain/change.ts';
import type { CommitId } from '../domain/ids.ts';
import type { Mirror } from '../ports/git.ts';

/** The texts of files before and after a change; undefined where there is no regular file. */
export interface TextsOfChange {
  readonly before: (path: string) => Promise<string | undefined>;
  readonly after: (path: string) => Promise<string | undefined>;
}

/** Reads all files of a change at once, with two calls of git for each side, and others when they are asked for, each once. */
export function textsOfChange(
  mirror: Pick<Mirror, 'readFile' | 'readFiles'>,
  { base, commit, change }: { readonly base: CommitId; readonly commit: CommitId; readonly change: Change },
): TextsOfChange {
  const paths = new Set(change.files.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from])));
  const then = change.files.flatMap(({ path, from, status }) => (status === 'added' ? [] : [from ?? path]));
  const now = change.files.flatMap(({ path, status }) => (status === 'deleted' ? [] : [path]));
  return { before: reader(mirror, base, { known: paths, there: then }), after: reader(mirror, commit, { known: paths, there: now }) };
}

/** @param known paths of which the change itself says whether they are there. */
function reader(
  mirror: Pick<Mirror, 'readFile' | 'readFiles'>,
  commit: CommitId,
  { known, there }: { readonly known: ReadonlySet<string>; readonly there: readonly string[] },
): TextsOfChange['before'] {
  let together: Promise<ReadonlyMap<string, string>> | undefined;
  const apart = new Map<string, Promise<string | undefined>>();
  return async (path) => {
    if (known.has(path)) return (await (together ??= mirror.readFiles(commit, [...new Set(there)]))).get(path);
    const text = apart.get(path) ?? mirror.readFile(commit, path);
    apart.set(path, text);
    return await text;
  };
}
