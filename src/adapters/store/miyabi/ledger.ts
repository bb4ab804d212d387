import type { Clock } from '../../../ports/clock.ts';
import type { IdSource } from '../../../ports/ids.ts';
import type { Ledger } from '../../../ports/ledger.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { Transactions } from '../transactions.ts';
import { sqlAnswers } from './answers.ts';
import { sqlApiAccesses } from './api-access.ts';
import { sqlApiRequests } from './api-requests.ts';
import { sqlBreakers } from './breakers.ts';
import { sqlCheckpoints } from './checkpoints.ts';
import { sqlChoices } from './choices.ts';
import { sqlDeliveries } from './deliveries.ts';
import { sqlDeployments } from './deployments.ts';
import { readEvidence, storeEvidence } from './evidence.ts';
import type { StoredEvidence } from './evidence.ts';
import { sqlFolders } from './folders.ts';
import { sqlFollowUps } from './follow-ups.ts';
import { sqlKept } from './kept.ts';
import { sqlKnowledge } from './knowledge.ts';
import { sqlMoney } from './money.ts';
import { sqlOldRuns } from './old-runs.ts';
import { sqlPullRequests } from './pull-requests.ts';
import { sqlQuestions } from './questions.ts';
import { sqlRates } from './rates.ts';
import { sqlReaders } from './readers.ts';
import { sqlRepositories } from './repositories.ts';
import { sqlResponses } from './responses.ts';
import { serialTransactions } from './serial.ts';
import { sqlRunList } from './run-list.ts';
import { sqlRunStatistics } from './run-statistics.ts';
import { sqlSlots } from './slots.ts';
import { sqlStandingAnswers } from './standing-answers.ts';
import { sqlWorldLedger } from './worlds.ts';

interface EvidenceSchema {
  readonly miyabi_evidence: StoredEvidence;
  readonly miyabi_base_evidence: BaseEvidenceTable;
  readonly miyabi_run_evidence: RunEvidenceTable;
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

const statement = statements(queryBuilder<EvidenceSchema>());

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
/** What Miyabi remembers beside the engine's records, in the same database. */
export function sqlLedger(records: Transactions, clock: Clock, ids: IdSource): Ledger {
  const transactions = serialTransactions(records);
  return {
    ...sqlRepositories(transactions, clock, ids),
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
    runs: sqlRunList(transactions),
    statistics: sqlRunStatistics(transactions),
    breakers: sqlBreakers(transactions, clock),
    slots: sqlSlots(transactions, clock),
    money: sqlMoney(transactions, clock),
    rates: sqlRates(transactions, clock, ids),
    responses: sqlResponses(transactions, clock),
    questions: sqlQuestions(transactions, clock, ids),
    answers: sqlAnswers(transactions),
    standingAnswers: sqlStandingAnswers(transactions, clock, ids),
    followUps: sqlFollowUps(transactions),
    knowledge: sqlKnowledge(transactions),
    oldRuns: sqlOldRuns(transactions),
    checkpoints: sqlCheckpoints(transactions),
    choices: sqlChoices(transactions, clock),
    deliveries: sqlDeliveries(transactions),
    pullRequests: sqlPullRequests(transactions),
    deployments: sqlDeployments(transactions, ids),
    readers: sqlReaders(transactions),
    apiAccesses: sqlApiAccesses(transactions, clock),
    apiRequests: sqlApiRequests(transactions, clock, ids),
    ...sqlFolders(transactions),
  };
}
