import type { JobId, TaskId } from '../../../domain/ids.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { IdSource } from '../../../ports/ids.ts';
import type { AskedQuestion, Questions } from '../../../ports/model-ledger.ts';
import { queryBuilder, statements } from '../statement.ts';
import { recordAnswer } from './answers.ts';
import { giveStandingAnswer } from './standing-answers.ts';
import type { LedgerTransactions } from './transactions.ts';

interface QuestionIdentity {
  readonly job_id: string;
  readonly key: string;
}

interface QuestionAnswer {
  readonly approved: number | null;
  readonly answered_by: string | null;
  readonly answered_at: number | null;
  readonly reason: string | null;
}

interface QuestionTable extends QuestionIdentity, QuestionAnswer {
  readonly task_id: string;
  readonly text: string;
  readonly asked_at: number;
}

const statement = statements(queryBuilder<{ readonly miyabi_question: QuestionTable }>());

const questionByKey = statement<QuestionIdentity, QuestionTable>((db, p) =>
  db.selectFrom('miyabi_question').selectAll().where('job_id', '=', p.job_id).where('key', '=', p.key),
);
const openQuestions = statement<Pick<QuestionIdentity, 'job_id'>, QuestionTable>((db, p) =>
  db
    .selectFrom('miyabi_question')
    .selectAll()
    .where('job_id', '=', p.job_id)
    .where('approved', 'is', null)
    .orderBy('asked_at')
    .orderBy('key'),
);
const questionsOfRun = statement<Pick<QuestionIdentity, 'job_id'>, QuestionTable>((db, p) =>
  db.selectFrom('miyabi_question').selectAll().where('job_id', '=', p.job_id).orderBy('asked_at').orderBy('key'),
);
const insertQuestion = statement<Omit<QuestionTable, keyof QuestionAnswer>>((db, p) =>
  db.insertInto('miyabi_question').values({
    job_id: p.job_id,
    key: p.key,
    task_id: p.task_id,
    text: p.text,
    asked_at: p.asked_at,
    approved: null,
    answered_by: null,
    answered_at: null,
    reason: null,
  }),
);
const answerQuestion = statement<QuestionIdentity & QuestionAnswer>((db, p) =>
  db
    .updateTable('miyabi_question')
    .set({ approved: p.approved, answered_by: p.answered_by, answered_at: p.answered_at, reason: p.reason })
    .where('job_id', '=', p.job_id)
    .where('key', '=', p.key)
    .where('approved', 'is', null),
);
const deleteQuestion = statement<QuestionIdentity>((db, p) =>
  db.deleteFrom('miyabi_question').where('job_id', '=', p.job_id).where('key', '=', p.key).where('approved', 'is', null),
);

/** The part of the ledger that holds what running tasks ask people. Answers stay; a question that was withdrawn leaves nothing. */
export function sqlQuestions(transactions: LedgerTransactions, clock: Clock, ids: IdSource): Questions {
  return {
    ask: ({ jobId, key, taskId, text }) =>
      transactions.write(
        async (runner) => {
          const [known] = await runner.all(questionByKey, { job_id: jobId, key });
          if (known !== undefined) return questionFromRow(known);
          const askedAt = clock.now();
          await runner.run(insertQuestion, { job_id: jobId, key, task_id: taskId, text, asked_at: askedAt });
          return { jobId, key, taskId, text, askedAt, answer: undefined };
        },
        { serial: [`questions:${jobId}`] },
      ),
    answer: (jobId, key, { approved, by, reason = null }, kept) =>
      transactions.write(async (runner) => {
        const answer = { approved: approved ? 1 : 0, answered_by: by, answered_at: clock.now(), reason };
        const wasOpen = (await runner.run(answerQuestion, { job_id: jobId, key, ...answer })) > 0;
        if (!wasOpen || kept === undefined) return wasOpen;
        await recordAnswer(runner, kept.answered);
        if (kept.standing !== undefined) await giveStandingAnswer(runner, ids, kept.standing);
        return true;
      }),
    withdraw: (jobId, key) =>
      transactions.write(async (runner) => {
        await runner.run(deleteQuestion, { job_id: jobId, key });
      }),
    open: (jobId) => transactions.read(async (runner) => (await runner.all(openQuestions, { job_id: jobId })).map(questionFromRow)),
    ofRun: (jobId) => transactions.read(async (runner) => (await runner.all(questionsOfRun, { job_id: jobId })).map(questionFromRow)),
  };
}

function questionFromRow(row: QuestionTable): AskedQuestion {
  return {
    jobId: row.job_id as JobId,
    key: row.key,
    taskId: row.task_id as TaskId,
    text: row.text,
    askedAt: row.asked_at,
    answer: answerFromRow(row),
  };
}

function answerFromRow({ approved, answered_by, answered_at, reason }: QuestionAnswer): AskedQuestion['answer'] {
  if (approved === null || answered_by === null || answered_at === null) return undefined;
  return { approved: approved === 1, by: answered_by, at: answered_at, reason: reason ?? undefined };
}
