import type { AnswerScope, EscalationKind, Severity } from '../../../domain/escalation.ts';
import type { JobId, TaskId } from '../../../domain/ids.ts';
import type { AnsweredQuestion, Answers } from '../../../ports/answers.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { StatementRunner } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface AnswerTable {
  readonly id: string;
  readonly job_id: string;
  readonly task_id: string;
  readonly kind: EscalationKind;
  readonly severity: Severity;
  readonly title: string;
  readonly issue: string;
  readonly question: string;
  readonly answer: AnsweredQuestion['answer'];
  readonly answered_by: string;
  readonly how: string | null;
  readonly reason: string | null;
  readonly world: string | null;
  readonly scope: AnswerScope;
  readonly standing_id: string | null;
  readonly asked_at: number;
  readonly answered_at: number;
  readonly resumed_at: number | null;
}

/** Of what was answered before there was this table nothing is in it. */
export const answerTables = [
  `CREATE TABLE miyabi_answer (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind <> ''),
    severity TEXT NOT NULL CHECK (severity IN ('critical', 'high', 'medium', 'low')),
    title TEXT NOT NULL,
    issue TEXT NOT NULL,
    question TEXT NOT NULL,
    answer TEXT NOT NULL CHECK (answer IN ('approve', 'reject', 'fix')),
    answered_by TEXT NOT NULL CHECK (answered_by <> ''),
    how TEXT,
    reason TEXT,
    world TEXT,
    scope TEXT NOT NULL CHECK (scope IN ('once', 'run', 'always')),
    standing_id TEXT,
    asked_at BIGINT NOT NULL,
    answered_at BIGINT NOT NULL,
    resumed_at BIGINT,
    CHECK (scope = 'once' OR answer <> 'reject')
  )`,
  'CREATE INDEX miyabi_answer_newest ON miyabi_answer (answered_at, id)',
  'CREATE INDEX miyabi_answer_job ON miyabi_answer (job_id, answered_at)',
];

const statement = statements(queryBuilder<{ readonly miyabi_answer: AnswerTable }>());

const saveAnswer = statement<AnswerTable>((db, p) =>
  db
    .insertInto('miyabi_answer')
    .values({
      id: p.id,
      job_id: p.job_id,
      task_id: p.task_id,
      kind: p.kind,
      severity: p.severity,
      title: p.title,
      issue: p.issue,
      question: p.question,
      answer: p.answer,
      answered_by: p.answered_by,
      how: p.how,
      reason: p.reason,
      world: p.world,
      scope: p.scope,
      standing_id: p.standing_id,
      asked_at: p.asked_at,
      answered_at: p.answered_at,
      resumed_at: p.resumed_at,
    })
    .onConflict((conflict) => conflict.column('id').doNothing()),
);

const wentOn = statement<{ readonly id: string; readonly at: number | null }>((db, p) =>
  db.updateTable('miyabi_answer').set({ resumed_at: p.at }).where('id', '=', p.id).where('resumed_at', 'is', null),
);

const newestAnswers = statement<{ readonly at: number; readonly id: string; readonly limit: number }, AnswerTable>((db, p) =>
  db
    .selectFrom('miyabi_answer')
    .selectAll()
    .where((of) => of.or([of('answered_at', '<', p.at), of.and([of('answered_at', '=', p.at), of('id', '<', p.id)])]))
    .orderBy('answered_at', 'desc')
    .orderBy('id', 'desc')
    .limit(p.limit),
);

const answersOfRun = statement<{ readonly job: string }, AnswerTable>((db, p) =>
  db.selectFrom('miyabi_answer').selectAll().where('job_id', '=', p.job).orderBy('answered_at').orderBy('id'),
);

/** Writes an answer within a transaction that writes something else with it. */
export async function recordAnswer(runner: StatementRunner, answered: AnsweredQuestion): Promise<void> {
  await runner.run(saveAnswer, toRow(answered));
  if (answered.resumedAt !== undefined) await runner.run(wentOn, { id: answered.id, at: answered.resumedAt });
}

/** The part of the ledger that knows what people were asked and what they said. */
export function sqlAnswers(transactions: LedgerTransactions): Answers {
  return {
    record: (answered) => transactions.write((runner) => recordAnswer(runner, answered)),
    wentOn: (id, at) =>
      transactions.write(async (runner) => {
        await runner.run(wentOn, { id, at });
      }),
    newest: ({ before, limit }) =>
      transactions.read(async (runner) => {
        const after = { at: before?.answeredAt ?? Number.MAX_SAFE_INTEGER, id: before?.id ?? '' };
        return (await runner.all(newestAnswers, { ...after, limit })).map(fromRow);
      }),
    ofRun: (job) => transactions.read(async (runner) => (await runner.all(answersOfRun, { job })).map(fromRow)),
  };
}

function toRow(answered: AnsweredQuestion): AnswerTable {
  const { id, kind, severity, title, issue, question, answer, scope } = answered;
  return {
    id,
    kind,
    severity,
    title,
    issue,
    question,
    answer,
    scope,
    job_id: answered.jobId,
    task_id: answered.taskId,
    answered_by: answered.by,
    how: answered.how ?? null,
    reason: answered.reason ?? null,
    world: answered.world ?? null,
    standing_id: answered.standing ?? null,
    asked_at: answered.askedAt,
    answered_at: answered.answeredAt,
    resumed_at: answered.resumedAt ?? null,
  };
}

function fromRow(row: AnswerTable): AnsweredQuestion {
  const { id, kind, severity, title, issue, question, answer, scope } = row;
  return {
    id,
    kind,
    severity,
    title,
    issue,
    question,
    answer,
    scope,
    jobId: row.job_id as JobId,
    taskId: row.task_id as TaskId,
    by: row.answered_by,
    how: row.how ?? undefined,
    reason: row.reason ?? undefined,
    world: row.world ?? undefined,
    standing: row.standing_id ?? undefined,
    askedAt: row.asked_at,
    answeredAt: row.answered_at,
    resumedAt: row.resumed_at ?? undefined,
  };
}
