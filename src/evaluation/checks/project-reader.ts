/** A project to look at: a folder, or a commit. Paths are relative to its top and written with `/`. */
export interface ProjectReader {
  /** @returns undefined when it does not exist. */
  readFile(path: string): Promise<string | undefined>;
  exists(path: string): Promise<boolean>;
  /** All files, where that is known; folders of dependencies need not be listed. */
  list(): Promise<readonly string[]>;
}
