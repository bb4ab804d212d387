import type { ForeignQueue, TakenEntry } from '../../ports/foreign-queue.ts';

/** Says to a queue what became of its entries, many at a time: what comes up while it is being told is told together afterwards. */
export class Returning<Taken extends TakenEntry> {
  readonly #queue: Pick<ForeignQueue<Taken>, 'drop' | 'giveBack'>;
  #dropped: Taken[] = [];
  #givenBack: Taken[] = [];
  #telling: Promise<void> | undefined;

  constructor(queue: Pick<ForeignQueue<Taken>, 'drop' | 'giveBack'>) {
    this.#queue = queue;
  }

  drop(entry: Taken): void {
    this.#dropped.push(entry);
    this.#tell();
  }

  giveBack(entry: Taken): void {
    this.#givenBack.push(entry);
    this.#tell();
  }

  /** Resolves when everything is told. */
  async close(): Promise<void> {
    while (this.#telling !== undefined) await this.#telling;
  }

  #tell(): void {
    if (this.#telling !== undefined || this.#dropped.length + this.#givenBack.length === 0) return;
    this.#telling = this.#tellAll().finally(() => {
      this.#telling = undefined;
      // What came after the last look.
      this.#tell();
    });
  }

  async #tellAll(): Promise<void> {
    while (this.#dropped.length > 0 || this.#givenBack.length > 0) {
      // What becomes ready in the same turn goes along.
      await new Promise((resolve) => setImmediate(resolve));
      const dropped = this.#dropped.splice(0);
      const givenBack = this.#givenBack.splice(0);
      await Promise.allSettled([
        ...(dropped.length === 0 ? [] : [this.#queue.drop(dropped)]),
        ...(givenBack.length === 0 ? [] : [this.#queue.giveBack(givenBack)]),
      ]);
      // What the queue was not told is handed out again after a while, which is no harm: what was claimed is out of date then.
    }
  }
}
