import type { Changes } from './ports/changes.ts';
import type { Clock } from './ports/clock.ts';
import type { Dispatcher } from './ports/dispatcher.ts';
import type { Heartbeat } from './ports/heartbeat.ts';
import type { Ledger } from './ports/ledger.ts';
import type { Locks } from './ports/lock.ts';
import type { Owner } from './ports/owner.ts';
import type { Store } from './ports/store.ts';
import { embeddedChanges } from './adapters/dispatch/embedded-changes.ts';
import { embeddedDispatcher } from './adapters/dispatch/embedded.ts';
import { systemClock } from './adapters/clock.ts';
import { systemIds } from './adapters/ids.ts';
import type { DatabaseState } from './operations/tools.ts';
import { openFileIndex } from './adapters/knowledge/sqlite/open-file-index.ts';
import type { EntryIndex } from './adapters/knowledge/entry-index.ts';
import { openDatabase } from './adapters/store/open-database.ts';

/** Where the records lie, and how ids of tasks reach workers; a part of `app.ts`. */
export interface Storage extends AsyncDisposable {
  /** Whether many machines share the records. */
  readonly sharing: boolean;
  /** How the shared database answers; undefined for a file. */
  readonly databaseState: (() => Promise<DatabaseState>) | undefined;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly heartbeat: Heartbeat;
  readonly changes: Changes;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  /** By which processes of the engine know of each other. */
  readonly locks: Locks;
  /** This process, as those see it who share the records: it answers for calls of models that are under way. */
  readonly caller: Owner;
  /** By which what was learnt is found; each is closed by whoever has opened it. */
  readonly knowledgeIndex: () => Promise<EntryIndex>;
}

/** The storage of one machine: a file, and delivery within the process. @param local what is of this machine alone. */
export async function openLocalStorage(
  path: string,
  local: {
    readonly locks: Locks;
    readonly owner: Owner;
    readonly knowledge: string;
    readonly onBusy: () => void;
    readonly makeRoom: () => boolean;
  },
): Promise<Storage> {
  await using opening = new AsyncDisposableStack();
  const database = await openDatabase(path, { clock: systemClock, ids: systemIds, onBusy: local.onBusy, makeRoom: local.makeRoom });
  opening.defer(async () => await database.close());
  const changes = embeddedChanges({ version: database.version, clock: systemClock });
  opening.defer(() => changes.close());
  const open = opening.move();
  return {
    sharing: false,
    databaseState: undefined,
    store: database.store,
    ledger: database.ledger,
    heartbeat: database.heartbeat,
    changes,
    dispatcher: embeddedDispatcher({ changes, clock: systemClock }),
    clock: systemClock,
    locks: local.locks,
    caller: local.owner,
    knowledgeIndex: async () => await openFileIndex({ path: local.knowledge }),
    [Symbol.asyncDispose]: async () => await open.disposeAsync(),
  };
}
