import { useState } from 'react';
import type { DiffFile } from './read-patch.ts';

export interface OpenFiles {
  readonly isOpen: (file: DiffFile) => boolean;
  readonly set: (file: DiffFile, isOpen: boolean) => void;
  readonly setAll: (files: readonly DiffFile[], isOpen: boolean) => void;
}

/** Which files show their lines: those that people read and have not viewed yet, unless somebody says otherwise. */
export function useOpenFiles(isViewed: (file: DiffFile) => boolean): OpenFiles {
  const [said, setSaid] = useState<ReadonlyMap<string, boolean>>(new Map());
  return {
    isOpen: (file) => !file.binary && (said.get(file.path) ?? (file.folded === null && !isViewed(file))),
    set: ({ path }, isOpen) => setSaid((now) => new Map([...now, [path, isOpen]])),
    // What nobody reads stays closed until it is asked for by itself.
    setAll: (files, isOpen) =>
      setSaid(
        (now) => new Map([...now, ...files.filter(({ folded }) => !isOpen || folded === null).map(({ path }) => [path, isOpen] as const)]),
      ),
  };
}
