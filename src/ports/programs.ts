/** Programs of other makers that agents drive; `-acp`: those by which one of them speaks the Agent Client Protocol. */
export const programNames = ['claude-code', 'codex', 'opencode', 'gemini', 'claude-code-acp', 'codex-acp'] as const;
export type ProgramName = (typeof programNames)[number];

/** A program that is there and new enough, and what it takes to start it inside a world. */
export interface FoundProgram {
  /** Its file, without links. */
  readonly path: string;
  /** What its command line begins with: the program, behind the Node that runs it where it is a script for Node. */
  readonly command: readonly [string, ...string[]];
  /** As it tells it, such as `2.1.329`. */
  readonly version: string;
  /** Files and folders that must be visible where it runs. */
  readonly readable: readonly string[];
}

/** Where those programs lie on this machine: as configured, else on the PATH. */
export interface Programs {
  /**
   * Looks anew each time; a version is asked for once for each file.
   *
   * @returns undefined when it is nowhere.
   * @throws Failure (configuration) when it is too old or does not tell its version, or is not where the configuration says. Its fact
   * `fault` is the fault of agents that it amounts to: `too-old` or `not-installed`.
   */
  find(name: ProgramName): Promise<FoundProgram | undefined>;
  /** What to do to get it, in a sentence. */
  howToGet(name: ProgramName): string;
}
