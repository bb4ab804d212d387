import { join } from 'node:path';
import { systemIds } from '../../src/adapters/ids.ts';
import { openDatabase } from '../../src/adapters/store/open-database.ts';
import type { Ledger, RecordedFolder } from '../../src/ports/ledger.ts';
import { temporaryFolder } from './temporary.ts';

/** The part of the ledger that folders need, in memory. */
export function memoryFolders(): Pick<Ledger, 'recordFolder' | 'forgetFolder' | 'folders'> {
  const rows = new Map<string, RecordedFolder>();
  return {
    async recordFolder(folder) {
      rows.set(folder.directory, folder);
    },
    async forgetFolder(directory) {
      rows.delete(directory);
    },
    async folders(filter) {
      return [...rows.values()].filter((row) => filter?.jobId === undefined || row.jobId === filter.jobId);
    },
  };
}

export interface TestLedger extends AsyncDisposable {
  readonly ledger: Ledger;
  /** Of its database. */
  readonly path: string;
  /** What time it is, to be set by the test; as on the machine until then. */
  readonly clock: { now: () => number };
  /** The same file opened once more, as another process would; closed together with this one. */
  another(): Promise<Ledger>;
}

/** A whole ledger on a real file in a temporary folder, which goes with it. */
export async function openTestLedger(): Promise<TestLedger> {
  const opened = new AsyncDisposableStack();
  const { path: folder } = opened.use(await temporaryFolder());
  const path = join(folder, 'miyabi.db');
  const clock = { now: () => Date.now() };
  const open = async (): Promise<Ledger> => {
    const at = { now: () => clock.now(), monotonic: () => performance.now() };
    const database = await openDatabase(path, { clock: at, ids: systemIds, synchronous: 'NORMAL' });
    opened.defer(async () => await database.close());
    return database.ledger;
  };
  return { ledger: await open(), path, clock, another: open, [Symbol.asyncDispose]: async () => await opened.disposeAsync() };
}
