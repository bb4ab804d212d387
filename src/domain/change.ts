/** One file of a change. Lines are counted as git counts them; binary files have none. */
export interface FileChange {
  readonly path: string;
  /** Where it was before a rename. */
  readonly from?: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed' | 'mode';
  readonly addedLines: number;
  readonly removedLines: number;
  readonly binary: boolean;
  /** What it is afterwards (before, when deleted). A submodule is a gitlink. */
  readonly kind: 'file' | 'executable' | 'symlink' | 'submodule';
}

/** The difference between two commits. */
export interface Change {
  readonly files: readonly FileChange[];
}

/** Lines added plus lines removed: the size by which the smaller of two equal changes is chosen. */
export function changeSize(change: Change): number {
  return change.files.reduce((sum, file) => sum + file.addedLines + file.removedLines, 0);
}
