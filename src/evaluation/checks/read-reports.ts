import type { TestCase } from '../../domain/evidence.ts';
import { identify, type ReportedCase } from './case-ids.ts';
import { parseJest } from './parse-jest.ts';
import { parseMocha } from './parse-mocha.ts';
import { parseNodeTest, type ParsedReport } from './parse-node-test.ts';
import { mostRead, readForeign } from './read-foreign.ts';
import type { Reporting } from './reporting.ts';

export interface TestReport {
  readonly runner: string;
  readonly cases: readonly TestCase[];
  readonly complete: boolean;
}

/**
 * Everything that the runners of one test command left, as one report: a script may start more
 * than one of them. A report that cannot be read makes the whole incomplete.
 *
 * @param request.directory real path of the checkout.
 * @param request.junit what is in the JUnit file that the command itself writes, in the place of anything else.
 * @returns undefined when there is none at all.
 */
export async function readReports(request: {
  readonly reporting: Pick<Reporting, 'reports'>;
  readonly directory: string;
  readonly junit?: { readonly text: string | undefined } | undefined;
  /** The run was ended by its time limit. */
  readonly ended?: boolean;
}): Promise<TestReport | undefined> {
  const found: { readonly runner: string; readonly report: ParsedReport | undefined }[] = [];
  if (request.junit !== undefined) {
    const { text } = request.junit;
    if (text !== undefined) found.push({ runner: 'junit', report: (await import('./parse-junit.ts')).parseJunit(text) });
  } else {
    let left = mostRead;
    for (const { name, path } of await request.reporting.reports()) {
      const text = (await readForeign(path, left)) ?? '';
      left -= text.length;
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

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
