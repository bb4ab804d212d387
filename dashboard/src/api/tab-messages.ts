import type { Connection, LogPiece, RunEvent } from './stream.ts';

/** What tabs of a browser tell each other of the one connection that they share. */
export type TabMessage =
  /** A tab is here, and wants to know how things stand. */
  | { readonly kind: 'hello'; readonly tab: string }
  /** From now on this tab has the connection; everybody says what they want. */
  | { readonly kind: 'leads'; readonly tab: string }
  /** The runs of which this tab wants to hear the logs. */
  | { readonly kind: 'wants'; readonly tab: string; readonly runs: readonly string[] }
  | { readonly kind: 'connection'; readonly connection: Connection; readonly lastId: string | undefined }
  | { readonly kind: 'event'; readonly event: RunEvent; readonly lastId: string }
  | { readonly kind: 'log'; readonly piece: LogPiece }
  | { readonly kind: 'reset' };
