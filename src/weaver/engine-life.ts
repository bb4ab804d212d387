import { Failure } from '../domain/failure.ts';

/** From when an engine is opened until it is disposed: what is asked of it later is refused, what is under way comes to its end. */
export class EngineLife {
  readonly #over = new AbortController();
  readonly #calls = new Set<Promise<unknown>>();

  /** Aborts when the engine is being disposed. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** @throws Failure (usage) when the engine is being disposed, or has been. */
  mustGoOn(): void {
    if (this.#over.signal.aborted) throw closed();
  }

  /** Does something that {@link end} waits for. @throws Failure (usage) when the engine is being disposed, or has been. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    this.mustGoOn();
    return this.finish(work());
  }

  /** The same for what has begun already. */
  async finish<T>(begun: Promise<T>): Promise<T> {
    this.#calls.add(begun);
    try {
      return await begun;
    } finally {
      this.#calls.delete(begun);
    }
  }

  /** Refuses whatever is asked for from now on. */
  refuse(): void {
    this.#over.abort();
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#calls.size > 0) await Promise.allSettled(this.#calls);
  }
}

export function closed(): Failure {
  return new Failure('usage', {
    what: 'The engine is closed.',
    why: 'It was disposed; what it was opened on may be closed too.',
    fix: 'Open it again, or dispose it later.',
  });
}
