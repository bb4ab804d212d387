import type { CommitId, JobId, RepositoryId } from '../../../domain/ids.ts';
import type { MachineLedger, RecordedFolder } from '../../../ports/ledger.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface FolderTable {
  readonly directory: string;
  readonly repository_id: string;
  readonly job_id: string;
  readonly created_at: number;
  readonly owner: string | null;
  readonly base: string | null;
}

const statement = statements(queryBuilder<{ readonly miyabi_folder: FolderTable }>());

const insertFolder = statement<FolderTable>((db, p) => {
  const anew = { repository_id: p.repository_id, job_id: p.job_id, created_at: p.created_at, owner: p.owner, base: p.base };
  return db
    .insertInto('miyabi_folder')
    .values({ directory: p.directory, ...anew })
    .onConflict((conflict) => conflict.column('directory').doUpdateSet(anew));
});
const deleteFolder = statement<{ readonly directory: string }>((db, p) =>
  db.deleteFrom('miyabi_folder').where('directory', '=', p.directory),
);
const allFolders = statement<Record<string, never>, FolderTable>((db) =>
  db.selectFrom('miyabi_folder').selectAll().orderBy('created_at').orderBy('directory'),
);
const foldersOfJob = statement<{ readonly job: string }, FolderTable>((db, p) =>
  db.selectFrom('miyabi_folder').selectAll().where('job_id', '=', p.job).orderBy('created_at').orderBy('directory'),
);

/** The part of the ledger that knows which folders of this machine exist because of a run. */
export function sqlFolders(transactions: LedgerTransactions): Omit<MachineLedger, 'slots'> {
  return {
    recordFolder: (folder) =>
      transactions.write(async (runner) => {
        const { directory, repositoryId, jobId, createdAt, owner = null, base = null } = folder;
        await runner.run(insertFolder, { directory, repository_id: repositoryId, job_id: jobId, created_at: createdAt, owner, base });
      }),
    forgetFolder: (directory) =>
      transactions.write(async (runner) => {
        await runner.run(deleteFolder, { directory });
      }),
    folders: (filter) =>
      transactions.read(async (runner) => {
        const job = filter?.jobId;
        return (await (job === undefined ? runner.all(allFolders, {}) : runner.all(foldersOfJob, { job }))).map(folderFromRow);
      }),
  };
}

function folderFromRow(row: FolderTable): RecordedFolder {
  return {
    directory: row.directory,
    repositoryId: row.repository_id as RepositoryId,
    jobId: row.job_id as JobId,
    createdAt: row.created_at,
    ...(row.owner === null ? {} : { owner: row.owner }),
    ...(row.base === null ? {} : { base: row.base as CommitId }),
  };
}
