/** Files of configuration, as they lie on the disk. */
export interface ConfigurationFiles {
  /** @returns undefined where there is none. @throws Failure (configuration) where it cannot be read. */
  read(path: string): Promise<string | undefined>;
  /**
   * Writes it as a whole or not at all, also in a power cut; folders that are missing are made. A file that is there keeps its mode and, where root changes it, its owner; a link to it stays one.
   * @param mode of a new file. @throws Failure (configuration) where it cannot be written.
   */
  replace(path: string, text: string, mode: number): Promise<void>;
}
