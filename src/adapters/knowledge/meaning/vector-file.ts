import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../in-transaction.ts';
import type { EntryVector } from './vectors.ts';

type Position = { readonly records: string; readonly revision: number };

/** Vectors in a file, in tables of sqlite-vec: one for each number of dimensions, whole numbers of eight bits, divided by repository. */
export class VectorFile {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS vector_position (model TEXT PRIMARY KEY, records TEXT NOT NULL, revision INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS vector_entry (
        number INTEGER PRIMARY KEY, model TEXT NOT NULL, id TEXT NOT NULL, dimensions INTEGER NOT NULL, UNIQUE (model, id))`);
  }

  position(model: string): Position {
    const row = this.#database.prepare('SELECT records, revision FROM vector_position WHERE model = ?').get(model);
    return row === undefined ? { records: '', revision: 0 } : { records: String(row['records']), revision: Number(row['revision']) };
  }

  put(model: string, vectors: readonly EntryVector[], { records, revision }: Position): void {
    this.#inTransaction(() => {
      for (const { id, repositoryId, vector } of vectors) {
        this.#remove(model, id);
        if (vector !== undefined) this.#insert(model, id, repositoryId ?? '', vector);
      }
      this.#database
        .prepare(
          `INSERT INTO vector_position (model, records, revision) VALUES (?, ?, ?)
             ON CONFLICT (model) DO UPDATE SET records = excluded.records, revision = excluded.revision`,
        )
        .run(model, records, revision);
    });
  }

  nearest(model: string, vector: readonly number[], most: number, only: string | undefined): readonly string[] {
    if (!this.#hasTable(vector.length)) return [];
    const found = this.#database
      .prepare(
        `SELECT rowid AS number FROM vector_of_${vector.length}
          WHERE embedding MATCH vec_int8(?) AND k = ? AND model = ?${only === undefined ? '' : ' AND repository = ?'} ORDER BY distance`,
      )
      .all(inBytes(vector), BigInt(most), model, ...(only === undefined ? [] : [only]));
    const id = this.#database.prepare('SELECT id FROM vector_entry WHERE number = ?');
    return found.flatMap(({ number }) => {
      const row = id.get(number ?? null);
      return row === undefined ? [] : [String(row['id'])];
    });
  }

  clear(model: string): void {
    this.#inTransaction(() => {
      for (const { id } of this.#database.prepare('SELECT id FROM vector_entry WHERE model = ?').all(model))
        this.#remove(model, String(id));
      this.#database.prepare('DELETE FROM vector_position WHERE model = ?').run(model);
    });
  }

  #insert(model: string, id: string, repository: string, vector: readonly number[]): void {
    const dimensions = vector.length;
    if (!this.#hasTable(dimensions)) {
      this.#database.exec(
        `CREATE VIRTUAL TABLE vector_of_${dimensions} USING vec0 (
           repository TEXT partition key, model TEXT, embedding int8[${dimensions}] distance_metric=cosine)`,
      );
    }
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO vector_entry (model, id, dimensions) VALUES (?, ?, ?)')
      .run(model, id, dimensions);
    this.#database
      .prepare(`INSERT INTO vector_of_${dimensions} (rowid, repository, model, embedding) VALUES (?, ?, ?, vec_int8(?))`)
      .run(BigInt(lastInsertRowid), repository, model, inBytes(vector));
  }

  #remove(model: string, id: string): void {
    const row = this.#database.prepare('SELECT number, dimensions FROM vector_entry WHERE model = ? AND id = ?').get(model, id);
    if (row === undefined) return;
    const number = BigInt(Number(row['number']));
    this.#database.prepare(`DELETE FROM vector_of_${Number(row['dimensions'])} WHERE rowid = ?`).run(number);
    this.#database.prepare('DELETE FROM vector_entry WHERE number = ?').run(number);
  }

  #hasTable(dimensions: number): boolean {
    return this.#database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'vector_of_' || ?").get(String(dimensions)) !== undefined;
  }

  #inTransaction(change: () => void): void {
    inTransaction(this.#database, change);
  }
}

/** Each number in eight bits: the direction alone counts, so the largest number takes the whole of the range. */
function inBytes(vector: readonly number[]): Uint8Array {
  const largest = vector.reduce((most, each) => Math.max(most, Math.abs(each)), 0) || 1;
  return new Uint8Array(Int8Array.from(vector, (each) => Math.round((each / largest) * 127)).buffer);
}
