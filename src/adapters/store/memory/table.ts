import type { Journal } from './journal.ts';

/** A row's key in one index; a row without one is not in it. */
type KeyOf<Row> = (row: Row) => string | undefined;

export interface TableShape<Row, Index extends string> {
  /** For messages. */
  readonly name: string;
  readonly id: (row: Row) => string;
  readonly indexes: Readonly<Record<Index, KeyOf<Row>>>;
  /** Indexes in which a key stands for one row at most. */
  readonly unique?: readonly Index[];
}

interface Indexed<Row> {
  readonly name: string;
  readonly keyOf: KeyOf<Row>;
  readonly unique: boolean;
  readonly ids: Map<string, Set<string>>;
}

/** Rows by id and by the keys of their indexes. Rows are replaced, never changed; what is done costs the same however many rows there are. */
export class Table<Row, Index extends string> {
  readonly #rows = new Map<string, Row>();
  readonly #shape: TableShape<Row, Index>;
  readonly #journal: Journal;
  readonly #indexes: readonly Indexed<Row>[];
  readonly #byName: ReadonlyMap<string, Indexed<Row>>;

  constructor(journal: Journal, shape: TableShape<Row, Index>) {
    this.#journal = journal;
    this.#shape = shape;
    this.#indexes = Object.entries<KeyOf<Row>>(shape.indexes).map(([name, keyOf]) => ({
      name,
      keyOf,
      unique: shape.unique?.includes(name as Index) === true,
      ids: new Map<string, Set<string>>(),
    }));
    this.#byName = new Map(this.#indexes.map((index) => [index.name, index]));
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  /** In the order in which they were inserted. */
  all(): Row[] {
    return [...this.#rows.values()];
  }

  /** In no order that means anything. */
  where(index: Index, key: string): Row[] {
    const found: Row[] = [];
    for (const id of this.#byName.get(index)?.ids.get(key) ?? []) {
      const row = this.#rows.get(id);
      if (row !== undefined) found.push(row);
    }
    return found;
  }

  /** @throws Error when its id or a unique key of it is taken. */
  insert(row: Row): void {
    const id = this.#shape.id(row);
    if (this.#rows.has(id)) throw new Error(`There is a ${this.#shape.name} ${id} already.`);
    this.put(row);
  }

  /** Inserts it, or puts it in the place of the one with its id. @throws Error when a unique key of it is another's. */
  put(row: Row): void {
    const id = this.#shape.id(row);
    for (const index of this.#indexes) if (index.unique) this.#mustBeFree(index, row, id);
    this.#set(id, row);
  }

  remove(id: string): void {
    if (this.#rows.has(id)) this.#set(id, undefined);
  }

  #set(id: string, row: Row | undefined): void {
    const before = this.#rows.get(id);
    this.#journal.add(() => this.#apply(id, row, before));
    this.#apply(id, before, row);
  }

  #apply(id: string, before: Row | undefined, after: Row | undefined): void {
    if (after === undefined) this.#rows.delete(id);
    else this.#rows.set(id, after);
    for (const { keyOf, ids } of this.#indexes) {
      const from = before === undefined ? undefined : keyOf(before);
      const to = after === undefined ? undefined : keyOf(after);
      if (from === to) continue;
      if (from !== undefined) takeOut(ids, from, id);
      if (to !== undefined) putIn(ids, to, id);
    }
  }

  #mustBeFree({ name, keyOf, ids }: Indexed<Row>, row: Row, id: string): void {
    const key = keyOf(row);
    const taken = key === undefined ? undefined : ids.get(key);
    if (taken === undefined || taken.has(id)) return;
    throw new Error(`The ${name} of ${this.#shape.name} ${id} is taken by ${[...taken].join(', ')}.`);
  }
}

function putIn(ids: Map<string, Set<string>>, key: string, id: string): void {
  const found = ids.get(key);
  if (found === undefined) ids.set(key, new Set([id]));
  else found.add(id);
}

function takeOut(ids: Map<string, Set<string>>, key: string, id: string): void {
  const found = ids.get(key);
  if (found?.delete(id) === true && found.size === 0) ids.delete(key);
}
