import type { Ledger, RecordedFolder } from '../../src/ports/ledger.ts';

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
