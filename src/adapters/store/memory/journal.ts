/** How everything that a transaction has changed is undone, change by change. */
export class Journal {
  #undo: (() => void)[] = [];

  add(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** What was changed stays. @returns whether anything was. */
  commit(): boolean {
    const changed = this.#undo.length > 0;
    this.#undo = [];
    return changed;
  }

  /** The last change first. */
  rollback(): void {
    for (const undo of this.#undo.toReversed()) undo();
    this.#undo = [];
  }
}
