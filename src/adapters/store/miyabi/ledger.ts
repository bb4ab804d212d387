import type { CommitId, JobId, RepositoryId } from '../../../domain/ids.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { IdSource } from '../../../ports/ids.ts';
import type { Ledger, RecordedFolder, Repository } from '../../../ports/ledger.ts';
import { queryBuilder, statements } from '../statement.ts';
import { sqlBreakers } from './breakers.ts';
import { sqlChoices } from './choices.ts';
import { readEvidence, storeEvidence } from './evidence.ts';
import type { StoredEvidence } from './evidence.ts';
import { sqlKept } from './kept.ts';
import { sqlLessons } from './lessons.ts';
import { sqlMoney } from './money.ts';
import { sqlQuestions } from './questions.ts';
import { sqlRates } from './rates.ts';
import { sqlResponses } from './responses.ts';
import { sqlSlots } from './slots.ts';
import type { LedgerTransactions } from './transactions.ts';
import { sqlWorldLedger } from './worlds.ts';

interface MiyabiSchema {
  readonly miyabi_repository: RepositoryTable;
  readonly miyabi_evidence: StoredEvidence;
  readonly miyabi_base_evidence: BaseEvidenceTable;
  readonly miyabi_run_evidence: RunEvidenceTable;
  readonly miyabi_folder: FolderTable;
}

interface RepositoryTable {
  readonly id: string;
  readonly root: string;
  readonly created_at: number;
}

interface BaseEvidenceTable {
  readonly repository_id: string;
  readonly commit_id: string;
  readonly plan: string;
  readonly evidence_id: string;
  readonly created_at: number;
}

interface RunEvidenceTable {
  readonly job_id: string;
  readonly commit_id: string;
  readonly plan: string;
  readonly evidence_id: string;
}

interface FolderTable {
  readonly directory: string;
  readonly repository_id: string;
  readonly job_id: string;
  readonly created_at: number;
  readonly owner: string | null;
  readonly base: string | null;
}

const statement = statements(queryBuilder<MiyabiSchema>());

const repositoryByRoot = statement<{ readonly root: string }, RepositoryTable>((db, p) =>
  db.selectFrom('miyabi_repository').selectAll().where('root', '=', p.root),
);
const repositoryById = statement<{ readonly id: string }, RepositoryTable>((db, p) =>
  db.selectFrom('miyabi_repository').selectAll().where('id', '=', p.id),
);
const insertRepository = statement<RepositoryTable>((db, p) =>
  db.insertInto('miyabi_repository').values({ id: p.id, root: p.root, created_at: p.created_at }),
);
const keepEvidence = statement<StoredEvidence>((db, p) =>
  db
    .insertInto('miyabi_evidence')
    .values({ id: p.id, evidence: p.evidence })
    .onConflict((conflict) => conflict.column('id').doNothing()),
);
const evidenceOf = statement<
  Pick<BaseEvidenceTable, 'repository_id' | 'commit_id' | 'plan'>,
  Pick<StoredEvidence, 'evidence'> & { readonly created_at: number }
>((db, p) =>
  db
    .selectFrom('miyabi_base_evidence as kept')
    .innerJoin('miyabi_evidence', 'miyabi_evidence.id', 'kept.evidence_id')
    .select(['miyabi_evidence.evidence', 'kept.created_at'])
    .where('kept.repository_id', '=', p.repository_id)
    .where('kept.commit_id', '=', p.commit_id)
    .where('kept.plan', '=', p.plan),
);
const saveEvidence = statement<BaseEvidenceTable>((db, p) =>
  db
    .insertInto('miyabi_base_evidence')
    .values({ repository_id: p.repository_id, commit_id: p.commit_id, plan: p.plan, evidence_id: p.evidence_id, created_at: p.created_at })
    .onConflict((conflict) =>
      conflict.columns(['repository_id', 'commit_id', 'plan']).doUpdateSet({ evidence_id: p.evidence_id, created_at: p.created_at }),
    ),
);
const runEvidenceOf = statement<Omit<RunEvidenceTable, 'evidence_id'>, Pick<StoredEvidence, 'evidence'>>((db, p) =>
  db
    .selectFrom('miyabi_run_evidence as kept')
    .innerJoin('miyabi_evidence', 'miyabi_evidence.id', 'kept.evidence_id')
    .select('miyabi_evidence.evidence')
    .where('kept.job_id', '=', p.job_id)
    .where('kept.commit_id', '=', p.commit_id)
    .where('kept.plan', '=', p.plan),
);
const saveRunEvidence = statement<RunEvidenceTable>((db, p) =>
  db
    .insertInto('miyabi_run_evidence')
    .values({ job_id: p.job_id, commit_id: p.commit_id, plan: p.plan, evidence_id: p.evidence_id })
    .onConflict((conflict) => conflict.columns(['job_id', 'commit_id', 'plan']).doUpdateSet({ evidence_id: p.evidence_id })),
);
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

/** What Miyabi remembers beside the engine's records, in the same file. */
export function sqlLedger(transactions: LedgerTransactions, clock: Clock, ids: IdSource): Ledger {
  return {
    repository: (root) =>
      transactions.write(async (runner) => {
        const [found] = await runner.all(repositoryByRoot, { root });
        if (found !== undefined) return repositoryFromRow(found);
        const row = { id: ids.next(), root, created_at: clock.now() };
        await runner.run(insertRepository, row);
        return repositoryFromRow(row);
      }),
    repositoryById: (id) =>
      transactions.read(async (runner) => {
        const [row] = await runner.all(repositoryById, { id });
        return row === undefined ? undefined : repositoryFromRow(row);
      }),
    baseEvidence: (repositoryId, commit, plan) =>
      transactions.read(async (runner) => {
        const [row] = await runner.all(evidenceOf, { repository_id: repositoryId, commit_id: commit, plan });
        const evidence = row === undefined ? undefined : readEvidence(row.evidence);
        return row === undefined || evidence === undefined ? undefined : { evidence, at: row.created_at };
      }),
    saveBaseEvidence: (repositoryId, commit, plan, evidence) =>
      transactions.write(async (runner) => {
        const stored = storeEvidence(evidence, runner.pack);
        await runner.run(keepEvidence, stored);
        const row = { repository_id: repositoryId, commit_id: commit, plan, evidence_id: stored.id, created_at: clock.now() };
        await runner.run(saveEvidence, row);
      }),
    runEvidence: (jobId, commit, plan) =>
      transactions.read(async (runner) => {
        const [row] = await runner.all(runEvidenceOf, { job_id: jobId, commit_id: commit, plan });
        return row === undefined ? undefined : readEvidence(row.evidence);
      }),
    saveRunEvidence: (jobId, commit, plan, evidence) =>
      transactions.write(async (runner) => {
        const stored = storeEvidence(evidence, runner.pack);
        await runner.run(keepEvidence, stored);
        await runner.run(saveRunEvidence, { job_id: jobId, commit_id: commit, plan, evidence_id: stored.id });
      }),
    ...sqlKept(transactions),
    worlds: sqlWorldLedger(transactions, clock),
    breakers: sqlBreakers(transactions, clock),
    slots: sqlSlots(transactions, clock),
    money: sqlMoney(transactions, clock),
    rates: sqlRates(transactions, clock, ids),
    responses: sqlResponses(transactions, clock),
    questions: sqlQuestions(transactions, clock),
    lessons: sqlLessons(transactions, clock),
    choices: sqlChoices(transactions, clock),
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

function repositoryFromRow(row: RepositoryTable): Repository {
  return { id: row.id as RepositoryId, root: row.root, createdAt: row.created_at };
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
