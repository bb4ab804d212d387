/** Something that happened in a run, as the service tells it. */
export interface RunEvent {
  readonly run: string;
  readonly type: string;
  /** Epoch ms. */
  readonly at: number;
  readonly seq: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Lines that were written to a log; `skipped` more lie before them, where this browser was too slow. */
export interface LogPiece {
  readonly run: string;
  readonly log: string;
  /** Number of the first of them, from 1. */
  readonly from: number;
  readonly lines: readonly string[];
  readonly skipped?: number;
}

/** Whether what is shown is what is. */
export type Connection = 'connecting' | 'live' | 'reconnecting';

/** What the service tells as it happens: one connection for all tabs of a browser. */
export interface Stream {
  /** @returns what ends it. */
  onEvent(listener: (event: RunEvent) => void): () => void;
  /** Lines of the logs of a run, from now on. @returns what ends it. */
  onLog(run: string, listener: (piece: LogPiece) => void): () => void;
  /** All is to be read anew: the service tells that too much was missed, or comes again. @returns what ends it. */
  onReset(listener: () => void): () => void;
  connection(): Connection;
  /** @returns what ends it. */
  onConnection(listener: () => void): () => void;
}
