import type { MigrationStream } from '../../store/migrate.ts';

/**
 * The index of words in a file of its own. Nothing in it is worth keeping: it is made from the records. Texts themselves are not kept in the
 * full-text tables (`content=''`), which halves them.
 */
const tables = [
  'CREATE TABLE knowledge_position (only_one BIGINT PRIMARY KEY CHECK (only_one = 1), records TEXT NOT NULL, revision BIGINT NOT NULL)',
  "INSERT INTO knowledge_position (only_one, records, revision) VALUES (1, '', 0)",
  `CREATE TABLE knowledge_entry (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    revision BIGINT NOT NULL,
    repository_id TEXT
  )`,
  'CREATE INDEX knowledge_entry_repository ON knowledge_entry (repository_id)',
  `CREATE VIRTUAL TABLE knowledge_words USING fts5 (
    title, body, errors, paths, lessons, diff, concepts,
    tokenize = "porter unicode61 tokenchars '_'", content = '', contentless_delete = 1
  )`,
  "CREATE VIRTUAL TABLE knowledge_vocabulary USING fts5vocab ('knowledge_words', 'row')",
  "CREATE VIRTUAL TABLE knowledge_names USING fts5 (names, tokenize = 'trigram', content = '', contentless_delete = 1)",
  `CREATE TABLE knowledge_error (
    number BIGINT NOT NULL REFERENCES knowledge_entry (number) ON DELETE CASCADE,
    signature TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (number, signature)
  ) WITHOUT ROWID`,
  'CREATE INDEX knowledge_error_message ON knowledge_error (message)',
  `CREATE TABLE knowledge_path (
    number BIGINT NOT NULL REFERENCES knowledge_entry (number) ON DELETE CASCADE,
    path TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (number, path)
  ) WITHOUT ROWID`,
  'CREATE INDEX knowledge_path_name ON knowledge_path (name)',
];

export const knowledgeMigrations: MigrationStream = {
  table: 'knowledge_migration',
  migrations: [{ number: 1, name: 'words, names, errors and paths', statements: tables }],
};
