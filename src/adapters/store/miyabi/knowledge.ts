import { z } from 'zod';
import type { KnowledgeChange, KnowledgeEntry, KnowledgeRecords } from '../../../ports/knowledge.ts';
import type { Migration } from '../migrate.ts';
import { unpackText } from '../packed-text.ts';
import type { StoredText } from '../packed-text.ts';
import { queryBuilder, statements } from '../statement.ts';
import type { LedgerTransactions } from './transactions.ts';

interface KnowledgeTable {
  readonly id: string;
  readonly revision: number;
  readonly repository_id: string | null;
  /** Epoch ms. */
  readonly at: number;
  /** JSON; null once it is forgotten. */
  readonly entry: StoredText | null;
}

interface ErrorTable {
  readonly job_id: string;
  readonly signature: string;
  readonly message: string;
  /** From 0, in their order. */
  readonly ordinal: number;
}

interface Schema {
  readonly miyabi_error: ErrorTable;
  readonly miyabi_knowledge: KnowledgeTable;
  readonly miyabi_migration: { readonly number: number; readonly applied_at: number };
}

const table = [
  `CREATE TABLE miyabi_knowledge (
    id TEXT PRIMARY KEY,
    revision BIGINT NOT NULL UNIQUE CHECK (revision >= 1),
    repository_id TEXT,
    at BIGINT NOT NULL,
    entry TEXT
  )`,
  'CREATE INDEX miyabi_knowledge_at ON miyabi_knowledge (at)',
  `CREATE TABLE miyabi_error (
    job_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    message TEXT NOT NULL,
    ordinal BIGINT NOT NULL CHECK (ordinal >= 0),
    PRIMARY KEY (job_id, signature)
  )`,
];

/** What was learnt before lies in other words in the table that goes. @param json an object, and the list that a text is. */
const takeOver = (object: string, list: (text: string) => string, text: (json: string) => string): readonly string[] => [
  `INSERT INTO miyabi_knowledge (id, revision, repository_id, at, entry)
    SELECT 'run:' || job_id, row_number() OVER (ORDER BY ended_at, job_id), repository_id, ended_at, ${text(`${object}(
      'schemaVersion', 1, 'id', 'run:' || job_id, 'kind', 'run', 'repositoryId', repository_id, 'title', title, 'body', body,
      'plan', ${list("'[]'")}, 'outcome', outcome, 'paths', ${list('files')}, 'labels', ${list("'[]'")}, 'diff', '', 'errors', ${list("'[]'")},
      'lessons', ${list("CASE WHEN summary = '' THEN '[]' ELSE '[' || LESSON || ']' END")}, 'at', ended_at)`)}
    FROM miyabi_lesson`,
  'DROP TABLE miyabi_lesson',
];

/** Entries of all that was learnt take the place of lessons. The words of PostgreSQL's index are made from them when it is first opened. */
export const knowledgeTables: Migration['statements'] = {
  sqlite: [
    ...table,
    ...takeOver(
      'json_object',
      (text) => `json(${text})`,
      (json) => json,
    ).map((statement) => statement.replace('LESSON', 'json_quote(summary)')),
  ],
  postgres: [
    ...table,
    ...takeOver(
      'json_build_object',
      (text) => `CAST(${text} AS json)`,
      (json) => `CAST(${json} AS TEXT)`,
    ).map((statement) => statement.replace('LESSON', 'CAST(to_json(summary) AS TEXT)')),
    `CREATE TABLE miyabi_knowledge_word (
      id TEXT PRIMARY KEY,
      revision BIGINT NOT NULL,
      repository_id TEXT,
      words TSVECTOR NOT NULL,
      names TEXT NOT NULL
    )`,
    'CREATE INDEX miyabi_knowledge_word_words ON miyabi_knowledge_word USING gin (words)',
    `CREATE TABLE miyabi_knowledge_error (
      id TEXT NOT NULL,
      signature TEXT NOT NULL,
      message TEXT NOT NULL,
      PRIMARY KEY (id, signature)
    )`,
    'CREATE INDEX miyabi_knowledge_error_message ON miyabi_knowledge_error (message)',
    'CREATE TABLE miyabi_knowledge_path (id TEXT NOT NULL, path TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (id, path))',
    'CREATE INDEX miyabi_knowledge_path_name ON miyabi_knowledge_path (name)',
    'CREATE TABLE miyabi_knowledge_position (only_one BIGINT PRIMARY KEY CHECK (only_one = 1), records TEXT NOT NULL, revision BIGINT NOT NULL)',
  ],
};

const entrySchema = z.object({
  schemaVersion: z.literal(1),
  id: z.string(),
  kind: z.enum(['run', 'note']),
  repositoryId: z.string().optional(),
  issue: z.string().optional(),
  title: z.string(),
  body: z.string(),
  plan: z.array(z.string()),
  outcome: z.enum(['succeeded', 'failed', 'note']),
  paths: z.array(z.string()),
  labels: z.array(z.string()),
  diff: z.string(),
  errors: z.array(z.object({ signature: z.string(), message: z.string() })),
  lessons: z.array(z.string()),
  at: z.number(),
});

const statement = statements(queryBuilder<Schema>());

