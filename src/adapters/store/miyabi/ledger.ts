import { z } from 'zod';
import type { BaseEvidence } from '../../../domain/evidence.ts';
import type { JobId, RepositoryId } from '../../../domain/ids.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { IdSource } from '../../../ports/ids.ts';
import type { Ledger, RecordedFolder, Repository } from '../../../ports/ledger.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { StatementRunner } from '../statement.ts';
import { sqlWorldLedger } from './worlds.ts';

interface MiyabiSchema {
  readonly miyabi_repository: RepositoryTable;
  readonly miyabi_base_evidence: EvidenceTable;
  readonly miyabi_run_evidence: RunEvidenceTable;
  readonly miyabi_folder: FolderTable;
}

interface RepositoryTable {
  readonly id: string;
  readonly root: string;
  readonly created_at: number;
}

interface EvidenceTable {
  readonly repository_id: string;
  readonly commit_id: string;
  readonly plan: string;
  /** Stored JSON. */
  readonly evidence: string;
  readonly created_at: number;
}

interface RunEvidenceTable {
  readonly job_id: string;
  readonly commit_id: string;
  readonly plan: string;
  /** Stored JSON. */
  readonly evidence: string;
}

interface FolderTable {
  readonly directory: string;
  readonly repository_id: string;
  readonly job_id: string;
  readonly created_at: number;
}

/** Where the ledger's statements run. */
export interface LedgerTransactions {
  write<T>(run: (runner: StatementRunner) => Promise<T>): Promise<T>;
  read<T>(run: (runner: StatementRunner) => Promise<T>): Promise<T>;
}

const evidenceVersion = 1;
const texts = z.array(z.string());
const storedEvidence = z.object({
  schemaVersion: z.literal(evidenceVersion),
  value: z.object({
    check: z.looseObject({ commit: z.string(), install: z.looseObject({ kind: z.string() }), tests: z.looseObject({ kind: z.string() }) }),
    failing: texts,
    flaky: texts,
    passing: texts,
  }),
});

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
const evidenceOf = statement<Pick<EvidenceTable, 'repository_id' | 'commit_id' | 'plan'>, EvidenceTable>((db, p) =>
  db
    .selectFrom('miyabi_base_evidence')
    .selectAll()
    .where('repository_id', '=', p.repository_id)
    .where('commit_id', '=', p.commit_id)
    .where('plan', '=', p.plan),
);
const saveEvidence = statement<EvidenceTable>((db, p) =>
  db
    .insertInto('miyabi_base_evidence')
    .values({ repository_id: p.repository_id, commit_id: p.commit_id, plan: p.plan, evidence: p.evidence, created_at: p.created_at })
    .onConflict((conflict) =>
      conflict.columns(['repository_id', 'commit_id', 'plan']).doUpdateSet({ evidence: p.evidence, created_at: p.created_at }),
    ),
);
const runEvidenceOf = statement<Omit<RunEvidenceTable, 'evidence'>, RunEvidenceTable>((db, p) =>
  db
    .selectFrom('miyabi_run_evidence')
    .selectAll()
    .where('job_id', '=', p.job_id)
    .where('commit_id', '=', p.commit_id)
    .where('plan', '=', p.plan),
);
const saveRunEvidence = statement<RunEvidenceTable>((db, p) =>
  db
    .insertInto('miyabi_run_evidence')
    .values({ job_id: p.job_id, commit_id: p.commit_id, plan: p.plan, evidence: p.evidence })
    .onConflict((conflict) => conflict.columns(['job_id', 'commit_id', 'plan']).doUpdateSet({ evidence: p.evidence })),
);
const insertFolder = statement<FolderTable>((db, p) =>
  db
    .insertInto('miyabi_folder')
    .values({ directory: p.directory, repository_id: p.repository_id, job_id: p.job_id, created_at: p.created_at })
    .onConflict((conflict) =>
      conflict.column('directory').doUpdateSet({ repository_id: p.repository_id, job_id: p.job_id, created_at: p.created_at }),
    ),
);
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
        const stored = storedText(evidence);
        await runner.run(saveEvidence, { repository_id: repositoryId, commit_id: commit, plan, evidence: stored, created_at: clock.now() });
      }),
    runEvidence: (jobId, commit, plan) =>
      transactions.read(async (runner) => {
        const [row] = await runner.all(runEvidenceOf, { job_id: jobId, commit_id: commit, plan });
        return row === undefined ? undefined : readEvidence(row.evidence);
      }),
    saveRunEvidence: (jobId, commit, plan, evidence) =>
      transactions.write(async (runner) => {
        await runner.run(saveRunEvidence, { job_id: jobId, commit_id: commit, plan, evidence: storedText(evidence) });
      }),
    worlds: sqlWorldLedger(transactions, clock),
    recordFolder: (folder) =>
      transactions.write(async (runner) => {
        const row = { directory: folder.directory, repository_id: folder.repositoryId, job_id: folder.jobId, created_at: folder.createdAt };
        await runner.run(insertFolder, row);
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

function storedText(evidence: BaseEvidence): string {
  return JSON.stringify({ schemaVersion: evidenceVersion, value: evidence });
}

/** Evidence in a shape of another version is as good as none: the base is checked again. */
function readEvidence(text: string): BaseEvidence | undefined {
  const read = storedEvidence.safeParse(JSON.parse(text));
  return read.success ? (read.data.value as unknown as BaseEvidence) : undefined;
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
  };
}
