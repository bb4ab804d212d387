/** How much of a log is read from its beginning at most, and how much of its end is kept, in bytes. */
const mostRead = 200_000_000;
const keptBytes = 1_000_000;
const stamp = /^\uFEFF?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z) ?/;

export interface TailRequest {
  readonly url: string;
  readonly timeoutMs: number;
  /** Epoch ms: what was printed after it belongs to later steps. */
  readonly until: number | undefined;
  /** Of the result, in bytes. */
  readonly mostBytes: number;
}

/**
 * The end of an Actions log up to the end of a step, without the time at the beginning of each line. The address lies at another host and is open
 * to whoever knows it: no credential goes there.
 */
export async function tailOfLog({ url, timeoutMs, until, mostBytes }: TailRequest): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) {
    await response.body?.cancel();
    return '';
  }
  const kept: Uint8Array[] = [];
  let [read, held] = [0, 0];
  for await (const chunk of response.body ?? []) {
    read += chunk.byteLength;
    held += chunk.byteLength;
    kept.push(chunk);
    while (held - (kept[0]?.byteLength ?? 0) >= keptBytes) held -= kept.shift()?.byteLength ?? 0;
    if (read > mostRead) break;
  }
  return endOf(linesUntil(Buffer.concat(kept).toString('utf8'), until), mostBytes);
}

function linesUntil(text: string, until: number | undefined): string {
  const lines = text.split('\n');
  const end = until === undefined ? -1 : lines.findIndex((line) => timeOf(line) > until);
  return lines
    .slice(0, end === -1 ? lines.length : end)
    .map((line) => line.replace(stamp, ''))
    .join('\n');
}

function timeOf(line: string): number {
  return Date.parse(stamp.exec(line)?.[1] ?? '') || 0;
}

/** The end of a text within so many bytes, from the beginning of a line where there is one. */
export function endOf(text: string, mostBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= mostBytes) return text;
  const end = bytes.subarray(-mostBytes).toString('utf8');
  const line = end.indexOf('\n');
  return line === -1 ? end.replace(/^\uFFFD+/, '') : end.slice(line + 1);
}
