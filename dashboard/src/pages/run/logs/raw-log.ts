import { ask } from '../../../api/ask.ts';

/** Lines that are read at a time. */
const page = 1_000;

/**
 * A whole log as it was printed, without its secrets.
 * @param told how many lines there are so far.
 */
export async function rawLog(run: string, log: string, told: (lines: number) => void): Promise<Blob> {
  const pieces: string[] = [];
  let read = 0;
  for (;;) {
    const { lines } = await ask('readLog', { params: { run, log }, query: { from: read + 1, limit: page, raw: 'true' } });
    if (lines.length === 0) return new Blob(pieces, { type: 'text/plain;charset=utf-8' });
    pieces.push(lines.map(({ text }) => `${text}\n`).join(''));
    read += lines.length;
    told(read);
  }
}

/** Has the browser keep something as a file. */
export function keep(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
