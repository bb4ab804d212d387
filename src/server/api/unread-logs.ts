import type { LogPiece } from './log-hub.ts';

/** What a reader was too slow for, kept as how much it was: of each log what is left out, and with what line it goes on. */
export interface UnreadLogs {
  readonly isEmpty: boolean;
  leaveOut(piece: LogPiece): void;
  /** What is to be said of it; then nothing is left to say. */
  take(): readonly LogPiece[];
}

export function unreadLogs(): UnreadLogs {
  const left = new Map<string, LogPiece>();
  return {
    get isEmpty() {
      return left.size === 0;
    },
    leaveOut({ run, log, from, lines, skipped = 0 }) {
      const known = left.get(`${run} ${log}`);
      // A log that has begun anew is told from its beginning: of the old one nothing is missed any more.
      const before = known === undefined || from < known.from ? 0 : (known.skipped ?? 0);
      left.set(`${run} ${log}`, { run, log, from: from + lines.length, lines: [], skipped: before + skipped + lines.length });
    },
    take() {
      const pieces = [...left.values()];
      left.clear();
      return pieces;
    },
  };
}
