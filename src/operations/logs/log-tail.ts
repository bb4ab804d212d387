import type { JobId } from '../../domain/ids.ts';
import type { LogLines } from '../../domain/logs/log-lines.ts';
import { logLines } from '../../domain/logs/log-lines.ts';
import { lineReader } from '../../domain/logs/read-lines.ts';
import type { Redact } from '../../domain/redact.ts';
import type { LogFile, Logs } from '../../ports/logs.ts';

/** What was printed since the last look. */
export interface NewLines {
  /** Number of the first one, from 1; 1 again where the log has begun anew. */
  readonly from: number;
  readonly lines: readonly string[];
}

/** One log that is read as it grows. */
export interface LogTail {
  /** Reads what has come. @returns undefined where that is no whole line. */
  look(file: LogFile): Promise<NewLines | undefined>;
  /** What has no end of a line, now that nothing more comes. */
  rest(): NewLines | undefined;
  /** The number that the next line will have. */
  next(): number;
}

export function tailLog({ logs, redact }: { readonly logs: Logs; readonly redact: Redact }, run: JobId, raw: boolean): LogTail {
  let identity: string | undefined;
  let offset = 0;
  let next = 1;
  let lines: LogLines = logLines(lineReader(redact, { raw }));

  function begin(file: LogFile): void {
    identity = file.identity;
    offset = 0;
    next = 1;
    lines = logLines(lineReader(redact, { raw }));
  }

  function told(read: readonly string[]): NewLines | undefined {
    if (read.length === 0) return undefined;
    const from = next;
    next += read.length;
    return { from, lines: read };
  }

  return {
    async look(file) {
      if (file.identity !== identity || file.bytes < offset) begin(file);
      if (file.bytes === offset) return undefined;
      const read: string[] = [];
      for await (const piece of logs.read(run, file.name, offset)) {
        offset += piece.length;
        for (const line of lines.add(piece)) read.push(line);
      }
      return told(read);
    },
    rest: () => told(lines.rest()),
    next: () => next,
  };
}
