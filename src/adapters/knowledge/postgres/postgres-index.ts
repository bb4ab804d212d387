import type { KnowledgeChange } from '../../../ports/knowledge.ts';
import type { SqlExecutor } from '../../store/postgres/executor.ts';
import type { EntryIndex, IndexPosition } from '../entry-index.ts';
import { indexedTexts } from '../indexed-texts.ts';
import { findInPostgres } from './find.ts';

const withoutTrigrams =
  'Parts of names were not looked for: the database has no extension pg_trgm. Its owner installs it with `CREATE EXTENSION pg_trgm`.';

/**
 * The index in the database that many machines share, beside the records. Words are those of PostgreSQL's English; parts of names are found
 * by trigrams where the extension pg_trgm is installed. Whatever is written may be written twice, by this machine or another.
 */
export async function postgresIndex(executor: SqlExecutor): Promise<EntryIndex> {
  const { rows } = await executor.executeSql("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'");
  const hasTrigrams = rows.length > 0;
  if (hasTrigrams)
    await executor.executeSql(
      'CREATE INDEX IF NOT EXISTS miyabi_knowledge_word_names ON miyabi_knowledge_word USING gin (names gin_trgm_ops)',
    );
  return {
    notes: hasTrigrams ? [] : [withoutTrigrams],
    position: async () => {
      const [row] = (await executor.executeSql('SELECT records, revision FROM miyabi_knowledge_position')).rows;
      if (row === undefined) return { records: '', revision: 0 };
      return { records: String(row['records']), revision: Number(row['revision']) };
    },
    put: async (changes, position) => await put(executor, changes, position),
    find: async (asked) => await findInPostgres(executor, asked, hasTrigrams),
    clear: async (records) => {
      for (const table of ['word', 'error', 'path']) await executor.executeSql(`DELETE FROM miyabi_knowledge_${table}`);
      await executor.executeSql(
        `INSERT INTO miyabi_knowledge_position (only_one, records, revision) VALUES (1, $1, 0)
           ON CONFLICT (only_one) DO UPDATE SET records = excluded.records, revision = 0`,
        [records],
      );
    },
    // The connections belong to the storage.
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** How far it has come is written last: whoever is cut off before that begins again. */
async function put(executor: SqlExecutor, changes: readonly KnowledgeChange[], { records, revision }: IndexPosition): Promise<void> {
  const gone = changes.flatMap(({ id, entry }) => (entry === undefined ? [id] : []));
  if (gone.length > 0)
    for (const table of ['word', 'error', 'path'])
      await executor.executeSql(`DELETE FROM miyabi_knowledge_${table} WHERE id = ANY($1::text[])`, [gone]);
  const given = changes.flatMap(({ id, revision: of, entry }) => {
    if (entry === undefined) return [];
    const { signatures, files, names, title, body, errors, lessons, paths, diff, concepts } = indexedTexts(entry);
    const texts = {
      title: plain(title),
      body: plain(`${body} ${errors} ${lessons}`),
      paths: plain(`${paths} ${concepts}`),
      diff: plain(diff),
    };
    return [{ id, revision: of, repository_id: entry.repositoryId ?? null, ...texts, names, signatures, files }];
  });
  if (given.length > 0) {
    const json = JSON.stringify(given);
    for (const sql of takeIn) await executor.executeSql(sql, [json]);
  }
  await executor.executeSql(
    `INSERT INTO miyabi_knowledge_position AS held (only_one, records, revision) VALUES (1, $1, $2)
       ON CONFLICT (only_one) DO UPDATE SET records = excluded.records,
         revision = CASE WHEN held.records = excluded.records THEN greatest(held.revision, excluded.revision) ELSE excluded.revision END`,
    [records, revision],
  );
}

/** Errors and paths are those of the revision whose words are there: another machine may have been faster with a later one. */
const current = `json_to_recordset($1::json) AS given (id text, revision bigint, signatures json, files json)
  JOIN miyabi_knowledge_word USING (id, revision)`;

const takeIn: readonly string[] = [
  `INSERT INTO miyabi_knowledge_word AS held (id, revision, repository_id, words, names)
     SELECT id, revision, repository_id,
            setweight(to_tsvector('pg_catalog.english', title), 'A') || setweight(to_tsvector('pg_catalog.english', body), 'B')
              || setweight(to_tsvector('pg_catalog.english', paths), 'C') || setweight(to_tsvector('pg_catalog.english', diff), 'D'),
            names
       FROM json_to_recordset($1::json)
         AS given (id text, revision bigint, repository_id text, title text, body text, paths text, diff text, names text)
     ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, repository_id = excluded.repository_id, words = excluded.words,
       names = excluded.names WHERE held.revision < excluded.revision`,
  `DELETE FROM miyabi_knowledge_error WHERE id IN (SELECT id FROM ${current})`,
  `INSERT INTO miyabi_knowledge_error (id, signature, message)
     SELECT id, error.signature, error.message FROM ${current}, json_to_recordset(given.signatures) AS error (signature text, message text)
     ON CONFLICT DO NOTHING`,
  `DELETE FROM miyabi_knowledge_path WHERE id IN (SELECT id FROM ${current})`,
  `INSERT INTO miyabi_knowledge_path (id, path, name)
     SELECT id, file.path, file.name FROM ${current}, json_to_recordset(given.files) AS file (path text, name text)
     ON CONFLICT DO NOTHING`,
];

/** Words and nothing else: what PostgreSQL takes for a path, an address or a number with a sign stays whole, and nobody asks for that. */
function plain(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}_]+/gu, ' ');
}
