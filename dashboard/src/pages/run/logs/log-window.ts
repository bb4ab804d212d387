/** Lines of a log that are kept, one after the other without gaps. */
export interface LogWindow {
  /** Number of the first, from 1; also where there are none. */
  readonly first: number;
  readonly lines: readonly string[];
  /** Lines that the log has as far as is known; more than the last of these where newer ones are not kept. */
  readonly total: number;
}

/** Lines that are kept at most. */
export const mostLines = 5_000;

/** A part of a log, as it is read. */
export interface LogPart {
  readonly lines: ReadonlyArray<{ readonly number: number; readonly text: string }>;
  readonly total: number;
}

/** Lines that were just written. */
export interface WrittenLines {
  readonly from: number;
  readonly lines: readonly string[];
}

export function windowOf({ lines, total }: LogPart): LogWindow {
  return { first: lines[0]?.number ?? total + 1, lines: lines.map(({ text }) => text), total };
}

export function lastOf({ first, lines }: LogWindow): number {
  return first + lines.length - 1;
}

/** Whether lines between those that are kept and those that were written are not known. */
export function hasGapBefore(window: LogWindow, { from }: WrittenLines): boolean {
  return from > lastOf(window) + 1;
}

/** Whether the log was begun anew: what is kept is of one that is no more. */
export function wasBegunAnew({ first, lines, total }: LogWindow, written: WrittenLines): boolean {
  const [line] = written.lines;
  return written.from === 1 && line !== undefined && total > 0 && (first > 1 || line !== lines[0]);
}

/**
 * With lines that were just written. What is known already is not added twice. Where somebody follows, the oldest go when there are too many; where
 * somebody reads, nothing moves, and newer lines are only counted from then on.
 */
export function withWritten(window: LogWindow, written: WrittenLines, follows: boolean, most = mostLines): LogWindow {
  const total = Math.max(window.total, written.from + written.lines.length - 1);
  const known = lastOf(window) + 1 - written.from;
  if (known < 0 || known >= written.lines.length || (!follows && window.lines.length >= most)) return { ...window, total };
  const lines = [...window.lines, ...written.lines.slice(known)];
  const over = follows ? Math.max(0, lines.length - most) : 0;
  return { first: window.first + over, lines: over === 0 ? lines : lines.slice(over), total };
}

/** With the lines before it, as they were read; the newest go when there are too many. */
export function withEarlier(window: LogWindow, part: LogPart, most = mostLines): LogWindow {
  const earlier = part.lines.filter(({ number }) => number < window.first);
  if (earlier.at(-1)?.number !== window.first - 1) return window;
  const lines = [...earlier.map(({ text }) => text), ...window.lines].slice(0, most);
  return { first: earlier[0]?.number ?? window.first, lines, total: Math.max(window.total, part.total) };
}
