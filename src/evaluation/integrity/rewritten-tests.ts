import type { IntegrityFinding } from '../../domain/choice.ts';
import type { Entry, TestShape } from '../source/test-shape.ts';
import { isSnapshot } from './snapshots.ts';
import { shapeOf, testFileFindings, type TestFileVersions } from './test-files.ts';

/**
 * What a change for tests takes away from a file of tests: a test that was there and is gone or left out, fewer assertions in one than it
 * had, a recorded value. What stands in a test may otherwise be written anew. An assertion of what is true by itself is none.
 */
export function rewrittenTestFindings(versions: TestFileVersions): IntegrityFinding[] {
  const { file, before, after } = versions;
  const findings = testFileFindings(versions);
  const [then, now] = [before, after].map((text, index) =>
    text === undefined ? undefined : shapeOf(text, index === 0 ? (file.from ?? file.path) : file.path),
  );
  if (then === undefined || now === undefined || isSnapshot(file.path)) return findings;
  const lost = lostIn(then, now);
  const weakened: IntegrityFinding[] =
    lost === undefined ? [] : [{ rule: 'test-weakened', path: file.path, detail: `${lost} in the tests of ${file.path}.` }];
  return [...findings.filter(({ rule }) => rule === 'test-skipped' || rule === 'test-deleted'), ...weakened];
}

const vacuous =
  /^(?:assert(?:\.ok)?\(?\s*(?:true|True|1)\b|expect\(\s*(true|false|1|null|["'][^"']*["'])\s*\)\.\w+\((?:\s*\1\s*)?\)|assert\.(?:equal|strictEqual|deepEqual)\(\s*([\w"']+)\s*,\s*\2\s*\)|assert\s+(\w+)\s*==\s*\3$|self\.assertTrue\(True\)|assert_?!?\(true\))/;

function lostIn(then: TestShape, now: TestShape): string | undefined {
  const [old, fresh] = [byTest(then), byTest(now)];
  for (const [title, count] of old) {
    const left = fresh.get(title);
    if (left === undefined) return title === '' ? undefined : `It removes the test "${title.split('\n').at(-1)}"`;
    if (left < count) return `It leaves ${left} of ${count} assertions of "${title.split('\n').at(-1) || 'the file'}"`;
  }
  return undefined;
}

/** The number of assertions by the path of the test they stand in. */
function byTest({ statements }: TestShape): Map<string, number> {
  const titles = new Map<string, string>();
  for (const [key, entry] of statements) if (entry.kind === 'test') titles.set(key, entry.label);
  const counts = new Map<string, number>([...titles.values()].map((title) => [title, 0]));
  for (const [key, entry] of statements) {
    if (!isAssertion(entry)) continue;
    const around = [...titles].filter(([test]) => key.startsWith(`${test}\n`)).sort(([a], [b]) => b.length - a.length)[0];
    const title = around?.[1] ?? '';
    counts.set(title, (counts.get(title) ?? 0) + entry.count);
  }
  return counts;
}

function isAssertion({ kind, label }: Entry): boolean {
  return kind === 'assertion' && !vacuous.test(label);
}
