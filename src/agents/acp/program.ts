/** A program that speaks the Agent Client Protocol, and what it has to be told to work in a world. */
export interface AcpProgram {
  /** For people, such as `gemini`. */
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Beside that of the world. */
  readonly environment: Readonly<Record<string, string>>;
  /** Written before it begins. */
  readonly files: readonly SettingsFile[];
  /** Whether it is told its model by its settings or arguments, so that it need not offer it by the protocol. */
  readonly isToldModel: boolean;
  /** Whether its calls of models come by the gateway, where they are counted. */
  readonly isCounted: boolean;
  /** `_meta` of its sessions: what its maker lets be said beside the protocol. */
  readonly sessionMeta?: Readonly<Record<string, unknown>>;
  /** `_meta` of what we say that we can do: what it tells only to those who say that they know it. */
  readonly clientMeta?: Readonly<Record<string, unknown>>;
}

/** A file of a program's settings; it lies where the world may write. */
export interface SettingsFile {
  readonly path: string;
  readonly text: string;
}

/** What a program is told in its own way. */
export interface ProgramSettings {
  /** Behind the program and its mode. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly files: readonly SettingsFile[];
}

/**
 * For Codex's adapter (2.6): to tell why a turn has failed. It says it in the words of its maker's own client; without that a failed turn is a
 * finished one whose last words are the error.
 */
export const tellsFailedTurns: Pick<AcpProgram, 'clientMeta'> = {
  clientMeta: { jetbrains: { air: { version: 1, capabilities: ['sessionFailure'] } } },
};
