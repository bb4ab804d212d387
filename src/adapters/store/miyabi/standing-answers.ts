import type { EscalationKind } from '../../../domain/escalation.ts';
import type { JobId, RepositoryId } from '../../../domain/ids.ts';
import type { NewStandingAnswer, StandingAnswer, StandingAnswers } from '../../../ports/answers.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { IdSource } from '../../../ports/ids.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { StatementRunner } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface StandingTable {
  readonly id: string;
  readonly given_to: string;
  readonly repository_id: string;
  readonly job_id: string;
  readonly scope: StandingAnswer['scope'];
  readonly kind: EscalationKind;
  readonly about: string;
  readonly question: string;
  readonly given_by: string;
  readonly reason: string | null;
  readonly given_at: number;
  readonly revoked_by: string | null;
  readonly revoked_at: number | null;
}

export const standingAnswerTables = [
  `CREATE TABLE miyabi_standing_answer (
    id TEXT PRIMARY KEY,
    given_to TEXT NOT NULL UNIQUE,
    repository_id TEXT NOT NULL REFERENCES miyabi_repository (id),
    job_id TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('run', 'always')),
    kind TEXT NOT NULL CHECK (kind NOT IN ('', 'choice', 'secrets')),
    about TEXT NOT NULL,
    question TEXT NOT NULL,
    given_by TEXT NOT NULL CHECK (given_by <> ''),
    reason TEXT,
    given_at BIGINT NOT NULL,
    revoked_by TEXT,
    revoked_at BIGINT,
    CHECK ((revoked_by IS NULL) = (revoked_at IS NULL))
  )`,
  'CREATE INDEX miyabi_standing_answer_kind ON miyabi_standing_answer (repository_id, kind, about) WHERE revoked_at IS NULL',
  'CREATE INDEX miyabi_standing_answer_newest ON miyabi_standing_answer (given_at, id) WHERE revoked_at IS NULL',
];

interface Tables {
  readonly miyabi_standing_answer: StandingTable;
  readonly weaver_job: { readonly id: string; readonly ended_at: number | null };
}

const statement = statements(queryBuilder<Tables>());

const giveAnswer = statement<Omit<StandingTable, 'revoked_by' | 'revoked_at'>>((db, p) =>
  db
    .insertInto('miyabi_standing_answer')
    .values({
      id: p.id,
      given_to: p.given_to,
      repository_id: p.repository_id,
      job_id: p.job_id,
      scope: p.scope,
      kind: p.kind,
      about: p.about,
      question: p.question,
      given_by: p.given_by,
      reason: p.reason,
      given_at: p.given_at,
      revoked_by: null,
      revoked_at: null,
    })
    .onConflict((conflict) => conflict.column('given_to').doNothing()),
);

const answerFor = statement<Pick<StandingTable, 'repository_id' | 'job_id' | 'kind' | 'about'>, StandingTable>((db, p) =>
  db
    .selectFrom('miyabi_standing_answer')
    .selectAll()
    .where('repository_id', '=', p.repository_id)
    .where('kind', '=', p.kind)
    .where('about', '=', p.about)
    .where('revoked_at', 'is', null)
    .where((of) => of.or([of('scope', '=', 'always'), of('job_id', '=', p.job_id)]))
    .orderBy('given_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1),
);

const newestAnswers = statement<{ readonly at: number; readonly id: string; readonly limit: number }, StandingTable>((db, p) =>
  db
    .selectFrom('miyabi_standing_answer as given')
    .selectAll('given')
    .where('revoked_at', 'is', null)
    .where((of) => of.or([of('given_at', '<', p.at), of.and([of('given_at', '=', p.at), of('given.id', '<', p.id)])]))
    .where((of) =>
      of.or([
        of('scope', '=', 'always'),
        of.not(
          of.exists(
            of
              .selectFrom('weaver_job')
              .select('weaver_job.id')
              .whereRef('weaver_job.id', '=', 'given.job_id')
              .where('ended_at', 'is not', null),
          ),
        ),
      ]),
    )
    .orderBy('given_at', 'desc')
    .orderBy('given.id', 'desc')
    .limit(p.limit),
);

const revokeAnswer = statement<{ readonly id: string; readonly by: string; readonly at: number }>((db, p) =>
  db
    .updateTable('miyabi_standing_answer')
    .set({ revoked_by: p.by, revoked_at: p.at })
    .where('id', '=', p.id)
    .where('revoked_at', 'is', null),
);

/** Gives an answer within a transaction that writes something else with it. */
export async function giveStandingAnswer(runner: StatementRunner, ids: IdSource, answer: NewStandingAnswer): Promise<void> {
  const { scope, kind, about, question } = answer;
  await runner.run(giveAnswer, {
    id: ids.next(),
    scope,
    kind,
    about,
    question,
    given_to: answer.givenTo,
    repository_id: answer.repositoryId,
    job_id: answer.jobId,
    given_by: answer.by,
    reason: answer.reason ?? null,
    given_at: answer.at,
  });
}

/** The part of the ledger that knows which answers hold. */
export function sqlStandingAnswers(transactions: LedgerTransactions, clock: Clock, ids: IdSource): StandingAnswers {
  return {
    give: (answer) => transactions.write((runner) => giveStandingAnswer(runner, ids, answer)),
    find: ({ repositoryId, jobId, kind, about }) =>
      transactions.read(async (runner) => {
        const [found] = await runner.all(answerFor, { repository_id: repositoryId, job_id: jobId, kind, about });
        return found === undefined ? undefined : fromRow(found);
      }),
    newest: ({ before, limit }) =>
      transactions.read(async (runner) => {
        const after = { at: before?.at ?? Number.MAX_SAFE_INTEGER, id: before?.id ?? '' };
        return (await runner.all(newestAnswers, { ...after, limit })).map(fromRow);
      }),
    revoke: (id, by) => transactions.write(async (runner) => (await runner.run(revokeAnswer, { id, by, at: clock.now() })) > 0),
  };
}

function fromRow(row: StandingTable): StandingAnswer {
  const { id, scope, kind, about, question } = row;
  return {
    id,
    scope,
    kind,
    about,
    question,
    givenTo: row.given_to,
    repositoryId: row.repository_id as RepositoryId,
    jobId: row.job_id as JobId,
    by: row.given_by,
    reason: row.reason ?? undefined,
    at: row.given_at,
  };
}
