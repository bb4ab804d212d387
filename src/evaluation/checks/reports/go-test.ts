import { z } from 'zod';
import { type ReportedCase, wholeFile } from './case-ids.ts';
import type { ParsedReport } from './parsed-report.ts';

const event = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  ImportPath: z.string().optional(),
  Test: z.string().optional(),
  Output: z.string().optional(),
  /** In seconds. */
  Elapsed: z.number().optional(),
});
type GoEvent = z.infer<typeof event>;

const ends = { pass: 'passed', fail: 'failed', skip: 'skipped' } as const;

/** What is kept of what one test or package printed, in characters. */
const keptOutput = 4_000;

interface GoTest {
  readonly names: readonly string[];
  output: string;
  /** Each end that was told of it; more than one is a contradiction. */
  readonly ends: ReportedCase['status'][];
  durationMs: number | undefined;
}

interface GoPackage {
  readonly tests: Map<string, GoTest>;
  output: string;
  end?: ReportedCase['status'];
  /** The test that was told last to have ended. */
  last?: GoTest;
}

/**
 * Reads `go test -json`. What tests print is in it as `output` and is no result, but go itself recognises results by their lines: a test
 * can print such a line. A test that is told to have ended twice, in different ways, has therefore failed.
 *
 * A test with subtests is a test too, as it can fail by itself. A package that cannot be built, or that failed without a failing test,
 * is one failed test. @returns undefined when it is something else; `complete` where every test and package that began has ended.
 */
export function parseGoTest(text: string): ParsedReport | undefined {
  const packages = new Map<string, GoPackage>();
  const packageOf = (name: string): GoPackage => {
    const known = packages.get(name) ?? { tests: new Map(), output: '' };
    packages.set(name, known);
    return known;
  };
  for (const row of text.split('\n')) {
    // Before Go 1.20 this is no JSON.
    const notBuilt = /^FAIL\t(\S+) \[(?:build|setup) failed\]\s*$/.exec(row)?.[1];
    if (notBuilt !== undefined) packageOf(notBuilt).end = 'failed';
    const parsed = event.safeParse(jsonOrUndefined(row));
    if (!parsed.success) continue;
    const { Action, Package, ImportPath, Output } = parsed.data;
    // `example.com/a [example.com/a.test]`: what the compiler says while the tests of a package are built.
    if (Action === 'build-output' && ImportPath !== undefined) keep(packageOf(ImportPath.split(' ')[0] ?? ''), Output);
    if (Package !== undefined) note(packageOf(Package), Package, parsed.data);
  }
  const told = [...packages].filter(([, { tests, end }]) => tests.size > 0 || end !== undefined);
  if (told.length === 0) return undefined;
  return {
    cases: told.flatMap(([name, one]) => casesOf(name, one)),
    complete: told.every(([, { tests, end }]) => end !== undefined && [...tests.values()].every((test) => test.ends.length > 0)),
  };
}

function note(one: GoPackage, name: string, { Action, Test, Output, Elapsed }: GoEvent): void {
  const end = Object.hasOwn(ends, Action) ? ends[Action as keyof typeof ends] : undefined;
  if (Test === undefined) {
    keep(one, Output);
    if (end !== undefined) one.end = end;
    return;
  }
  const test = one.tests.get(Test) ?? { names: [name, ...Test.split('/')], output: '', ends: [], durationMs: undefined };
  one.tests.set(Test, test);
  keep(test, Output);
  if (end === undefined) return;
  test.ends.push(end);
  one.last = test;
  test.durationMs = Elapsed === undefined ? undefined : Elapsed * 1_000;
}

function keep(to: { output: string }, text: string | undefined): void {
  if (text !== undefined && to.output.length < keptOutput) to.output += text;
}

function casesOf(name: string, { tests, output, end, last }: GoPackage): ReportedCase[] {
  // Where a test leaves the process with 0, go takes the end of its package for that of the test.
  if (end === undefined) last?.ends.pop();
  const cases = [...tests.values()].flatMap((test): ReportedCase[] => {
    const [first] = test.ends;
    if (first === undefined) return [];
    const status = test.ends.every((other) => other === first) ? first : 'failed';
    return [{ names: test.names, status, message: status === 'failed' ? saidIn(test.output) : undefined, durationMs: test.durationMs }];
  });
  if (end !== 'failed' || cases.some(({ status }) => status === 'failed')) return cases;
  return [...cases, { names: [name, wholeFile], status: 'failed', message: saidIn(output) }];
}

/** Without the lines that say only which test it is. */
function saidIn(output: string): string {
  return output
    .split('\n')
    .filter((row) => !/^\s*(?:=== |--- )/.test(row))
    .join('\n')
    .trim();
}

function jsonOrUndefined(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
