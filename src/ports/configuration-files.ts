/** Files of configuration, as they lie on the disk. */
export interface ConfigurationFiles {
  /** @returns undefined where there is none. @throws Failure (configuration) where it cannot be read. */
  read(path: string): Promise<string | undefined>;
  /**
   * Changes it while nobody else changes it through this port, on this machine. It is written as a whole or not at all, also in a power cut; folders that are missing are made. A file that is there keeps
   * its mode and, where root changes it, its owner; a link to it stays one.
   * @param change is told what stands there, undefined where there is no file; undefined leaves it as it is. What it throws goes through.
   * @param mode of a new file. @throws Failure (configuration) where it cannot be read or written.
   */
  change(path: string, mode: number, change: (text: string | undefined) => Promise<string | undefined>): Promise<void>;
}
