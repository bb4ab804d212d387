import type { Heartbeat } from '../../ports/heartbeat.ts';
import type { Store } from '../../ports/store.ts';

/** A database with the engine's records, wherever it lies. */
export interface WeaverDatabase {
  readonly store: Store;
  readonly heartbeat: Heartbeat;
  /** Resolves when everything handed in is committed and the database is closed. */
  close(): Promise<void>;
}
