import type { LineReader } from './read-lines.ts';
import { splitLines } from './split-lines.ts';

/** Turns the bytes of a log into lines, a piece at a time. */
export interface LogLines {
  add(piece: Uint8Array): readonly string[];
  /** What has no end of a line, now that nothing more comes. */
  rest(): readonly string[];
}

export function logLines(reader: LineReader): LogLines {
  const decoder = new TextDecoder();
  const splitter = splitLines();
  return {
    add: (piece) => reader.read(splitter.add(decoder.decode(piece, { stream: true }))),
    rest() {
      const whole = splitter.add(decoder.decode());
      const last = splitter.rest();
      return [...reader.read(last === undefined ? whole : [...whole, last]), ...reader.rest()];
    },
  };
}
