/** Folders of releases on this machine: each is made once, and never written to again. */
export interface ReleaseFolders {
  /**
   * Copies what a build left in a folder of its tree, but for paths from the top of the tree that are named, and makes the copy read-only. What an earlier
   * attempt left goes first. Links stay links, and lead nowhere out of the tree on the way to the folder. @returns the SHA-256 over its files.
   * @throws Failure (failed) where there is no such folder in the tree.
   */
  keep(request: { readonly tree: string; readonly output: string; readonly to: string; readonly but: readonly string[] }): Promise<string>;
  /** Whether the folder is there as it was kept. */
  has(folder: string, digest: string): Promise<boolean>;
}
