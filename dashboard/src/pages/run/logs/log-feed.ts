import type { LogPiece } from '../../../api/stream.ts';
import type { LogPart, LogWindow } from './log-window.ts';
import { hasGapBefore, lastOf, mostLines, wasBegunAnew, windowOf, withEarlier, withWritten } from './log-window.ts';

/** What of a log is to be read. */
export type LogWanted = { readonly tail: 'true'; readonly limit: number } | { readonly from: number; readonly limit: number };
/** Reads a log. @throws what cannot be read. */
export type ReadLog = (wanted: LogWanted) => Promise<LogPart>;

/** What there is of a log to be shown. */
export interface LogShown {
  /** undefined until it was read. */
  readonly window: LogWindow | undefined;
  readonly error: Error | undefined;
  /** Whether the end is shown as it comes. */
  readonly follows: boolean;
}

export interface FeedSize {
  /** Lines that are kept. */
  readonly most?: number | undefined;
  /** How long nothing new is told after something was, in ms; else it is told once a frame. */
  readonly restMs?: number | undefined;
}

/** Lines that are read at a time. */
const page = 1_000;

/**
 * One log as it is looked at: its last lines, then what is written, or any other place in it. Whoever listens is told once a frame at most, or less often,
 * however much is written.
 */
export class LogFeed {
  readonly #read: ReadLog;
  readonly #most: number;
  readonly #restMs: number;
  readonly #listeners = new Set<() => void>();
  /** What was written while it was read. */
  #unread: LogPiece[] = [];
  #reading: Promise<void> | undefined;
  #isToldSoon = false;
  #shown: LogShown = { window: undefined, error: undefined, follows: true };

  constructor(read: ReadLog, { most = mostLines, restMs = 0 }: FeedSize = {}) {
    this.#read = read;
    this.#most = most;
    this.#restMs = restMs;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly shown = (): LogShown => this.#shown;

  /** Shows the end, and follows it. */
  readonly latest = async (): Promise<void> => {
    await this.#load({ tail: 'true', limit: Math.min(page, this.#most) }, (part) => this.#show({ window: windowOf(part), follows: true }));
  };

  /** Adds lines before those that are shown. */
  readonly earlier = async (): Promise<void> => {
    const first = this.#shown.window?.first ?? 1;
    if (first <= 1) return;
    const from = Math.max(1, first - page);
    await this.#load({ from, limit: first - from }, (part) => {
      const { window } = this.#shown;
      this.#show({ window: window === undefined ? windowOf(part) : withEarlier(window, part, this.#most), follows: false });
    });
  };

  /** Shows the place of a line, and stays there. */
  readonly goTo = async (line: number): Promise<void> => {
    const { window } = this.#shown;
    if (window !== undefined && line >= window.first && line <= lastOf(window)) this.#show({ follows: false });
    else
      await this.#load({ from: Math.max(1, line - page / 2), limit: page }, (part) =>
        this.#show({ window: windowOf(part), follows: false }),
      );
  };

  /** Somebody reads, or follows again. */
  readonly follow = (follows: boolean): void => {
    const { window } = this.#shown;
    if (follows && window !== undefined && lastOf(window) < window.total) void this.latest();
    else if (follows !== this.#shown.follows) this.#show({ follows });
  };

  /** Lines were written. */
  hear(piece: LogPiece): void {
    const { window, follows } = this.#shown;
    if (this.#reading !== undefined) this.#unread.push(piece);
    else if (window === undefined || (follows && (hasGapBefore(window, piece) || wasBegunAnew(window, piece)))) void this.latest();
    else this.#show({ window: withWritten(window, piece, follows, this.#most) });
  }

  async #load(wanted: LogWanted, loaded: (part: LogPart) => void): Promise<void> {
    await this.#reading;
    const reading = this.#read(wanted).then(
      (part) => {
        this.#shown = { ...this.#shown, error: undefined };
        loaded(part);
      },
      (error: unknown) => this.#show({ error: error instanceof Error ? error : new Error(String(error)) }),
    );
    this.#reading = reading;
    await reading;
    this.#reading = undefined;
    const unread = this.#unread;
    this.#unread = [];
    for (const piece of unread) this.hear(piece);
  }

  #show(change: Partial<LogShown>): void {
    this.#shown = { ...this.#shown, ...change };
    if (this.#isToldSoon) return;
    this.#isToldSoon = true;
    const tell = (): void => {
      this.#isToldSoon = false;
      for (const listener of this.#listeners) listener();
    };
    if (this.#restMs === 0) requestAnimationFrame(tell);
    else setTimeout(tell, this.#restMs);
  }
}
