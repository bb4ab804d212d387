import { StringDecoder } from 'node:string_decoder';

/** Longest line handed on, in UTF-16 units; the rest of a longer one is dropped. */
export const longestLine = 8192;

/** Cuts a stream into lines, in bounded memory also where no line ever ends. Nothing is handed on beyond `limitBytes`. */
export function splitLines(limitBytes: number, onLine: (line: string) => void): { add(chunk: Uint8Array): void; end(): void } {
  const decoder = new StringDecoder('utf8');
  let partial = '';
  let cut = false;
  let seen = 0;

  function finish(line: string): void {
    if (cut) cut = false;
    else onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
  }

  return {
    add(chunk) {
      if (seen >= limitBytes) return;
      seen += chunk.length;
      const pieces = (partial + decoder.write(chunk)).split('\n');
      partial = pieces.pop() ?? '';
      for (const piece of pieces) finish(piece.length > longestLine ? piece.slice(0, longestLine) : piece);
      if (partial.length > longestLine) {
        if (!cut) onLine(partial.slice(0, longestLine));
        cut = true;
        partial = '';
      }
    },
    end() {
      if (partial !== '') finish(partial);
    },
  };
}
