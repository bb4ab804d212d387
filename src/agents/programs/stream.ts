import type { AgentReport } from '../../ports/agent.ts';

/** Reads what a program tells while it works, a line of its JSON at a time, and tells it on as our events. Never throws, whatever it is given. */
export interface StreamReader {
  read(line: string): void;
  /** What is known by now. */
  told(): ToldByProgram;
}

export interface ToldByProgram {
  /** By which the conversation can be taken up again; undefined while it has not begun. */
  readonly sessionId: string | undefined;
  /** The last thing it said, or its closing words. */
  readonly summary: string;
  /** What it says that it came to; undefined where it ended without a word about that. */
  readonly end: AgentReport['end'] | undefined;
}

export const longestSummary = 2_000;
/** Longer lines are no events of anybody's; what is left of them is not read. */
const longestLine = 32 * 1024 * 1024;

/** Hands on the lines of a stream, whole, in memory that is bounded by the longest one. */
export async function eachLine(stream: ReadableStream<Uint8Array>, onLine: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  let length = 0;
  const finish = (): void => {
    if (length > 0 && length <= longestLine) onLine(pieces.join(''));
    pieces = [];
    length = 0;
  };
  for await (const chunk of stream) {
    const [first = '', ...rest] = decoder.decode(chunk, { stream: true }).split('\n');
    add(first);
    for (const piece of rest) {
      finish();
      add(piece);
    }
  }
  finish();

  function add(piece: string): void {
    length += piece.length;
    if (length <= longestLine) pieces.push(piece);
    else pieces = [];
  }
}

/** @returns undefined for what is no JSON object. */
export function jsonObject(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
