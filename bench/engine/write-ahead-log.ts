import { readFileSync } from 'node:fs';

/**
 * How many transactions lie in the write-ahead log of a database that is open: frames that end one say how many pages the
 * database has after it (https://www.sqlite.org/fileformat2.html, "WAL Frame Header"). Those left over from an earlier
 * use of the log bear another salt.
 */
export function commitsInLog(database: string): number {
  const log = readFileSync(`${database}-wal`);
  if (log.length < 32) return 0;
  const frame = 24 + log.readUInt32BE(8);
  const salt = log.subarray(16, 24);
  let commits = 0;
  for (let start = 32; start + frame <= log.length && salt.equals(log.subarray(start + 8, start + 16)); start += frame) {
    if (log.readUInt32BE(start + 4) !== 0) commits += 1;
  }
  return commits;
}
