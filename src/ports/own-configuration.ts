import type { ConfigLayer } from '../domain/resolve-config.ts';

/** What became of reading the user's own configuration again. */
export type Reloaded =
  /** It says what it said before. */
  | { readonly kind: 'same' }
  /** `keys`: whose values are others than when it was read last. `waiting`: which of them hold only after a restart, and stay as they were until then. */
  | { readonly kind: 'changed'; readonly keys: readonly string[]; readonly waiting: readonly string[] }
  /** It does not hold as it is, and what held before still does. */
  | { readonly kind: 'kept'; readonly why: string };

/** The user's own configuration as it holds for a process, which may change while that runs. */
export interface OwnConfiguration {
  /** Flags, environment and the user's file, strongest first. */
  current(): readonly ConfigLayer[];
  /** Reads it again now. */
  reload(): Promise<Reloaded>;
  /** Is called after each reading of which something came, until it is disposed. */
  subscribe(heard: (reloaded: Exclude<Reloaded, { readonly kind: 'same' }>) => void): Disposable;
  /** Reads it again whenever the file changes, until it is disposed. Keeps no process alive. */
  watch(): AsyncDisposable;
}
