import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestCase } from '../../domain/evidence.ts';
import { identify, type ReportedCase } from './case-ids.ts';
import { parseJest } from './parse-jest.ts';
import { parseMocha } from './parse-mocha.ts';
import { parseNodeTest, type ParsedReport } from './parse-node-test.ts';

export interface TestReport {
  readonly runner: string;
  readonly cases: readonly TestCase[];
  readonly complete: boolean;
}

/**
 * Everything that the runners of one test command left in the report folder, as one report: a script may start more
 * than one of them. A report that cannot be read makes the whole incomplete.
 *
 * @param request.directory real path of the checkout.
 * @param request.junit a JUnit file that the command itself writes; read before anything else.
 * @returns undefined when there is none at all.
 */
export async function readReports(request: {
  readonly reports: string;
  readonly directory: string;
  readonly junit?: string | undefined;
  /** The run was ended by its time limit. */
  readonly ended?: boolean;
}): Promise<TestReport | undefined> {
  const found: { readonly runner: string; readonly report: ParsedReport | undefined }[] = [];
  if (request.junit !== undefined) {
    const text = await readOrUndefined(request.junit);
    if (text !== undefined) found.push({ runner: 'junit', report: (await import('./parse-junit.ts')).parseJunit(text) });
  } else {
    for (const name of (await readdir(request.reports)).toSorted()) {
      const text = (await readOrUndefined(join(request.reports, name))) ?? '';
      if (name.startsWith('node-test-')) found.push({ runner: 'node:test', report: parseNodeTest(text, request.ended) });
      if (name.startsWith('vitest-')) found.push({ runner: 'vitest', report: parseJest(json(text)) });
      if (name.startsWith('jest-')) found.push({ runner: 'jest', report: parseJest(json(text)) });
      if (name.startsWith('mocha-')) found.push({ runner: 'mocha', report: parseMocha(json(text)) });
    }
  }
  if (found.length === 0) return undefined;
  const cases = found.flatMap(({ report }): readonly ReportedCase[] => report?.cases ?? []);
  return {
    runner: [...new Set(found.map(({ runner }) => runner))].join(' and '),
    cases: identify(cases, request.directory),
    complete: found.every(({ report }) => report?.complete === true),
  };
}

/** The longest report that is read; a longer one counts as one that cannot be. */
const longestReport = 64 * 1024 * 1024;

async function readOrUndefined(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const status = await file.stat();
    if (!status.isFile()) return undefined;
    return status.size > longestReport ? '' : await file.readFile('utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR' || code === 'ENXIO') return undefined;
    throw error;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
