import type { Tables } from './tables.ts';

/** The tables as long as one transaction lasts. */
export class Session {
  readonly #tables: Tables;
  #over = false;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** @throws Error once the transaction is over. */
  get tables(): Tables {
    if (this.#over) throw new Error('This transaction is over; its records cannot be used any more.');
    return this.#tables;
  }

  end(): void {
    this.#over = true;
  }
}
