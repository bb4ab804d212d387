import type { FileChange } from '../change.ts';
import type { Redact } from '../redact.ts';

type Named = Pick<FileChange, 'path' | 'from'>;

/** The names of files as they are told, without the secrets that they may hold, in the same order. Two that are alike then are told apart by a number. */
export function shownNames(files: readonly Named[], redact: Redact): ReadonlyArray<Named> {
  const told = new Map<string, number>();
  return files.map(({ path, from }) => {
    const shown = redact(path).text;
    const number = (told.get(shown) ?? 0) + 1;
    told.set(shown, number);
    const name = number === 1 ? shown : `${shown} (${number})`;
    return from === undefined ? { path: name } : { path: name, from: redact(from).text };
  });
}
