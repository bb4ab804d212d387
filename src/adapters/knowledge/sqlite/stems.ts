import type { DatabaseSync } from 'node:sqlite';

/** Words whose stems and numbers are remembered at most. */
const mostRemembered = 20_000;
/** For how long a number is taken as it was, in ms: nothing depends on its being exact. */
const numbersMs = 60_000;

/** In how many entries words stand, by the stems that the index has made of them. */
export class Stems {
  readonly #database: DatabaseSync;
  readonly #stems = new Map<string, string | undefined>();
  readonly #numbers = new Map<string, number>();
  #numbersSince = -Infinity;
  #count: number | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
    // The same words as the index makes of a text, made by a table that holds nothing else.
    database.exec(`
      CREATE VIRTUAL TABLE temp.asked USING fts5 (word, tokenize = "porter unicode61 tokenchars '_'");
      CREATE VIRTUAL TABLE temp.asked_stems USING fts5vocab (temp, 'asked', 'instance')`);
  }

  /** How many entries there are. */
  count(): number {
    this.#forgetOld();
    this.#count ??= Number(this.#database.prepare('SELECT count(*) AS count FROM knowledge_entry').get()?.['count']);
    return this.#count;
  }

  holding(words: readonly string[]): ReadonlyMap<string, number> {
    this.#learn(words.filter((word) => !this.#stems.has(word)));
    this.#forgetOld();
    const count = this.#database.prepare('SELECT doc FROM knowledge_vocabulary WHERE term = ?');
    const holding = new Map<string, number>();
    for (const word of words) {
      const stem = this.#stems.get(word);
      if (stem === undefined) continue;
      let number = this.#numbers.get(stem);
      if (number === undefined) {
        number = Number(count.get(stem)?.['doc'] ?? 0);
        this.#numbers.set(stem, number);
      }
      holding.set(word, number);
    }
    return holding;
  }

  /** The numbers: entries have changed. */
  forget(): void {
    this.#numbers.clear();
    this.#count = undefined;
    this.#numbersSince = performance.now();
  }

  #forgetOld(): void {
    if (performance.now() - this.#numbersSince > numbersMs) this.forget();
  }

  #learn(words: readonly string[]): void {
    if (words.length === 0) return;
    if (this.#stems.size > mostRemembered) this.#stems.clear();
    this.#database.exec('DELETE FROM temp.asked');
    const insert = this.#database.prepare('INSERT INTO temp.asked (rowid, word) VALUES (?, ?)');
    for (const [index, word] of words.entries()) insert.run(index + 1, word);
    const made = this.#database.prepare('SELECT term, doc FROM temp.asked_stems').all();
    // What becomes several words is none that could be looked up.
    const several = new Map<number, string[]>();
    for (const { term, doc } of made) several.set(Number(doc), [...(several.get(Number(doc)) ?? []), String(term)]);
    for (const [index, word] of words.entries()) {
      const stems = several.get(index + 1) ?? [];
      this.#stems.set(word, stems.length === 1 ? stems[0] : undefined);
    }
  }
}
