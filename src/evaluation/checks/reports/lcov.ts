import { coverage, type CoveredFile } from './covered-file.ts';

/**
 * Reads LCOV: `SF:` begins a file, `DA:<line>,<hits>` is a line that can run, `end_of_record` ends it. A file may come more than once.
 * Paths are as they stand there. @returns undefined when it is something else, or is cut off within a file.
 */
export function parseLcov(text: string): readonly CoveredFile[] | undefined {
  const lines = coverage();
  let [path, records]: [string | undefined, number] = [undefined, 0];
  for (const row of text.split(/\r?\n/)) {
    if (row.startsWith('SF:')) path = row.slice(3).trim();
    if (row.trim() === 'end_of_record') [path, records] = [undefined, records + 1];
    const found = path === undefined ? null : /^DA:(\d{1,9}),(\d{1,15})(?:,|$)/.exec(row.trimEnd());
    if (path !== undefined && found !== null) lines.add(path, Number(found[1]), Number(found[2]));
  }
  return path !== undefined || records === 0 ? undefined : lines.files();
}
