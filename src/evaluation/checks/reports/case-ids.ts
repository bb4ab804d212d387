import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestCase } from '../../../domain/evidence.ts';

/** A test as a runner told it, before it has its id. */
export interface ReportedCase {
  /** Suites and title, outermost first. */
  readonly names: readonly string[];
  /** As the runner wrote it: absolute, relative, or a `file:` address. */
  readonly file?: string | undefined;
  readonly status: TestCase['status'];
  readonly message?: string | undefined;
  readonly durationMs?: number | undefined;
}

/** What stands for a test file that is one test as a whole, or that failed before it had told of any. */
export const wholeFile = '(whole file)';

const messageLimit = 2_000;
/** Of all names of a test together, in characters: what is longer is no name that somebody wrote. */
const nameLimit = 500;

/**
 * Gives every test the id `file > suite > title`. The second of two that are called alike ends in ` (2)`, and so on,
 * in the order in which they are reported.
 *
 * @param directory real path of the checkout; files in it are named relative to it, with `/`.
 */
export function identify(cases: readonly ReportedCase[], directory: string): TestCase[] {
  const seen = new Map<string, number>();
  return cases.map((reported) => {
    const file = reported.file === undefined ? undefined : relativeFile(reported.file, directory);
    const base = [...(file === undefined ? [] : [file]), ...reported.names].join(' > ').slice(0, nameLimit).toWellFormed();
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return {
      id: count === 1 ? base : `${base} (${count})`,
      ...(file === undefined ? {} : { file }),
      status: reported.status,
      ...(reported.status === 'failed' && reported.message !== undefined ? { message: reported.message.slice(0, messageLimit) } : {}),
      ...(reported.durationMs === undefined ? {} : { durationMs: reported.durationMs }),
    };
  });
}

/** A path as a program wrote it, relative to the checkout where it lies in it. */
export function relativeFile(file: string, directory: string): string {
  const path = file.startsWith('file:') ? pathOfUrl(file) : file;
  if (!isAbsolute(path)) return path.split(sep).join('/');
  return relative(directory, path).split(sep).join('/');
}

/** An address that leads to no file of this machine stays what it is. */
function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}
