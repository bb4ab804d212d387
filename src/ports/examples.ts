/** The example projects that come with Miyabi. */
export interface Examples {
  names(): Promise<readonly string[]>;
  /** Copies one to a new temporary folder. @returns the copy's real path. */
  copy(name: string): Promise<string>;
}