const newestRevision = statement<object, { readonly revision: number | null }>((db) =>
  db.selectFrom('miyabi_knowledge').select((of) => of.fn.max('revision').as('revision')),
);
const saveEntry = statement<KnowledgeTable>((db, p) => {
  const values = { revision: p.revision, repository_id: p.repository_id, at: p.at, entry: p.entry };
  return db
    .insertInto('miyabi_knowledge')
    .values({ id: p.id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values));
});
const forgetEntry = statement<Pick<KnowledgeTable, 'id' | 'revision'>>((db, p) =>
  db.updateTable('miyabi_knowledge').set({ revision: p.revision, entry: null }).where('id', '=', p.id).where('entry', 'is not', null),
);
const byIds = statement<{ readonly ids: string }, Pick<KnowledgeTable, 'entry'>>((db, p, words) =>
  db.selectFrom('miyabi_knowledge').select('entry').where(words.isListed('id', p.ids)).where('entry', 'is not', null),
);
const newestEntries = statement<{ readonly repository: string | null; readonly most: number }, Pick<KnowledgeTable, 'entry'>>(
  (db, p, words) =>
    db
      .selectFrom('miyabi_knowledge')
      .select('entry')
      .where('entry', 'is not', null)
      .where((where) => where.or([words.isAbsent(p.repository, 'text'), where('repository_id', '=', p.repository)]))
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(p.most),
);
const countEntries = statement<object, { readonly count: number }>((db) =>
  db
    .selectFrom('miyabi_knowledge')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('entry', 'is not', null),
);
const changedAfter = statement<{ readonly after: number; readonly most: number }, Pick<KnowledgeTable, 'id' | 'revision' | 'entry'>>(
  (db, p) =>
    db.selectFrom('miyabi_knowledge').select(['id', 'revision', 'entry']).where('revision', '>', p.after).orderBy('revision').limit(p.most),
);
const madeAt = statement<object, { readonly applied_at: number }>((db) =>
  db.selectFrom('miyabi_migration').select('applied_at').where('number', '=', 1),
);

const errorsOfRun = statement<Pick<ErrorTable, 'job_id'>, Pick<ErrorTable, 'signature' | 'message'>>((db, p) =>
  db.selectFrom('miyabi_error').select(['signature', 'message']).where('job_id', '=', p.job_id).orderBy('ordinal').orderBy('signature'),
);
const noteError = statement<ErrorTable>((db, p) =>
  db
    .insertInto('miyabi_error')
    .values({ job_id: p.job_id, signature: p.signature, message: p.message, ordinal: p.ordinal })
    .onConflict((conflict) => conflict.columns(['job_id', 'signature']).doNothing()),
);

/** Errors of one run that are remembered. */
const mostErrors = 50;

/** The part of the ledger that keeps what was learnt. Changes go one after the other, so that none is passed over by who reads on from a revision. */
export function sqlKnowledge(transactions: LedgerTransactions): KnowledgeRecords {
  const change = { serial: ['knowledge'] };
  return {
    save: (entry) =>
      transactions.write(async (runner) => {
        const [last] = await runner.all(newestRevision, {});
        const stored = runner.pack(JSON.stringify({ schemaVersion: 1, ...entry }));
        const row = { id: entry.id, repository_id: entry.repositoryId ?? null, at: entry.at, entry: stored };
        await runner.run(saveEntry, { ...row, revision: (last?.revision ?? 0) + 1 });
      }, change),
    forget: (id) =>
      transactions.write(async (runner) => {
        const [last] = await runner.all(newestRevision, {});
        await runner.run(forgetEntry, { id, revision: (last?.revision ?? 0) + 1 });
      }, change),
    get: (ids) =>
      transactions.read(async (runner) =>
        (await runner.all(byIds, { ids: JSON.stringify(ids) })).flatMap(({ entry }) => entryFrom(entry) ?? []),
      ),
    newest: (most, repositoryId) =>
      transactions.read(async (runner) =>
        (await runner.all(newestEntries, { repository: repositoryId ?? null, most })).flatMap(({ entry }) => entryFrom(entry) ?? []),
      ),
    count: () => transactions.read(async (runner) => (await runner.all(countEntries, {}))[0]?.count ?? 0),
    changes: (after, most) =>
      transactions.read(async (runner) =>
        (await runner.all(changedAfter, { after, most })).map(({ id, revision, entry }): KnowledgeChange => ({
          id,
          revision,
          entry: entryFrom(entry),
        })),
      ),
    revision: () => transactions.read(async (runner) => (await runner.all(newestRevision, {}))[0]?.revision ?? 0),
    noteErrors: (jobId, errors) =>
      transactions.write(async (runner) => {
        const known = (await runner.all(errorsOfRun, { job_id: jobId })).length;
        for (const [index, { signature, message }] of errors.slice(0, Math.max(0, mostErrors - known)).entries())
          await runner.run(noteError, { job_id: jobId, signature, message, ordinal: known + index });
      }),
    errorsOf: (jobId) => transactions.read(async (runner) => (await runner.all(errorsOfRun, { job_id: jobId })).map((row) => ({ ...row }))),
    identity: () => transactions.read(async (runner) => String((await runner.all(madeAt, {}))[0]?.applied_at)),
  };
}

function entryFrom(stored: StoredText | null): KnowledgeEntry | undefined {
  if (stored === null) return undefined;
  const { schemaVersion: _, repositoryId, issue, ...rest } = entrySchema.parse(JSON.parse(unpackText(stored)));
  return { ...rest, repositoryId, issue };
}
