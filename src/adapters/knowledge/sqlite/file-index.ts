import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../in-transaction.ts';
import { signatureMessage } from '../../../domain/error-signature.ts';
import type { KnowledgeChange } from '../../../ports/knowledge.ts';
import type { Asked, Found, IndexPosition, Ranking } from '../entry-index.ts';
import { mostHolding, weightOf } from '../entry-index.ts';
import { fileName, indexedTexts, partWeights } from '../indexed-texts.ts';
import { Stems } from './stems.ts';

/** How many words are asked for at most: the rarest of those that were given. */
const mostWords = 24;
/** Rows that the words together may name, beyond the first of them: what an answer may cost. */
const mostRows = 20_000;
const alwaysAsked = 4;
const mostNames = 8;

type Row = Readonly<Record<string, string | number | null>>;

/** The index in its file, for the one thread that works on it. */
export class FileIndex {
  readonly #database: DatabaseSync;
  readonly #stems: Stems;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#stems = new Stems(database);
  }

  position(): IndexPosition {
    const row = this.#database.prepare('SELECT records, revision FROM knowledge_position').get();
    return { records: String(row?.['records']), revision: Number(row?.['revision']) };
  }

  put(changes: readonly KnowledgeChange[], { records, revision }: IndexPosition): void {
    this.#inTransaction(() => {
      for (const change of changes) this.#take(change);
      this.#run('UPDATE knowledge_position SET records = ?, revision = max(revision, ?)', records, revision);
    });
  }

  clear(records: string): void {
    this.#inTransaction(() => {
      for (const full of ['knowledge_words', 'knowledge_names']) this.#run(`INSERT INTO ${full} (${full}) VALUES ('delete-all')`);
      for (const plain of ['knowledge_error', 'knowledge_path', 'knowledge_entry']) this.#run(`DELETE FROM ${plain}`);
      this.#run('UPDATE knowledge_position SET records = ?, revision = 0', records);
    });
  }

  find(asked: Asked): Found {
    const count = this.#stems.count();
    const holding = this.#stems.holding(asked.words);
    const weights = new Map(asked.words.map((word) => [word, weightOf(holding.get(word) ?? 0, count)]));
    const rankings: readonly Ranking[] = [
      { by: 'error', ids: this.#byError(asked, 'signature', asked.signatures, count) },
      { by: 'message', ids: this.#byError(asked, 'message', asked.signatures.map(signatureMessage), count) },
      { by: 'paths', ids: this.#byPaths(asked, count) },
      { by: 'words', ids: this.#byWords(asked, rarest(asked.words, holding, count)) },
      { by: 'names', ids: this.#byNames(asked) },
    ];
    return { rankings, weights };
  }

  #take({ id, revision, entry }: KnowledgeChange): void {
    const known = this.#database.prepare('SELECT number, revision FROM knowledge_entry WHERE id = ?').get(id) as Row | undefined;
    if (Number(known?.['revision'] ?? 0) >= revision) return;
    if (known !== undefined) {
      const number = known['number'] ?? null;
      for (const full of ['knowledge_words', 'knowledge_names']) this.#run(`DELETE FROM ${full} WHERE rowid = ?`, number);
      this.#run('DELETE FROM knowledge_entry WHERE number = ?', number);
    }
    if (entry === undefined) return;
    const texts = indexedTexts(entry);
    const made = this.#database
      .prepare('INSERT INTO knowledge_entry (id, revision, repository_id) VALUES (?, ?, ?)')
      .run(id, revision, entry.repositoryId ?? null);
    const number = made.lastInsertRowid;
    const { title, body, errors, paths, lessons, diff, concepts, names, signatures, files } = texts;
    this.#database
      .prepare('INSERT INTO knowledge_words (rowid, title, body, errors, paths, lessons, diff, concepts) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(number, title, body, errors, paths, lessons, diff, concepts);
    this.#database.prepare('INSERT INTO knowledge_names (rowid, names) VALUES (?, ?)').run(number, names);
    const error = this.#database.prepare('INSERT INTO knowledge_error (number, signature, message) VALUES (?, ?, ?)');
    for (const { signature, message } of signatures) error.run(number, signature, message);
    const file = this.#database.prepare('INSERT INTO knowledge_path (number, path, name) VALUES (?, ?, ?)');
    for (const { path, name } of files) file.run(number, path, name);
  }

  #byWords(asked: Asked, words: readonly string[]): readonly string[] {
    if (words.length === 0) return [];
    const weights = Object.values(partWeights).join(', ');
    return this.#ids(
      `SELECT rowid AS number FROM knowledge_words WHERE knowledge_words MATCH ?${onlyOf(asked, 'knowledge_words.rowid')}
        ORDER BY bm25(knowledge_words, ${weights}) LIMIT ?`,
      words.map(phrase).join(' OR '),
      ...onlyValues(asked),
      asked.most,
    );
  }

  /** Trigrams: whatever stands within a longer name is found too. */
  #byNames(asked: Asked): readonly string[] {
    const names = asked.names.filter((name) => name.length >= 3).toSorted((one, other) => other.length - one.length);
    if (names.length === 0) return [];
    return this.#ids(
      `SELECT rowid AS number FROM knowledge_names WHERE knowledge_names MATCH ?${onlyOf(asked, 'knowledge_names.rowid')}
        ORDER BY bm25(knowledge_names) LIMIT ?`,
      names.slice(0, mostNames).map(phrase).join(' OR '),
      ...onlyValues(asked),
      asked.most,
    );
  }

  /** Those that share the rarest first; an error that everybody has tells nothing. */
  #byError(asked: Asked, column: 'signature' | 'message', values: readonly string[], count: number): readonly string[] {
    if (values.length === 0) return [];
    const given = JSON.stringify([...new Set(values)]);
    // A signature is found by its message, which has the index.
    const messages = JSON.stringify([...new Set(values.map(signatureMessage))]);
    return this.#ids(
      `WITH shared AS (
         SELECT number, ${column} AS value FROM knowledge_error
          WHERE message IN (SELECT value FROM json_each(?)) AND ${column} IN (SELECT value FROM json_each(?))),
       telling AS (SELECT value, count(DISTINCT number) AS holding FROM shared GROUP BY value HAVING count(DISTINCT number) <= ?)
       SELECT number, sum(1.0 / holding) AS told FROM (SELECT DISTINCT number, value FROM shared) JOIN telling USING (value)
        WHERE 1 = 1${onlyOf(asked, 'number')} GROUP BY number ORDER BY told DESC, number DESC LIMIT ?`,
      messages,
      given,
      mostHolding(count),
      ...onlyValues(asked),
      asked.most,
    );
  }

  /** The same path counts twice the same name; either counts the less the more entries have it. */
  #byPaths(asked: Asked, count: number): readonly string[] {
    if (asked.paths.length === 0) return [];
    return this.#ids(
      `WITH shared AS (
         SELECT number, name, max(path IN (SELECT value FROM json_each(?))) AS whole FROM knowledge_path
          WHERE name IN (SELECT value FROM json_each(?)) GROUP BY number, name),
       telling AS (SELECT name, count(*) AS holding FROM shared GROUP BY name HAVING count(*) <= ?)
       SELECT number, sum((1.0 + whole) / holding) AS told FROM shared JOIN telling USING (name)
        WHERE 1 = 1${onlyOf(asked, 'number')} GROUP BY number ORDER BY told DESC, number DESC LIMIT ?`,
      JSON.stringify(asked.paths),
      JSON.stringify([...new Set(asked.paths.map(fileName))]),
      mostHolding(count),
      ...onlyValues(asked),
      asked.most,
    );
  }

  #ids(sql: string, ...values: readonly (string | number)[]): readonly string[] {
    const numbers = this.#database
      .prepare(sql)
      .all(...values)
      .map((row) => Number(row['number']));
    const id = this.#database.prepare('SELECT id FROM knowledge_entry WHERE number = ?');
    return numbers.map((number) => String(id.get(number)?.['id']));
  }

  #run(sql: string, ...values: readonly (string | number | bigint | null)[]): void {
    this.#database.prepare(sql).run(...values);
  }

  #inTransaction(change: () => void): void {
    inTransaction(this.#database, change);
    this.#stems.forget();
  }
}

/** Words that are too common are left out, and of the others the rarest are taken, as many as may be read through. */
function rarest(words: readonly string[], holding: ReadonlyMap<string, number>, count: number): readonly string[] {
  const known = words
    .map((word) => ({ word, rows: holding.get(word) ?? 0 }))
    .filter(({ rows }) => rows > 0 && rows <= mostHolding(count))
    .toSorted((one, other) => one.rows - other.rows);
  let rows = 0;
  return known
    .slice(0, mostWords)
    .filter((each, index) => {
      rows += each.rows;
      return index < alwaysAsked || rows <= mostRows;
    })
    .map(({ word }) => word);
}

/** Nothing within it is a word of the query language. */
function phrase(word: string): string {
  return `"${word.replaceAll('"', '""')}"`;
}

function onlyOf({ only }: Asked, number: string): string {
  return only === undefined ? '' : ` AND (SELECT repository_id FROM knowledge_entry WHERE number = ${number}) = ?`;
}

function onlyValues({ only }: Asked): readonly string[] {
  return only === undefined ? [] : [only];
}
