import type { ReportedCase } from './case-ids.ts';
import type { ParsedReport } from './parsed-report.ts';
import { attributeOf, childrenOf, parseXml, tagOf, textOf, type XmlNode } from './xml.ts';

/** Where an element lies: the suites above it, outermost first, and the file that the nearest of them names. */
interface Above {
  readonly names: readonly string[];
  readonly file: string | undefined;
}

/**
 * Reads JUnit XML as many runners write it: suites within suites, `failure` and `error`, `skipped`. A test of Maven's that failed at
 * first and passed when it was run again (`flakyFailure`) has passed, one that failed each time (`rerunFailure`) has failed.
 *
 * A document type is refused unread, and with it every entity bomb. @returns undefined when it is no such report.
 */
export function parseJunit(text: string): ParsedReport | undefined {
  const suites = parseXml(text)?.filter((node) => 'testsuites' in node || 'testsuite' in node);
  if (suites === undefined || suites.length === 0) return undefined;
  return { cases: suites.flatMap((suite) => casesOf(suite, { names: [], file: undefined })), complete: true };
}

function casesOf(node: XmlNode, above: Above): ReportedCase[] {
  const tag = tagOf(node);
  const file = attributeOf(node, 'file') ?? attributeOf(node, 'filepath') ?? above.file;
  const name = attributeOf(node, 'name') ?? '';
  if (tag === 'testcase') return [testCase(node, { names: [...above.names, ...classOf(node, above.names, name), name], file })];
  if (tag !== 'testsuite' && tag !== 'testsuites') return [];
  const names = tag === 'testsuite' && name !== '' ? [...above.names, name] : above.names;
  const inside = childrenOf(node);
  const cases = inside.flatMap((child) => casesOf(child, { names, file }));
  return brokeByItself(inside, cases) ? [...cases, testCase(node, { names, file })] : cases;
}

/** The class tells tests of one name apart, unless a suite or the name itself says it already. */
function classOf(node: XmlNode, suites: readonly string[], name: string): readonly string[] {
  const own = attributeOf(node, 'classname') ?? '';
  return own === '' || suites.includes(own) || name.includes(own) ? [] : [own];
}

/** Some runners put what went wrong outside of any test, such as a set-up, into the suite. */
function brokeByItself(inside: readonly XmlNode[], cases: readonly ReportedCase[]): boolean {
  return failureIn(inside) !== undefined && !cases.some(({ status }) => status === 'failed');
}

function failureIn(inside: readonly XmlNode[]): XmlNode | undefined {
  return inside.find((child) => 'failure' in child || 'error' in child);
}

function testCase(node: XmlNode, { names, file }: Above): ReportedCase {
  const inside = childrenOf(node);
  const failure = failureIn(inside);
  const skipped = inside.some((child) => 'skipped' in child);
  const time = attributeOf(node, 'time');
  const seconds = Number(time);
  return {
    names,
    file,
    status: failure !== undefined ? 'failed' : skipped ? 'skipped' : 'passed',
    message: failure === undefined ? undefined : (attributeOf(failure, 'message') ?? textOf(failure)),
    durationMs: time !== undefined && Number.isFinite(seconds) ? seconds * 1_000 : undefined,
  };
}
