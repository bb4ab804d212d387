import { z } from 'zod';
import type { JobId, RepositoryId } from '../../../domain/ids.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Lesson, Lessons } from '../../../ports/lessons.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface LessonTable {
  readonly job_id: string;
  readonly repository_id: string;
  readonly title: string;
  readonly body: string;
  readonly outcome: Lesson['outcome'];
  /** JSON: a list of paths. */
  readonly files: string;
  readonly summary: string;
  readonly ended_at: number;
}

/** Of runs that ended before there were lessons there are none. */
export const lessonTables = [
  `CREATE TABLE miyabi_lesson (
    job_id TEXT PRIMARY KEY,
    repository_id TEXT NOT NULL REFERENCES miyabi_repository (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('succeeded', 'failed')),
    files TEXT NOT NULL,
    summary TEXT NOT NULL,
    ended_at BIGINT NOT NULL
  )`,
  'CREATE INDEX miyabi_lesson_repository ON miyabi_lesson (repository_id, ended_at)',
];

const statement = statements(queryBuilder<{ readonly miyabi_lesson: LessonTable }>());

const saveLesson = statement<LessonTable>((db, p) => {
  const learnt = { title: p.title, body: p.body, outcome: p.outcome, files: p.files, summary: p.summary, ended_at: p.ended_at };
  return db
    .insertInto('miyabi_lesson')
    .values({ job_id: p.job_id, repository_id: p.repository_id, ...learnt })
    .onConflict((conflict) => conflict.column('job_id').doUpdateSet(learnt));
});

const newestOf = statement<{ readonly repository: string; readonly most: number }, LessonTable>((db, p) =>
  db
    .selectFrom('miyabi_lesson')
    .selectAll()
    .where('repository_id', '=', p.repository)
    .orderBy('ended_at', 'desc')
    .orderBy('job_id', 'desc')
    .limit(p.most),
);

const paths = z.array(z.string());

/** The part of the ledger that knows what was learnt from runs. */
export function sqlLessons(transactions: LedgerTransactions, clock: Clock): Lessons {
  return {
    save: ({ jobId, repositoryId, title, body, outcome, files, summary }) =>
      transactions.write(async (runner) => {
        const of = { job_id: jobId, repository_id: repositoryId };
        await runner.run(saveLesson, { ...of, title, body, outcome, files: JSON.stringify(files), summary, ended_at: clock.now() });
      }),
    of: (repository, most) => transactions.read(async (runner) => (await runner.all(newestOf, { repository, most })).map(lessonFromRow)),
  };
}

function lessonFromRow(row: LessonTable): Lesson {
  return {
    jobId: row.job_id as JobId,
    repositoryId: row.repository_id as RepositoryId,
    title: row.title,
    body: row.body,
    outcome: row.outcome,
    files: paths.parse(JSON.parse(row.files)),
    summary: row.summary,
  };
}
