import type { RepositoryId } from '../../../domain/ids.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Ledger, MachineLedger, Repository } from '../../../ports/ledger.ts';
import { sqlFolders } from './folders.ts';
import { adoptRepository } from './repositories.ts';
import { sqlSlots } from './slots.ts';
import type { LedgerTransactions } from './transactions.ts';

/** The part of a ledger that lies in a file of this machine. */
export interface LocalLedger extends MachineLedger {
  /** What is recorded here may refer to a repository of the shared database once it is known. */
  adopt(repository: Repository): Promise<void>;
}

/** @param transactions on a file of this machine. */
export function sqlLocalLedger(transactions: LedgerTransactions, clock: Clock): LocalLedger {
  return {
    ...sqlFolders(transactions),
    slots: sqlSlots(transactions, clock),
    adopt: (repository) => adoptRepository(transactions, repository),
  };
}

/** One ledger for a machine among many: its folders and slots lie in a file of its own, all else in the database of all. */
export function sharedLedger(shared: Ledger, local: LocalLedger): Ledger {
  const adopted = new Set<RepositoryId>();
  async function adopt(id: RepositoryId): Promise<void> {
    if (adopted.has(id)) return;
    const repository = await shared.repositoryById(id);
    if (repository === undefined) throw new Error(`No repository has the id ${id}.`);
    await local.adopt(repository);
    adopted.add(id);
  }
  return {
    ...shared,
    slots: local.slots,
    recordFolder: async (folder) => {
      await adopt(folder.repositoryId);
      await local.recordFolder(folder);
    },
    forgetFolder: (directory) => local.forgetFolder(directory),
    folders: (filter) => local.folders(filter),
  };
}
