import { XMLParser } from 'fast-xml-parser';
import type { ReportedCase } from './case-ids.ts';
import type { ParsedReport } from './parsed-report.ts';

type Node = Readonly<Record<string, unknown>>;

// The shape that `preserveOrder` gives: [{ tag: children, ':@': { '@_name': value } }].
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  parseAttributeValue: false,
  parseTagValue: false,
  processEntities: true,
  htmlEntities: false,
  trimValues: true,
});

/**
 * Reads JUnit XML as many runners write it: suites within suites, `failure` and `error`, `skipped`.
 * A document type is refused unread, and with it every entity bomb. @returns undefined when it is no such report.
 */
export function parseJunit(text: string): ParsedReport | undefined {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return undefined;
  let roots: readonly Node[];
  try {
    roots = parser.parse(text, true) as readonly Node[];
  } catch {
    return undefined;
  }
  const suites = roots.filter((node) => 'testsuites' in node || 'testsuite' in node);
  if (suites.length === 0) return undefined;
  return { cases: suites.flatMap((suite) => casesOf(suite, [], undefined)), complete: true };
}

function casesOf(node: Node, names: readonly string[], file: string | undefined): ReportedCase[] {
  const tag = Object.keys(node).find((key) => key !== ':@') ?? '';
  const ownFile = attribute(node, 'file') ?? attribute(node, 'filepath') ?? file;
  const name = attribute(node, 'name');
  if (tag === 'testcase') return [testCase(node, [...names, name ?? ''], ownFile)];
  if (tag !== 'testsuite' && tag !== 'testsuites') return [];
  const inner = tag === 'testsuite' && name !== undefined && name !== '' ? [...names, name] : names;
  return children(node, tag).flatMap((child) => casesOf(child, inner, ownFile));
}

function testCase(node: Node, names: readonly string[], file: string | undefined): ReportedCase {
  const inside = children(node, 'testcase');
  const failure = inside.find((child) => 'failure' in child || 'error' in child);
  const skipped = inside.some((child) => 'skipped' in child);
  const seconds = Number(attribute(node, 'time'));
  return {
    names,
    file,
    status: failure !== undefined ? 'failed' : skipped ? 'skipped' : 'passed',
    message: failure === undefined ? undefined : (attribute(failure, 'message') ?? textOf(failure)),
    durationMs: Number.isFinite(seconds) ? seconds * 1_000 : undefined,
  };
}

function children(node: Node, tag: string): readonly Node[] {
  const value = node[tag];
  return Array.isArray(value) ? (value as readonly Node[]) : [];
}

function attribute(node: Node, name: string): string | undefined {
  const attributes = node[':@'] as Readonly<Record<string, unknown>> | undefined;
  const value = attributes?.[`@_${name}`];
  return typeof value === 'string' ? value : undefined;
}

function textOf(node: Node): string | undefined {
  const tag = 'failure' in node ? 'failure' : 'error';
  const text = children(node, tag).find((child) => '#text' in child)?.['#text'];
  return typeof text === 'string' ? text : undefined;
}
