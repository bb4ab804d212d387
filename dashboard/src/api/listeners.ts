import type { Connection, LogPiece, RunEvent, Stream } from './stream.ts';

/** Those who listen to a stream, and its state as they see it. */
export class Listeners implements Stream {
  readonly #events = new Set<(event: RunEvent) => void>();
  readonly #resets = new Set<() => void>();
  readonly #connections = new Set<() => void>();
  readonly #logs = new Map<string, Set<(piece: LogPiece) => void>>();
  readonly #wanted: () => void;
  #connection: Connection = 'connecting';

  /** @param wanted called when other runs than before are listened to. */
  constructor(wanted: () => void) {
    this.#wanted = wanted;
  }

  /** The runs whose logs somebody listens to. */
  get runs(): readonly string[] {
    return Array.from(this.#logs.keys());
  }

  onEvent(listener: (event: RunEvent) => void): () => void {
    return added(this.#events, listener);
  }

  onReset(listener: () => void): () => void {
    return added(this.#resets, listener);
  }

  onConnection(listener: () => void): () => void {
    return added(this.#connections, listener);
  }

  connection(): Connection {
    return this.#connection;
  }

  onLog(run: string, listener: (piece: LogPiece) => void): () => void {
    const known = this.#logs.get(run);
    const listeners = known ?? new Set();
    listeners.add(listener);
    if (known === undefined) {
      this.#logs.set(run, listeners);
      this.#wanted();
    }
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0 || this.#logs.get(run) !== listeners) return;
      this.#logs.delete(run);
      this.#wanted();
    };
  }

  event(event: RunEvent): void {
    for (const each of this.#events) each(event);
  }

  log(piece: LogPiece): void {
    for (const each of this.#logs.get(piece.run) ?? []) each(piece);
  }

  reset(): void {
    for (const each of this.#resets) each();
  }

  become(connection: Connection): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    for (const each of this.#connections) each();
  }
}

function added<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
